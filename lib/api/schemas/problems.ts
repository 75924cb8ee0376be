import { z } from "zod";
import { name, quality, sourceId } from "./common";
import { entryId } from "./streams";

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
    trouble: z.string(),
    last_good_ms: z.number().nullable(),
    next_try_at_ms: z.number().nullable(),
  }),
  z.object({
    kind: z.literal("data-stale"),
    label: z.string(),
    last_good_ms: z.number().nullable(),
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
