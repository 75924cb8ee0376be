/** Started jobs of all queues, those that run longest first. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../api/cursor";
import type { Order } from "../api/inputs";
import type { JobPage } from "../api/schemas/jobs";
import { isName } from "../names";
import { troubleOf } from "../redis/errors";
import { batch, type Command, type Reply } from "../redis/pipeline";
import { type Entry, entriesOf, type Placed } from "./entries";
import { timeField } from "./hash";
import { dueOf } from "./job-list";
import { type KnownErrors, readRows } from "./job-rows";
import { jobKey, registryKey } from "./keys";
import { queueNames } from "./queue-names";
import { countRegistries } from "./registry-page";
import { startedJobs } from "./started";

/**
 * Jobs that are put in order. A job runs on a worker, so there are as many as workers, and some abandoned ones;
 * beyond this the list has those with the nearest deadlines of each queue, and `total` says how many there are.
 */
const RUNNING_MAX = 5_000;

/** After which job the list goes on: `t` the start in Unix ms, null = not known. */
const runningCursor = z.strictObject({
  t: z.number().nullable(),
  q: z.string().refine(isName),
  i: z.string().min(1),
});

interface Running {
  queue: string;
  id: string;
  startedMs: number | null;
  dueMs: number | null;
}

export interface RunningQuery {
  /** `oldest` = runs longest first. */
  order: Order;
  cursor: string | undefined;
  limit: number;
  nowMs: number;
}

/** A job whose start is not noted (its worker has only just taken it) counts as the youngest. */
function compareRunning(a: Omit<Running, "dueMs">, b: Omit<Running, "dueMs">, order: Order): number {
  const [left, right] = [a.startedMs ?? Infinity, b.startedMs ?? Infinity];
  if (left !== right) return (left < right ? -1 : 1) * (order === "oldest" ? 1 : -1);
  if (a.queue !== b.queue) return a.queue < b.queue ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function readable(reply: Reply): Entry[] {
  return reply instanceof Error && troubleOf(reply) === "no-permission" ? [] : entriesOf(reply);
}

async function startedEverywhere(
  redis: Redis,
  queues: readonly string[],
  total: number | null,
): Promise<Running[]> {
  const share = Math.ceil(RUNNING_MAX / Math.max(1, queues.length));
  const each = total !== null && total <= RUNNING_MAX ? RUNNING_MAX : share;
  const replies = await batch(
    redis,
    queues.map((queue): Command => ["ZRANGE", registryKey("started", queue), 0, each - 1, "WITHSCORES"]),
  );
  const entries = queues.flatMap((queue, index) =>
    readable(replies[index]).map((entry): Placed => ({ ...entry, queue })),
  );
  const jobs = await startedJobs(redis, entries);
  const starts = await batch(
    redis,
    jobs.map(({ id }): Command => ["HGET", jobKey(id), "started_at"]),
  );
  return jobs.map(({ id, entry }, index) => ({
    id,
    queue: entry.queue,
    startedMs: timeField(starts[index]),
    dueMs: dueOf("started", entry),
  }));
}

/**
 * All queues' started jobs in order of their start; one with several executions stands once. Reads every entry
 * (at most 5,000) and its start, then the rows of the page.
 * @throws AppError INVALID_INPUT for a malformed cursor
 */
export async function listRunning(redis: Redis, query: RunningQuery, known: KnownErrors): Promise<JobPage> {
  const { order, limit } = query;
  const cursor = query.cursor === undefined ? null : decodeCursor(runningCursor, query.cursor);
  const { queues } = await queueNames(redis);
  const counts = await countRegistries(redis, "started", queues, query.nowMs / 1_000);
  // Entries, not jobs, are what Redis counts; the difference only matters where the list is cut.
  const entries = counts.reduce<number | null>((sum, n) => (sum === null || n === null ? null : sum + n), 0);
  const running = await startedEverywhere(
    redis,
    queues.filter((_, index) => counts[index] !== 0),
    entries,
  );
  running.sort((a, b) => compareRunning(a, b, order));
  const after = cursor === null ? null : { startedMs: cursor.t, queue: cursor.q, id: cursor.i };
  const rest = after === null ? running : running.filter((job) => compareRunning(job, after, order) > 0);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: await readRows(redis, shown, "started", known),
    next_cursor:
      rest.length > limit && last !== undefined
        ? encodeCursor({ t: last.startedMs, q: last.queue, i: last.id })
        : null,
    total: entries !== null && entries <= RUNNING_MAX ? running.length : entries,
  };
}
