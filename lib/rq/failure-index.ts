/**
 * Which failed jobs failed for the same reason: a bounded index in memory, fed by the sampler. It reads the newest
 * failures of a queue and, after that, only what is new; of each job it keeps a fingerprint, a function's name and
 * one line. So groups cost Redis nothing to show, and `parsed` says how many jobs they rest on.
 */
import type { Redis } from "ioredis";
import type { FailureGroup } from "../api/schemas/jobs";
import { bytesFromName, nameFromBytes } from "../names";
import { batch, type Command, list, type Reply, textOf } from "../redis/pipeline";
import { groupsOf, type IndexedFailure } from "./failure-groups";
import { type Failure, readFailures } from "./failure-reader";
import { jobKey, type Key, registryKey, timeOf } from "./keys";

/** Jobs of all queues together; 5 to 20 MB, as long as their error lines are. Above it the largest queues lose their oldest. */
export const INDEX_JOBS_MAX = 20_000;
/** Newest entries of a registry that one refresh lists; also what the first refresh reads. */
const HEAD_MAX = 1_000;
const NEW_MAX = 200;
/** Indexed jobs behind the newest entries whose presence one refresh checks, in turn. */
const CHECKED_MAX = 1_000;
/** Jobs that never expire and whose time of failure one refresh checks, in turn. */
const RECHECKED_MAX = 100;

export interface FailureIndex {
  /**
   * Reads what is new in `rq:failed:<queue>` and forgets what left it: at most 1,000 jobs the first time and 200
   * later, newest first; about six commands for each and six besides. Never holds the event loop for long. A
   * second call for a queue that is being read waits for the first.
   * @throws when Redis is away or refuses the registry; the index then stays as it was
   */
  refresh(redis: Redis, queue: string, nowMs: number): Promise<void>;
  /** Whether a queue's newest failures are not all read yet: refresh it again though nothing changed. */
  behind(queue: string): boolean;
  /** Forgets a queue that is gone. */
  drop(queue: string): void;
  /** Groups of the jobs in the index, most jobs first. */
  groups(filter?: { queue?: string }): FailureGroup[];
  /** Jobs of a group that are in the index, newest first. */
  idsOf(fingerprint: string, queue?: string): { queue: string; id: string }[];
  /** The error line of one job; null when it is not in the index. */
  errorOf(queue: string, id: string): { error: string; fingerprint: string } | null;
  /** How many failed jobs the groups rest on, of all queues. */
  parsed(): number;
}

interface Entry {
  /** Expiry as Redis writes it. A job that fails again gets another, except `-1` (never). */
  score: string;
  /** Null for a ghost: listed, but its hash is gone. */
  failure: Failure | null;
}

interface QueueIndex {
  entries: Map<string, Entry>;
  /** Where the checks in turn go on. */
  checkedAt: number;
  recheckedAt: number;
  behind: boolean;
  /** Whether its first, larger read has ended. */
  loaded: boolean;
}

interface Listed {
  id: string;
  score: string;
}

const isNever = (score: string) => Number(score) < 0;
const isExpired = (score: string, nowMs: number) => !isNever(score) && Number(score) * 1_000 < nowMs;
const bytesOf = (id: string) => bytesFromName(id) ?? id;

/** A flat `[member, score, …]` reply. */
function listed(reply: Reply): Listed[] {
  if (reply instanceof Error) throw reply;
  const flat = list(reply);
  const found: Listed[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    found.push({ id: nameFromBytes(flat[at] ?? Buffer.alloc(0)), score: (flat[at + 1] ?? "").toString() });
  }
  return found;
}

/**
 * The newest entries that have not expired, and those that never do. Among the latter Redis knows no order of
 * time: they all carry the score -1 and come by id.
 */
async function readHead(redis: Redis, key: Key, nowMs: number, max: number) {
  const [newest, never] = await batch(redis, [
    ["ZREVRANGEBYSCORE", key, "+inf", nowMs / 1_000, "WITHSCORES", "LIMIT", 0, max],
    ["ZRANGEBYSCORE", key, "-inf", "(0", "WITHSCORES", "LIMIT", 0, max],
  ]);
  const parts = [listed(newest), listed(never)];
  return { head: parts.flat(), isAll: parts.every((part) => part.length < max) };
}

/** Present scores of members; null for one that left. ZMSCORE is one command, but new in Redis 6.2. */
async function scoresOf(redis: Redis, key: Key, ids: readonly string[]): Promise<(string | null)[]> {
  if (ids.length === 0) return [];
  const members = ids.map(bytesOf);
  const [reply] = await batch(redis, [["ZMSCORE", key, ...members]]);
  if (Array.isArray(reply)) return reply.map(textOf);
  const replies = await batch(
    redis,
    members.map((member): Command => ["ZSCORE", key, member]),
  );
  return replies.map(textOf);
}

/** The next items of a list that is gone through in turns. */
function turn<T>(items: readonly T[], from: number, max: number): { items: T[]; next: number } {
  const start = from < items.length ? from : 0;
  return { items: items.slice(start, start + max), next: start + max };
}

interface Changes {
  gone: string[];
  /** Not read yet, or failed again. */
  fresh: Listed[];
}

/** What became of indexed jobs that are not among the newest entries. */
async function checkRest(
  redis: Redis,
  key: Key,
  index: QueueIndex,
  head: ReadonlySet<string>,
  nowMs: number,
): Promise<Changes> {
  const rest = [...index.entries.keys()].filter((id) => !head.has(id));
  const { items, next } = turn(rest, index.checkedAt, CHECKED_MAX);
  const scores = await scoresOf(redis, key, items);
  const changes: Changes = { gone: [], fresh: [] };
  for (const [at, id] of items.entries()) {
    const score = scores[at] ?? null;
    if (score === null || isExpired(score, nowMs)) changes.gone.push(id);
    else if (score !== index.entries.get(id)?.score) changes.fresh.push({ id, score });
  }
  index.checkedAt = next;
  return changes;
}

