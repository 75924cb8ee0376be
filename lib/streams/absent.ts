/** What is said when a stream or a group is not there, or is something else. */
import { AppError } from "../errors";
import { troubleOf } from "../redis/errors";
import { type Reply, textOf } from "../redis/pipeline";
import type { GroupInfo } from "./replies";

const GROUPS_NAMED = 5;

export function noStream(stream: string): AppError {
  return new AppError(
    "NOT_FOUND",
    `There is no stream "${stream}" in this database. Check the name and the database; a key that expired or was deleted takes its consumer groups with it.`,
  );
}

export function noGroup(stream: string, group: string, groups: readonly Pick<GroupInfo, "name">[]): AppError {
  const named = groups.slice(0, GROUPS_NAMED).map(({ name }) => `"${name}"`);
  const more = groups.length > named.length ? ` and ${groups.length - named.length} more` : "";
  return new AppError(
    "NOT_FOUND",
    named.length === 0
      ? `The stream "${stream}" has no consumer group, so none with the name "${group}".`
      : `The stream "${stream}" has no consumer group "${group}". It has ${named.join(", ")}${more}.`,
    { facts: { groups: groups.slice(0, GROUPS_NAMED).map(({ name }) => name) } },
  );
}

function notAStream(key: string, type: string | null): AppError {
  return new AppError(
    "UNSUPPORTED",
    type === null
      ? `The key "${key}" is not a stream.`
      : `The key "${key}" is not a stream, its type is ${type}.`,
    { facts: type === null ? {} : { type } },
  );
}

/**
 * @param type reply of TYPE; an error reply tells nothing
 * @throws AppError NOT_FOUND, UNSUPPORTED with the type that the key has
 */
export function requireStream(type: Reply, stream: string): void {
  const found = textOf(type);
  if (found === "none") throw noStream(stream);
  if (found !== null && found !== "stream") throw notAStream(stream, found);
}

/** An error reply about a stream, in our words where we have some. */
export function streamError(error: Error, stream: string): Error {
  if (/no such key/i.test(error.message)) return noStream(stream);
  if (error.message.startsWith("NOGROUP"))
    return new AppError("NOT_FOUND", "The stream or its consumer group went away while it was read.");
  return troubleOf(error) === "wrong-type" ? notAStream(stream, null) : error;
}
