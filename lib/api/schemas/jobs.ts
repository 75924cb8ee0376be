import { z } from "zod";
import { name, pageOf } from "./common";
import { queueCounts } from "./overview";

/** RQ's words; a value that RQ writes and we do not know is shown verbatim. */
export const JOB_STATUSES = [
  "queued",
  "started",
  "finished",
  "failed",
  "deferred",
  "scheduled",
  "stopped",
  "canceled",
] as const;

/** The places of a queue that hold jobs: its list and its registries. */
export const PLACES = [
  "queued",
  "started",
  "failed",
  "scheduled",
  "deferred",
  "finished",
  "canceled",
] as const;
export const place = z.enum(PLACES);
export type Place = z.infer<typeof place>;

/** RQ's ISO text, parsed to Unix ms; null when absent or not parsable. */
const time = z.number().nullable();

export const jobSummary = z.object({
  job_id: name,
  /** Verbatim; null when the hash is gone (the id is a ghost). */
  status: z.string().nullable(),
  origin: name.nullable(),
  func_name: z.string().nullable(),
  /** RQ's call string, cut at 300 characters. */
  description: z.string().nullable(),
  created_at: time,
  enqueued_at: time,
  started_at: time,
  ended_at: time,
  worker_name: name.nullable(),
  timeout_s: z.number().nullable(),
  retries_left: z.number().nullable(),
  /** Last line of the traceback, for failed jobs; cut at 300 characters. */
  error: z.string().nullable(),
  fingerprint: z.string().nullable(),
  /** Listed, but its hash is gone. */
  ghost: z.boolean(),
  /** Started jobs: heartbeat deadline, Unix ms. Scheduled: when it is due. */
  due_ms: z.number().nullable(),
  /** Started jobs: whether their worker is alive now; null when that cannot be told. */
  worker_alive: z.boolean().nullable(),
});
export type JobSummary = z.infer<typeof jobSummary>;
export const jobPage = pageOf(jobSummary);
export type JobPage = z.infer<typeof jobPage>;

/**
 * A decoded payload: a tree of inert values, flattened for the wire. Nothing in it was executed.
 * Cycles and shared nodes appear once, then as `ref`. `cut` = how many characters, items or entries are left out.
 */
export type ValueNode =
  | { t: "null" }
  | { t: "bool"; v: boolean }
  /** As text, so that big integers and NaN survive JSON. */
  | { t: "int" | "float"; v: string }
  | { t: "str"; v: string; cut?: number }
  /** Hex of the first bytes, and how many there are. */
  | { t: "bytes"; hex: string; size: number }
  | { t: "list" | "tuple" | "set" | "frozenset"; id?: number; items: ValueNode[]; cut?: number }
  | { t: "dict"; id?: number; entries: [ValueNode, ValueNode][]; cut?: number }
  /** A class or function named by the payload: shown, never imported. */
  | { t: "global"; name: string }
  /** An object that Python would build: shown, never built. `text` where its meaning is certain (datetime, UUID, Decimal). */
  | {
      t: "object";
      id?: number;
      cls: string;
      text?: string;
      args: ValueNode[];
      state?: ValueNode;
      /** What was appended; entries set by key (OrderedDict, defaultdict) are tuples of two. */
      items?: ValueNode[];
      cut?: number;
    }
  | { t: "ref"; id: number }
  | { t: "opaque"; why: string };

export const payload = z.object({
  /** How the bytes were read. `bytes` = they could not be. */
  encoding: z.enum(["pickle", "json", "text", "bytes", "absent"]),
  detail: z.string().nullable(),
  size: z.number(),
  /** Set when only a part was read or nothing could be: the reason, in words for a person. */
  truncated: z.boolean(),
  reason: z.string().nullable(),
  value: z.custom<ValueNode>().nullable(),
});
export type Payload = z.infer<typeof payload>;

export const call = z.object({
  func_name: z.string().nullable(),
  /** Class of a bound method's object. */
  instance: z.custom<ValueNode>().nullable(),
  args: z.custom<ValueNode>().array(),
  kwargs: z.array(z.tuple([z.string(), z.custom<ValueNode>()])),
  /** How the bytes were read. Its `value` is null when they were a call: the parts above are its value. */
  payload,
});
export type Call = z.infer<typeof call>;

export const jobResult = z.object({
  id: z.string(),
  at_ms: z.number(),
  type: z.enum(["successful", "failed", "stopped", "retried", "max_retries_exceeded", "unknown"]),
  worker_name: z.string().nullable(),
  started_ms: time,
  ended_ms: time,
  return_value: payload.nullable(),
  error: z.string().nullable(),
  traceback: z.string().nullable(),
});
export type JobResult = z.infer<typeof jobResult>;

/** One frame of a parsed traceback. */
export const frame = z.object({
  file: z.string(),
  line: z.number().nullable(),
  func: z.string(),
  code: z.string().nullable(),
  /** False for library and interpreter frames, which the page folds. */
  in_app: z.boolean(),
});
export type Frame = z.infer<typeof frame>;

export const traceback = z.object({
  error_type: z.string(),
  message: z.string(),
  fingerprint: z.string(),
  /** Blocks in the order of the text: the cause first, the error last. */
  blocks: z.array(
    z.object({
      /** How this block follows from the one before it; null for the first, and for members of a group. */
      link: z.enum(["direct-cause", "during-handling"]).nullable(),
      /** Place in an exception group: "2" or "2.1". Members stand before their group's own block. */
      member: z.string().optional(),
      frames: z.array(frame),
      /** The whole error text: type, message (may be several lines) and notes. */
      error: z.string(),
    }),
  ),
  raw: z.string(),
  truncated: z.boolean(),
});
export type Traceback = z.infer<typeof traceback>;