/** Jobs without expiry whose score cannot tell that they failed again: their time of failure does. */
async function recheckNever(redis: Redis, index: QueueIndex): Promise<Listed[]> {
  const known = [...index.entries].filter(([, { score, failure }]) => isNever(score) && failure !== null);
  const { items, next } = turn(known, index.recheckedAt, RECHECKED_MAX);
  const replies = await batch(
    redis,
    items.map(([id]): Command => ["HGET", jobKey(id), "ended_at"]),
  );
  index.recheckedAt = next;
  return items
    .filter(([, { failure }], at) => {
      const ended = timeOf(textOf(replies[at]));
      return ended !== null && ended !== failure?.endedMs;
    })
    .map(([id, { score }]) => ({ id, score }));
}

/** Changed entries of the registry's head and of what lies behind it. */
async function findChanges(
  redis: Redis,
  queue: string,
  index: QueueIndex,
  nowMs: number,
  headMax: number,
): Promise<Changes> {
  const key = registryKey("failed", queue);
  const { head, isAll } = await readHead(redis, key, nowMs, headMax);
  const ids = new Set(head.map(({ id }) => id));
  const unread = head.filter(({ id, score }) => index.entries.get(id)?.score !== score);
  const rest = isAll
    ? { gone: [...index.entries.keys()].filter((id) => !ids.has(id)), fresh: [] }
    : await checkRest(redis, key, index, ids, nowMs);
  const again = await recheckNever(redis, index);
  const fresh = new Map([...unread, ...rest.fresh, ...again].map((item) => [item.id, item]));
  for (const id of rest.gone) fresh.delete(id);
  return { gone: rest.gone, fresh: [...fresh.values()] };
}

/** Takes the oldest jobs from the largest queues until the total fits; no queue falls below its even share. */
function trim(queues: ReadonlyMap<string, QueueIndex>, jobsMax: number, share: number): void {
  const largestFirst = [...queues.values()].sort((a, b) => b.entries.size - a.entries.size);
  let over = largestFirst.reduce((total, { entries }) => total + entries.size, -jobsMax);
  for (const { entries } of largestFirst) {
    if (over <= 0) return;
    const oldestFirst = [...entries].sort(
      ([, a], [, b]) => (a.failure?.endedMs ?? 0) - (b.failure?.endedMs ?? 0),
    );
    const surplus = oldestFirst.slice(0, Math.max(0, Math.min(over, entries.size - share)));
    for (const [id] of surplus) entries.delete(id);
    over -= surplus.length;
  }
}

/** An empty index. @param jobsMax most jobs it holds; only tests want another */
export function createFailureIndex(jobsMax = INDEX_JOBS_MAX): FailureIndex {
  const queues = new Map<string, QueueIndex>();
  const running = new Map<string, Promise<void>>();
  /** Groups by filter, until something changes. */
  const cache = new Map<string, FailureGroup[]>();

  async function update(redis: Redis, queue: string, nowMs: number): Promise<void> {
    const index = queues.get(queue) ?? {
      entries: new Map(),
      checkedAt: 0,
      recheckedAt: 0,
      behind: false,
      loaded: false,
    };
    queues.set(queue, index);
    const share = Math.max(1, Math.floor(jobsMax / queues.size));
    const headMax = Math.min(HEAD_MAX, share);
    const { gone, fresh } = await findChanges(redis, queue, index, nowMs, headMax);
    const readable = fresh.slice(0, index.loaded ? NEW_MAX : headMax);
    const read = await readFailures(
      redis,
      readable.map(({ id }) => id),
    );
    for (const id of gone) index.entries.delete(id);
    for (const { id, score } of readable) index.entries.set(id, { score, failure: read.get(id) ?? null });
    index.behind = fresh.length > readable.length;
    index.loaded = true;
    trim(queues, jobsMax, share);
    cache.clear();
  }

  function* indexed(queue?: string): Generator<IndexedFailure> {
    for (const [name, { entries }] of queues) {
      if (queue !== undefined && name !== queue) continue;
      for (const [id, { failure }] of entries) if (failure !== null) yield { queue: name, id, failure };
    }
  }

  return {
    refresh: (redis, queue, nowMs) => {
      const current = running.get(queue);
      if (current !== undefined) return current;
      const started = update(redis, queue, nowMs).finally(() => running.delete(queue));
      running.set(queue, started);
      return started;
    },
    behind: (queue) => queues.get(queue)?.behind ?? false,
    drop: (queue) => {
      queues.delete(queue);
      cache.clear();
    },
    groups: ({ queue } = {}) => {
      const key = queue ?? "";
      const cached = cache.get(key) ?? groupsOf(indexed(queue));
      cache.set(key, cached);
      return cached;
    },
    idsOf: (fingerprint, queue) =>
      [...indexed(queue)]
        .filter(({ failure }) => failure.fingerprint === fingerprint)
        .sort((a, b) => (b.failure.endedMs ?? 0) - (a.failure.endedMs ?? 0))
        .map(({ queue: name, id }) => ({ queue: name, id })),
    errorOf: (queue, id) => {
      const failure = queues.get(queue)?.entries.get(id)?.failure ?? null;
      return failure === null ? null : { error: failure.error, fingerprint: failure.fingerprint };
    },
    parsed: () => {
      let jobs = 0;
      for (const _ of indexed()) jobs += 1;
      return jobs;
    },
  };
}
