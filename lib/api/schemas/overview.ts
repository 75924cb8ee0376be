import { z } from "zod";
import { health, name, quality, sourceId } from "./common";
import { problem } from "./problems";
import { backlogStream, discovery } from "./streams";

/** `empty`: nothing waits. `measuring`: too few samples. `never`: more comes in than goes out. */
export const drain = z.enum(["empty", "draining", "never", "measuring", "unknown"]);

/** Counts of one RQ queue. Expired entries that no worker has cleaned yet are left out. */
export const queueCounts = z.object({
  queued: z.number().nullable(),
  /** Popped by a worker but not yet marked started. */
  intermediate: z.number().nullable(),
  started: z.number().nullable(),
  /** Started entries whose heartbeat deadline has passed. */
  abandoned: z.number().nullable(),
  finished: z.number().nullable(),
  failed: z.number().nullable(),
  deferred: z.number().nullable(),
  scheduled: z.number().nullable(),
  /** Scheduled jobs that should have been enqueued more than 5 s ago. */
  overdue: z.number().nullable(),
  canceled: z.number().nullable(),
});
export type QueueCounts = z.infer<typeof queueCounts>;

/** One backlog: an RQ queue, a consumer group (`stream/group`), or a stream that has none. The unit of the overview. */
export const backlogRow = z.object({
  /** `source:name`, unique on a connection. */
  id: z.string(),
  source: sourceId,
  name,
  state: health,
  /** Kind of the worst problem of this backlog; null when it has none. */
  problem: z.string().nullable(),
  /** Rank of the row, worst first; lower is worse. Rows of one snapshot have distinct ranks. */
  rank: z.number().int(),
  waiting: z.number().nullable(),
  running: z.number().nullable(),
  failed: z.number().nullable(),
  /** Age of the oldest waiting item, milliseconds; 0 when nothing waits. */
  oldest_ms: z.number().nullable(),
  /** Rates over the last minute. */
  in_per_s: z.number().nullable(),
  out_per_s: z.number().nullable(),
  failed_per_min: z.number().nullable(),
  drain,
  drain_s: z.number().nullable(),
  workers_live: z.number().nullable(),
  workers_busy: z.number().nullable(),
  counts: queueCounts.nullable(),
  /** null for a queue. */
  stream: backlogStream.nullable(),
  /** When this row was last known to be true, by Redis' clock. */
  at_ms: z.number(),
  /** Only what is not exact: `{ "in_per_s": "estimated" }`. */
  quality: z.record(z.string(), quality),
});
export type BacklogRow = z.infer<typeof backlogRow>;

export const redisTrouble = z.string();

export const connectionInfo = z.object({
  id: z.string(),
  /** Without credentials. */
  label: z.string(),
  phase: z.enum(["up", "connecting", "down", "denied", "loading"]),
  since_ms: z.number(),
  trouble: redisTrouble.nullable(),
  denied_command: z.string().nullable(),
  next_try_at_ms: z.number().nullable(),
  redis_version: z.string().nullable(),
  latency_ms: z.number().nullable(),
  ops_per_s: z.number().nullable(),
  used_memory_bytes: z.number().nullable(),
  max_memory_bytes: z.number().nullable(),
  /** Redis' clock minus ours. */
  clock_skew_ms: z.number().nullable(),
  /** Why nothing can be changed from here, or null when it can. */
  read_only: z.enum(["setting", "redis-user"]).nullable(),
});
export type ConnectionInfo = z.infer<typeof connectionInfo>;