export const relatedJob = z.object({
  job_id: name,
  status: z.string().nullable(),
  func_name: z.string().nullable(),
});

export const jobDetail = z.object({
  job_id: name,
  status: z.string(),
  origin: name,
  func_name: z.string().nullable(),
  description: z.string().nullable(),
  created_at: time,
  enqueued_at: time,
  started_at: time,
  ended_at: time,
  last_heartbeat: time,
  worker_name: name.nullable(),
  worker_alive: z.boolean().nullable(),
  timeout_s: z.number().nullable(),
  result_ttl_s: z.number().nullable(),
  failure_ttl_s: z.number().nullable(),
  ttl_s: z.number().nullable(),
  /** Seconds until Redis drops the hash; null = never. */
  expires_in_s: z.number().nullable(),
  retries_left: z.number().nullable(),
  retry_intervals_s: z.array(z.number()).nullable(),
  call,
  meta: payload,
  /** The latest return value, of the results stream or the hash. */
  result: payload.nullable(),
  results: z.array(jobResult),
  results_total: z.number().nullable(),
  traceback: traceback.nullable(),
  depends_on: z.array(relatedJob),
  dependents: z.array(relatedJob),
  dependents_total: z.number(),
  /** Every field of the hash, also those that no one knows: text cut at 2,000 characters, bytes as hex. */
  fields: z.array(
    z.object({ name: z.string(), text: z.string().nullable(), hex: z.string().nullable(), size: z.number() }),
  ),
  fields_truncated: z.boolean(),
  /** Places that hold the id now; more than one, or none, is worth a look. */
  places: z.array(z.string()),
  /** False when the queue's list was too long to be searched in whole: it may still hold the id. */
  places_complete: z.boolean(),
  /** What may be done now, and why the rest may not. */
  actions: z.object({
    retry: z.object({ allowed: z.boolean(), reason: z.string().nullable() }),
    cancel: z.object({ allowed: z.boolean(), reason: z.string().nullable() }),
    stop: z.object({ allowed: z.boolean(), reason: z.string().nullable() }),
  }),
  at_ms: z.number(),
});
export type JobDetail = z.infer<typeof jobDetail>;

/** `GET queue/job/{id}`: the contract with existing callers, flat. Dates as RQ's ISO text. */
export const queueJob = z.object({
  job_id: name,
  status: z.string(),
  origin: name,
  func_name: z.string().nullable(),
  description: z.string().nullable(),
  created_at: z.string().nullable(),
  enqueued_at: z.string().nullable(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  worker_name: name.nullable(),
  timeout_s: z.number().nullable(),
  /** Plain JSON where the result has a JSON form; otherwise null and `result_text` says what it is. */
  result: z.unknown(),
  result_text: z.string().nullable(),
  error: z.string().nullable(),
  traceback: z.string().nullable(),
});
export type QueueJob = z.infer<typeof queueJob>;

export const workerState = z.enum(["busy", "idle", "starting", "suspended", "late", "dead", "ghost"]);

export const worker = z.object({
  name,
  /** `late`: heartbeat overdue. `dead`: registered, its key is gone or it said goodbye. `ghost`: a leftover partial hash. */
  state: workerState,
  alive: z.boolean(),
  queues: z.array(name),
  hostname: z.string().nullable(),
  pid: z.number().nullable(),
  version: z.string().nullable(),
  python_version: z.string().nullable(),
  birth_ms: time,
  heartbeat_ms: time,
  /** How old the heartbeat may get before the worker counts as late, by its own TTL. */
  heartbeat_due_ms: time,
  current_job: name.nullable(),
  current_job_func: z.string().nullable(),
  current_job_started_ms: time,
  successful_jobs: z.number(),
  failed_jobs: z.number(),
  working_s: z.number().nullable(),
  shutdown_requested_ms: time,
});
export type Worker = z.infer<typeof worker>;
export const workerList = z.object({
  items: z.array(worker),
  total: z.number(),
  truncated: z.boolean(),
  suspended: z.boolean(),
  at_ms: z.number(),
});
export type WorkerList = z.infer<typeof workerList>;

/** `GET queues/{queue}`: one queue, read now. */
export const queueDetail = z.object({
  name,
  counts: queueCounts,
  workers: z.array(worker),
  /** Whether some scheduler holds this queue's lock; null when it cannot be told. */
  scheduler: z.boolean().nullable(),
  at_ms: z.number(),
});
export type QueueDetail = z.infer<typeof queueDetail>;

/** `GET failures`: failed jobs of all queues, newest first, and the groups of those that were parsed. */
export const failureGroup = z.object({
  fingerprint: z.string(),
  error_type: z.string(),
  message: z.string(),
  jobs: z.number(),
  first_seen_ms: z.number().nullable(),
  last_seen_ms: z.number().nullable(),
  functions: z.array(z.object({ name: z.string(), jobs: z.number() })),
  queues: z.array(z.object({ name, jobs: z.number() })),
  sample_job_id: name,
});
export type FailureGroup = z.infer<typeof failureGroup>;
export const failurePage = jobPage.extend({
  groups: z.array(failureGroup),
  /** Failed jobs that were parsed into groups, out of `total`. */
  parsed: z.number(),
});
export type FailurePage = z.infer<typeof failurePage>;
