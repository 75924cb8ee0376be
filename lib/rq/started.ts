/**
 * Entries of `rq:wip:Q` as jobs. RQ 1.16 writes bare ids, 2.0 and later `ID:EX`; both may stand in one set, ids of
 * 1.16 may hold colons, and a job may have several executions. Decided per entry, never by a version.
 */
import type { Redis } from "ioredis";
import { bytesFromName, keyOf, nameFromBytes } from "../names";
import { batch, type Command, count, list } from "../redis/pipeline";
import { compareEntries, type Entry, type Placed, scoreOf } from "./entries";
import { jobKey, registryKey, startedMember } from "./keys";

/** Executions of one job that are looked at; RQ runs one at a time. */
const EXECUTIONS_MAX = 16;

export interface StartedJob {
  id: string;
  entry: Placed;
}

export const executionsKey = (id: string) => keyOf("rq:executions:", id);

/** The member that an execution of a job has in `rq:wip:Q`; without an execution the bare id of RQ 1.16. */
export function startedMemberOf(id: string, execution: Buffer | null): Buffer {
  const bytes = bytesFromName(id) ?? Buffer.alloc(0);
  return execution === null ? bytes : Buffer.concat([bytes, Buffer.from(":"), execution]);
}

interface Sibling {
  /** Index of the entry that it may stand for. */
  at: number;
  entry: Entry;
}

/**
 * One job per entry, and each job once: where it has several living entries the one with the latest deadline
 * stands for it, also when the others are on another page. (Executions that have all expired no longer name
 * each other; then it is once per page.) One round trip; a second when a job has more than one execution.
 */
export async function startedJobs(redis: Redis, entries: readonly Placed[]): Promise<StartedJob[]> {
  const wip = (at: number) => registryKey("started", entries[at]?.queue ?? "");
  const split = entries.map(({ member }) => startedMember(member));
  const replies = await batch(
    redis,
    split.flatMap(({ id }, index): Command[] => [
      ["EXISTS", jobKey(nameFromBytes(entries[index]?.member ?? Buffer.alloc(0)))],
      ["ZRANGE", executionsKey(id), 0, EXECUTIONS_MAX - 1],
      ["ZSCORE", wip(index), startedMemberOf(id, null)],
    ]),
  );
  const siblings: Sibling[] = [];
  const asked: { at: number; member: Buffer }[] = [];
  const jobs = entries.map((entry, at): StartedJob => {
    const found = split[at];
    const isBare = found === undefined || found.execution === null;
    if (!isBare && count(replies[at * 3]) === 1) return { id: nameFromBytes(entry.member), entry };
    const id = found?.id ?? nameFromBytes(entry.member);
    for (const execution of list(replies[at * 3 + 1])) {
      const member = startedMemberOf(id, execution);
      if (!member.equals(entry.member)) asked.push({ at, member });
    }
    const bare = scoreOf(replies[at * 3 + 2]);
    if (!isBare && bare !== null)
      siblings.push({ at, entry: { member: startedMemberOf(id, null), score: bare } });
    return { id, entry };
  });
  const scores = await batch(
    redis,
    asked.map(({ at, member }): Command => ["ZSCORE", wip(at), member]),
  );
  asked.forEach(({ at, member }, index) => {
    const score = scoreOf(scores[index]);
    if (score !== null) siblings.push({ at, entry: { member, score } });
  });
  const hidden = new Set<number>();
  for (const { at, entry } of siblings) {
    const own = entries[at];
    if (own !== undefined && compareEntries(entry, own, "oldest") > 0) hidden.add(at);
  }
  const seen = new Set<string>();
  return jobs.filter(({ id, entry }, at) => {
    const key = JSON.stringify([entry.queue, id]);
    if (hidden.has(at) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