export const totals = z.object({
  waiting: z.number().nullable(),
  running: z.number().nullable(),
  /** The part of `running` that is RQ jobs; the rest is pending entries of streams. */
  jobs_running: z.number().nullable(),
  failed: z.number().nullable(),
  /** Change of waiting over the last 10 minutes (or since the first sample, see `since_ms`). */
  waiting_change_10m: z.number().nullable(),
  oldest_ms: z.number().nullable(),
  oldest_backlog: name.nullable(),
  in_per_s: z.number().nullable(),
  out_per_s: z.number().nullable(),
  failed_per_min: z.number().nullable(),
  drain,
  drain_s: z.number().nullable(),
  /** Failed attempts and all attempts in the last hour, as far as Vigia has watched. */
  failed_last_hour: z.number().nullable(),
  runs_last_hour: z.number().nullable(),
  /** Since when the figures of the last hour have been counted. */
  watched_since_ms: z.number(),
  workers_live: z.number().nullable(),
  workers_busy: z.number().nullable(),
  workers_total: z.number().nullable(),
  backlogs: z.number(),
  queues: z.number(),
  /** Consumer groups, and streams without one. */
  groups: z.number(),
  streams_ungrouped: z.number(),
  /** Rows that are not older than 10 s, out of `backlogs`. */
  fresh: z.number(),
  quality: z.record(z.string(), quality),
});
export type Totals = z.infer<typeof totals>;

export const verdict = z.object({
  state: health,
  /** Open problems by severity. */
  failing: z.number(),
  degraded: z.number(),
  /** Why the state is unknown, if it is. */
  unknown: z.enum(["starting", "redis-unreachable", "stale", "nothing-found"]).nullable(),
});
export type Verdict = z.infer<typeof verdict>;

/** Everything the first screen needs, one serialisation a tick. Rows: the worst `ROWS_MAX`. */
export const overview = z.object({
  tick: z.number().int(),
  /** Redis' clock at the sample. */
  at_ms: z.number(),
  /** Vigia's clock when this was serialised; a browser derives its own offset from it. */
  server_now_ms: z.number(),
  interval_ms: z.number(),
  stale_since_ms: z.number().nullable(),
  connection: connectionInfo,
  verdict,
  problems: z.array(problem),
  problems_total: z.number(),
  totals,
  rows: z.array(backlogRow),
  rows_total: z.number(),
  discovery,
  /** What was looked for, when nothing was found; null otherwise. */
  nothing_found: z
    .object({
      redis_from: z.string(),
      db: z.number(),
      /** Databases of the same server that hold RQ queues. */
      other_dbs: z.array(z.object({ db: z.number(), queues: z.number() })),
      /** False where the Redis user may not look there. */
      other_dbs_known: z.boolean(),
    })
    .nullable(),
});
export type Overview = z.infer<typeof overview>;

/** One SSE message `tick`: the overview without its rows, and the rows that changed. Under 64 kB. */
export const tickEvent = overview.omit({ rows: true }).extend({
  /** Tick that the changes build on; a browser that holds another one fetches the overview again. */
  base_tick: z.number().int(),
  changed: z.array(backlogRow),
  removed: z.array(z.string()),
});
export type TickEvent = z.infer<typeof tickEvent>;

/** `GET queue/info`: one queue, a contract with existing callers. */
export const queueInfo = z.object({
  name,
  length: z.number().nullable(),
  failed_count: z.number().nullable(),
  started_count: z.number().nullable(),
  finished_count: z.number().nullable(),
  deferred_count: z.number().nullable(),
  scheduled_count: z.number().nullable(),
  canceled_count: z.number().nullable(),
  oldest_ms: z.number().nullable(),
  in_per_s: z.number().nullable(),
  out_per_s: z.number().nullable(),
  workers: z.number().nullable(),
  state: health,
  age_ms: z.number(),
});
export type QueueInfo = z.infer<typeof queueInfo>;

export const queueHealth = z.object({
  status: z.enum(["ok", "degraded", "failing"]),
  problems: z.number(),
  queues: z.number(),
  workers: z.number().nullable(),
  waiting: z.number().nullable(),
  failed: z.number().nullable(),
  age_ms: z.number().nullable(),
  detail: z.string().nullable(),
});
export type QueueHealth = z.infer<typeof queueHealth>;
