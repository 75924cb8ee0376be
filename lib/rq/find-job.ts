import type { Redis } from "ioredis";
import { bytesFromName, isName, nameFromBytes, nameFromText } from "../names";
import { batch, type Command, textOf } from "../redis/pipeline";
import { jobKey, startedMember } from "./keys";

const KEY_PREFIX = "rq:job:";

/** What a person may have pasted in place of the bare id: with quotes or spaces, the key, a member `ID:EX`. */
function candidates(given: string): string[] {
  const found = [given];
  const bytes = bytesFromName(given);
  if (bytes !== null && !given.startsWith("b64:")) {
    const bare = given.trim().replace(/^["'`]+|["'`,;]+$/g, "");
    const id = bare.startsWith(KEY_PREFIX) ? bare.slice(KEY_PREFIX.length) : bare;
    found.push(bare, id);
    for (const text of [bare, id]) found.push(startedMember(Buffer.from(text)).id);
  } else if (bytes !== null) {
    found.push(startedMember(bytes).id, nameFromBytes(bytes));
  }
  const names = found.map((name) => (isName(name) ? name : nameFromText(name)));
  return [...new Set(names)].filter(isName);
}

/**
 * The id of the job that is meant by `given`; as it stands if there is such a job, and also when there is none.
 * One round trip, at most five commands.
 */
export async function findJob(redis: Redis, given: string): Promise<string> {
  const names = candidates(given);
  const types = await batch(
    redis,
    names.map((name): Command => ["TYPE", jobKey(name)]),
  );
  return names.find((_, index) => textOf(types[index]) === "hash") ?? given;
}
