import { z } from "zod";
import { name, quality, sourceId } from "./common";
import { entryId } from "./streams";

/** What holds much of a server's memory; `bytes` is an estimate from samples. */
const memoryHolder = z.object({
  source: sourceId,
  /** A queue with all its jobs, or a stream. */
  name,
  bytes: z.number(),
  /** Jobs of a queue in all its registries, entries of a stream. */
  items: z.number(),
  /** False for a stream with a large pending list: this server counts that several times over. */
  trusted: z.boolean(),
});
export type MemoryHolder = z.infer<typeof memoryHolder>;

const serverMemory = {
  label: z.string(),
  used_bytes: z.number(),
  /** `maxmemory`, or the memory of the whole machine where Redis sets itself no limit; 0 = not told. */
  limit_bytes: z.number(),
  limit_of: z.enum(["redis", "machine"]),
  /** `maxmemory-policy`: what Redis does when the limit is reached. */
  policy: z.string(),
  /** Largest first, at most 8; null = not estimated yet, or not allowed. */
  holders: z.array(memoryHolder).nullable(),
};

/** Evidence of each diagnosis: facts, not sentences. The page has the words. */
const evidence = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("queue-no-worker"),
    queue: name,
    waiting: z.number(),
    oldest_ms: z.number().nullable(),
    /** Queues that live workers do listen to, at most 8. */
    listened: z.array(name),
    /** A listened queue whose name is nearly this one's. */
    similar: name.nullable(),
    last_worker: name.nullable(),
    last_worker_left_ms: z.number().nullable(),
    /** True when it never signed off: its last sign of life is then the moment it left. */
    last_worker_died: z.boolean(),
    suspended: z.boolean(),
  }),
  /** Many queues without a worker, told as one. */
  z.object({
    kind: z.literal("queues-no-worker"),
    total: z.number(),
    waiting: z.number(),
    /** The oldest waiting first, at most 20. */
    queues: z.array(z.object({ queue: name, waiting: z.number(), oldest_ms: z.number().nullable() })),
    listened: z.array(name),
    suspended: z.boolean(),
  }),
  z.object({
    kind: z.literal("same-failure"),
    fingerprint: z.string(),
    error_type: z.string(),
    message: z.string(),
    jobs: z.number(),
    /** True when the index is bounded and there may be more. */
    at_least: z.boolean(),
    functions: z.array(z.object({ name: z.string(), jobs: z.number() })),
    queues: z.array(z.object({ name, jobs: z.number() })),
    first_seen_ms: z.number().nullable(),
    last_seen_ms: z.number().nullable(),
    other_failures: z.number(),
    sample_job_id: name,
  }),
  z.object({
    kind: z.literal("job-worker-gone"),
    queue: name,
    jobs: z.array(
      z.object({
        job_id: name,
        func_name: z.string().nullable(),
        worker_name: name.nullable(),
        started_ms: z.number().nullable(),
      }),
    ),
    total: z.number(),
    /** Whether a live worker listens to the queue and will clean this up by itself. */
    cleanup_expected: z.boolean(),
  }),
  /** Started jobs whose worker is alive, and that should have ended. */
  z.object({
    kind: z.literal("job-overruns"),
    queue: name,
    /** Those that run longest, at most 10. */
    jobs: z.array(
      z.object({
        job_id: name,
        func_name: z.string().nullable(),
        worker_name: name,
        started_ms: z.number(),
        /** The job's own limit; null = it has none, or it is not known. */
        timeout_ms: z.number().nullable(),
        /** Past its own limit, or only far longer than jobs of these workers run on average. */
        by: z.enum(["timeout", "usual"]),
      }),
    ),
    total: z.number(),
    /** Mean run of the jobs of this queue's workers; null = too few ran. */
    usual_ms: z.number().nullable(),
  }),
  z.object({
    kind: z.literal("backlog-grows"),
    queue: name,
    waiting: z.number(),
    grew_by: z.number(),
    window_ms: z.number(),
    in_per_s: z.number().nullable(),
    out_per_s: z.number().nullable(),
    oldest_ms: z.number().nullable(),
    workers_live: z.number(),
    workers_busy: z.number(),
    /** Mean run of the jobs of this queue's workers; null = too few ran. */
    run_ms: z.number().nullable(),
    /** Workers to add so that the backlog is gone in 10 minutes; null = more workers are not what is missing, or not known. */
    workers_more: z.number().nullable(),
  }),
  z.object({
    kind: z.literal("consumer-dead"),
    stream: name,
    group: name,
    consumer: name,
    pending: z.number(),
    /** Since it was last heard of, by what this Redis tells. */
    silent_ms: z.number(),
    usual_gap_ms: z.number().nullable(),
    oldest_ms: z.number().nullable(),
    /** False before Redis 7.2, which cannot tell a dead consumer from one that is stuck. */
    certain: z.boolean(),
    /** Consumers of the group that are alive. */
    alive: z.array(name),
    /** Whether entries were seen to be reclaimed in this group. */
    reclaimed: z.boolean(),
  }),
  z.object({
    kind: z.literal("group-no-consumers"),
    stream: name,
    group: name,
    lag: z.number().nullable(),
    pending: z.number(),
    behind_ms: z.number().nullable(),
  }),
  /** Many groups that nobody reads, told as one. */
  z.object({
    kind: z.literal("groups-no-consumers"),
    total: z.number(),
    streams: z.number(),
    /** Sum of the lags that are known. */
    lag: z.number(),
    pending: z.number(),
    /** The largest lags first, at most 20. */
    groups: z.array(
      z.object({
        stream: name,
        group: name,
        lag: z.number().nullable(),
        pending: z.number(),
        behind_ms: z.number().nullable(),
      }),
    ),
  }),
  z.object({
    kind: z.literal("group-stalled"),
    stream: name,
    group: name,
    lag: z.number().nullable(),
    pending: z.number(),
    alive: z.number(),
    /** For so long nothing was acknowledged while Vigia watched. */
    quiet_ms: z.number(),
    oldest_ms: z.number().nullable(),
  }),
  z.object({
    kind: z.literal("entry-poison"),
    stream: name,
    group: name,
    /** The first few, most deliveries first. */
    entries: z.array(
      z.object({
        id: entryId,
        consumer: name.nullable(),
        deliveries: z.number(),
        idle_ms: z.number().nullable(),
      }),
    ),
    total: z.number(),
    /** True when not all pending entries were looked at. */
    at_least: z.boolean(),
  }),
  z.object({
    kind: z.literal("entries-trimmed-unread"),
    stream: name,
    group: name,
    /** null = some may be lost, Redis cannot tell how many. */
    lost: z.number().nullable(),
    quality,
    behind_ms: z.number().nullable(),
  }),
  z.object({
    kind: z.literal("group-grows"),
    stream: name,
    group: name,
    lag: z.number(),
    pending: z.number(),
    grew_by: z.number(),
    window_ms: z.number(),
    in_per_s: z.number().nullable(),
    out_per_s: z.number().nullable(),
    behind_ms: z.number().nullable(),
    consumers: z.number().nullable(),
  }),
  z.object({
    kind: z.literal("redis-unreachable"),
    label: z.string(),
    /** Why: `refused`, `wrong-password`, `no-permission` … */
    trouble: z.string(),
    /** Command that the user may not run, where that is why. */
    denied: z.string().nullable(),
    last_good_ms: z.number().nullable(),
    next_try_at_ms: z.number().nullable(),
  }),
  z.object({
    kind: z.literal("data-stale"),
    label: z.string(),
    last_good_ms: z.number().nullable(),
  }),
  /** Commands that Vigia needs to watch and the user may not run; figures that depend on them are missing. */
  z.object({
    kind: z.literal("redis-denied"),
    label: z.string(),
    user: z.string().nullable(),
    commands: z.array(z.string()),
  }),
  z.object({ kind: z.literal("redis-memory"), ...serverMemory }),
  z.object({
    kind: z.literal("redis-evicts"),
    ...serverMemory,
    /** Keys that Redis removed for want of memory since the problem began. */
    evicted: z.number(),
  }),
]);
export type Evidence = z.infer<typeof evidence>;
export type ProblemKind = Evidence["kind"];

export const problem = z.object({
  /** Stable while the problem lasts: a permalink. */
  id: z.string(),
  source: sourceId.nullable(),
  severity: z.enum(["failing", "degraded"]),
  since_ms: z.number(),
  evidence,
});
export type Problem = z.infer<typeof problem>;

export const problemList = z.object({ items: z.array(problem), at_ms: z.number() });
