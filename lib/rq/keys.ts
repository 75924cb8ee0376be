/**
 * RQ's keys. The prefix `rq:` is hard coded in RQ. Names are in the string form of lib/names; a key is a string
 * where the name is plain text and a Buffer otherwise.
 */
import type { Place } from "../api/schemas/jobs";
import { keyOf, nameFromBytes } from "../names";

export type Key = string | Buffer;

export const QUEUES = "rq:queues";
export const WORKERS = "rq:workers";
export const SUSPENDED = "rq:suspended";

const QUEUE_PREFIX = "rq:queue:";
const WORKER_PREFIX = "rq:worker:";

export const queueKey = (queue: string): Key => keyOf(QUEUE_PREFIX, queue);
export const intermediateKey = (queue: string): Key => keyOf(QUEUE_PREFIX, queue, ":intermediate");
export const jobKey = (id: string): Key => keyOf("rq:job:", id);
export const dependentsKey = (id: string): Key => keyOf("rq:job:", id, ":dependents");
/** The double colon is RQ's. */
export const dependenciesKey = (id: string): Key => keyOf("rq:job::", id, ":dependencies");
export const resultsKey = (id: string): Key => keyOf("rq:results:", id);
export const workerKey = (worker: string): Key => keyOf(WORKER_PREFIX, worker);
export const queueWorkersKey = (queue: string): Key => keyOf("rq:workers:", queue);
export const schedulerLockKey = (queue: string): Key => keyOf("rq:scheduler-lock:", queue);
export const commandChannel = (worker: string): Key => keyOf("rq:pubsub:", worker);

/** The prefix of each registry's sorted set; `queued` is a list. */
const REGISTRY_PREFIX: Record<Exclude<Place, "queued">, string> = {
  started: "rq:wip:",
  failed: "rq:failed:",
  scheduled: "rq:scheduled:",
  deferred: "rq:deferred:",
  finished: "rq:finished:",
  canceled: "rq:canceled:",
};

export const registryKey = (place: Exclude<Place, "queued">, queue: string): Key =>
  keyOf(REGISTRY_PREFIX[place], queue);

export const placeKey = (place: Place, queue: string): Key =>
  place === "queued" ? queueKey(queue) : registryKey(place, queue);

/** Index sets hold full keys; a member without the prefix is not RQ's and gives `null`. */
function stripped(member: Buffer, prefix: string): string | null {
  if (member.subarray(0, prefix.length).toString("latin1") !== prefix) return null;
  return nameFromBytes(member.subarray(prefix.length));
}

/** `rq:queue:Q` → `Q`. Queue names may themselves contain colons or end in `:intermediate`. */
export const queueOfMember = (member: Buffer): string | null => stripped(member, QUEUE_PREFIX);
export const workerOfMember = (member: Buffer): string | null => stripped(member, WORKER_PREFIX);

export const STARTED_PREFIX = REGISTRY_PREFIX.started;
export const FAILED_PREFIX = REGISTRY_PREFIX.failed;

const PLACE_PREFIXES = [QUEUE_PREFIX, ...Object.values(REGISTRY_PREFIX)];
const INTERMEDIATE = ":intermediate";

/** The queues that a key of a place may belong to: `rq:queue:a:intermediate` is a's, or the list of a queue of that name. */
export function queuesOfKey(key: Buffer): string[] {
  for (const prefix of PLACE_PREFIXES) {
    const queue = stripped(key, prefix);
    if (queue === null) continue;
    if (prefix !== QUEUE_PREFIX || !key.toString("latin1").endsWith(INTERMEDIATE)) return [queue];
    return [queue, nameFromBytes(key.subarray(prefix.length, key.length - INTERMEDIATE.length))];
  }
  return [];
}

/**
 * Id and execution of a member of `rq:wip:Q`. RQ 1.16 writes the bare id (which may hold colons), 2.0 and later
 * `ID:EX` with 32 hex digits. Whether the whole member is an id can only be told by its hash, so a caller that
 * must be sure checks {@link jobKey} of the whole member first.
 */
export function startedMember(member: Buffer): { id: string; execution: string | null } {
  const split = member.lastIndexOf(0x3a);
  const suffix = split < 0 ? "" : member.subarray(split + 1).toString("latin1");
  return /^[0-9a-f]{32}$/.test(suffix)
    ? { id: nameFromBytes(member.subarray(0, split)), execution: suffix }
    : { id: nameFromBytes(member), execution: null };
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$/;

/** RQ's date text → Unix ms (fractions kept to the millisecond); empty, missing or unreadable → `null`. */
export function timeOf(text: string | null): number | null {
  if (text === null || !ISO.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isFinite(ms) ? ms : null;
}

/** Unix ms → the text that every RQ version reads. `+00:00` instead of `Z` would make a worker exit. */
export function rqTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.(\d{3})Z$/, ".$1000Z");
}
