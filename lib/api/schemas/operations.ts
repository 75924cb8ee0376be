import { z } from "zod";
import { name } from "./common";
import { place } from "./jobs";
import { entryId } from "./streams";

/** Actions on jobs that leave nothing to choose; each has a route of its own for one job. */
export const actionName = z.enum(["retry", "cancel", "stop"]);
export type ActionName = z.infer<typeof actionName>;

/** All actions on jobs. move: waiting jobs to another queue · repair: started jobs whose worker is gone */
export const jobActionName = z.enum([...actionName.options, "move", "repair"]);
export type JobActionName = z.infer<typeof jobActionName>;

/** enqueue: back into their queue · fail: what RQ's own cleanup does (a retry where retries are left, else failed) */
export const repairMode = z.enum(["enqueue", "fail"]);
export type RepairMode = z.infer<typeof repairMode>;

/**
 * Actions on pending entries of a consumer group. claim: for a named, existing consumer · release: leave the owner, let
 * whoever reclaims take it at once · requeue: add a copy at the end, then ack · ack · dead-letter: move to `{stream}:dlq`
 */
export const entryActionName = z.enum(["claim", "release", "requeue", "ack", "dead-letter"]);
export type EntryActionName = z.infer<typeof entryActionName>;

/** What an operation may be: an action on chosen items, or the cleanup of what is no longer there. */
export const operationAction = z.enum([...jobActionName.options, ...entryActionName.options, "cleanup"]);
export type OperationAction = z.infer<typeof operationAction>;

/** Which items: a selection by id, or everything in one place of a queue (narrowed by a cause). Never empty. */
export const selector = z.union([
  z.strictObject({ ids: z.array(name).min(1).max(1_000) }),
  z.strictObject({
    queue: name.optional(),
    place,
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .optional(),
  }),
]);
export type Selector = z.infer<typeof selector>;

/** Deliveries from which on an entry counts as poison. */
export const POISON_DELIVERIES = 5;

/**
 * Which pending entries of one group: named ones, or all that a consumer holds, or all that were delivered often; each
 * is checked again at its turn. Never everything.
 */
export const entrySelector = z
  .strictObject({
    stream: name,
    group: name,
    ids: z.array(entryId).min(1).max(1_000).optional(),
    /** Only entries that this consumer holds. */
    consumer: name.optional(),
    /** Only entries not delivered for so long: a living consumer's work is not taken away. */
    min_idle_ms: z.number().int().min(0).max(31_536_000_000).default(60_000),
    min_deliveries: z.number().int().min(1).optional(),
    /** Leaves out what was delivered more often (poison). */
    max_deliveries: z.number().int().min(1).optional(),
    /** Claim only: the consumer that shall own them. */
    to: name.optional(),
    /** Dead-letter only: kept with the entry as `_dlq_reason`. */
    note: z.string().max(200).optional(),
  })
  .refine((s) => s.ids !== undefined || s.consumer !== undefined || s.min_deliveries !== undefined, {
    error:
      "Name entries (ids), a consumer, or a least number of deliveries: an action never takes everything",
  });
export type EntrySelector = z.infer<typeof entrySelector>;

const request = {
  dry_run: z.boolean().default(false),
  /** Made by the client; the same id again gives the same operation and no second effect. */
  operation_id: z.uuid().optional(),
};
export const jobOperationRequest = z.strictObject({ action: actionName, selector, ...request });
export const moveRequest = z.strictObject({
  action: z.literal("move"),
  /** Ids, or the place `queued` of one queue. All of a queue keep their order; of ids, the longest waiting goes first. */
  selector,
  /** The target; it need not exist yet. */
  to: name,
  /** To the head of the target, to run next. While all of a long queue is moved there, its last jobs arrive first. */
  at_front: z.boolean().default(false),
  ...request,
});
export const repairRequest = z.strictObject({
  action: z.literal("repair"),
  /** Ids, or the place `started`: of it only jobs whose worker is gone. */
  selector,
  mode: repairMode,
  ...request,
});
export const entryOperationRequest = z.strictObject({
  action: entryActionName,
  selector: entrySelector,
  ...request,
});
export const operationRequest = z.discriminatedUnion("action", [
  jobOperationRequest,
  moveRequest,
  repairRequest,
  entryOperationRequest,
]);
/** What an operation acts on, with the action that may act on it. */
export type Asked =
  | { action: ActionName; selector: Selector }
  | { action: "move"; selector: Selector; to: string; at_front: boolean }
  | { action: "repair"; selector: Selector; mode: RepairMode }
  | { action: EntryActionName; selector: EntrySelector };
export type OperationRequest = z.infer<typeof operationRequest>;

/** What became of one item. `unknown`: the reply was lost; its mark will tell. */
export const outcome = z.enum(["done", "skipped", "unknown"]);

/**
 * Why an item was left alone. The page has the words.
 * conflict: its status is another one · gone: its hash has expired (the ghost id was removed) · moved: another
 * queue owns it · not-in-registry: its registry does not hold it · not-in-queue: no list holds it · starting:
 * a worker has just taken it · use-stop: it runs; stop it instead · worker-gone: nobody listens for the
 * command · no-worker-name · not-running · already: this operation did it before · unsupported: the job
 * uses a feature that must not be touched by hand (rate limits) · wrong-type
 * Of a move: running: a worker runs it · same-queue: it is in the target already
 * Of a repair: worker-alive · dependents: marked as failed it would have to release jobs that wait on it · not-kept:
 * RQ would delete it as it fails (failure_ttl 0)
 * Of pending entries: acked: no longer pending · deleted: the entry itself is gone from the stream · owner: another
 * consumer holds it · busy: delivered more recently than the minimum idle time · poison: delivered too often ·
 * few-deliveries: not delivered often enough · no-consumer: the consumer to claim for does not exist · no-group: the
 * stream or its group is gone · too-large: more fields than one script may copy
 */
export const skipReason = z.enum([
  "conflict",
  "gone",
  "moved",
  "not-in-registry",
  "not-in-queue",
  "starting",
  "use-stop",
  "worker-gone",
  "no-worker-name",
  "not-running",
  "unsupported",
  "wrong-type",
  "running",
  "same-queue",
  "worker-alive",
  "dependents",
  "not-kept",
  "acked",
  "deleted",
  "owner",
  "busy",
  "poison",
  "few-deliveries",
  "no-consumer",
  "no-group",
  "too-large",
]);
export type SkipReason = z.infer<typeof skipReason>;

export const itemOutcome = z.object({
  id: name,
  outcome,
  reason: skipReason.nullable(),
  /** The job's status after the action, as far as known. */
  status: z.string().nullable(),
  /** Stop only: what its worker made of it. */
  final: z.enum(["stopped", "finished", "failed", "still-running"]).nullable(),
  /** Requeue and dead-letter: the ID of the copy. */
  new_id: entryId.optional(),
});
export type ItemOutcome = z.infer<typeof itemOutcome>;

export const operationPreview = z.object({
  action: z.enum([...jobActionName.options, ...entryActionName.options]),
  selector: z.union([selector, entrySelector]),
  matched: z.number(),
  /** True when counting stopped at a bound. */
  at_least: z.boolean(),
  /** `matched` less what would be skipped among the `inspected` ones: an upper bound when not all were looked at. */
  eligible: z.number(),
  /** How many of the matched items were looked at one by one, at most 1,000. */
  inspected: z.number(),
  /** Reason → number, among the inspected. */
  skipped: z.record(z.string(), z.number()),
  /** Jobs that wait on the matched ones (cancel). */
  dependents: z.number(),
  connection: z.string(),
  sample: z.array(name),
  /** Move only: whether RQ knows the target queue, and how many live workers listen to it. */
  target: z.object({ known: z.boolean(), listeners: z.number() }).optional(),
});
export type OperationPreview = z.infer<typeof operationPreview>;

export const operation = z.object({
  operation_id: z.string(),
  action: operationAction,
  /** null for a cleanup, which looks at everything. */
  selector: z.union([selector, entrySelector]).nullable(),
  /** Move only. */
  to: name.optional(),
  at_front: z.boolean().optional(),
  /** Repair only. */
  mode: repairMode.optional(),
  /** Who started it. */
  actor: z.string(),
  state: z.enum(["planning", "running", "stopping", "stopped", "done", "failed"]),
  connection: z.string(),
  started_ms: z.number(),
  ended_ms: z.number().nullable(),
  matched: z.number(),
  done: z.number(),
  skipped: z.record(z.string(), z.number()),
  unknown: z.number(),
  left: z.number(),
  /** True when the plan stopped at its bound of items: start another operation for the rest. */
  truncated: z.boolean(),
  per_s: z.number().nullable(),
  /** Size of the last batch and what it cost Redis. */
  batch: z.number().nullable(),
  batch_ms: z.number().nullable(),
  /** First outcomes that were not `done`, at most 200. */
  items: z.array(itemOutcome),
  error: z.string().nullable(),
});
export type Operation = z.infer<typeof operation>;

/** Answer of `POST queue/job/{id}/cancel` and `…/retry`, and of stop. */
export const jobActionResult = z.object({
  job_id: name,
  status: z.string().nullable(),
  outcome: z.enum(["done"]),
  operation_id: z.string(),
  final: itemOutcome.shape.final,
});
export type JobActionResult = z.infer<typeof jobActionResult>;

/** Body of `POST streams/{stream}/groups/{group}/claim`, `/ack` and `/dead-letter`. */
export const claimBody = z.strictObject({
  mode: z.enum(["claim", "release", "requeue"]),
  ids: entrySelector.shape.ids,
  from: entrySelector.shape.consumer,
  to: entrySelector.shape.to,
  min_idle_ms: entrySelector.shape.min_idle_ms,
  min_deliveries: entrySelector.shape.min_deliveries,
  max_deliveries: entrySelector.shape.max_deliveries,
  operation_id: z.uuid().optional(),
});
export const ackBody = claimBody.omit({ mode: true, to: true });
export const deadLetterBody = ackBody.extend({ note: entrySelector.shape.note });

/** What became of it within 10 s; a larger one goes on, see `operations/{operation_id}`. */
export const entryActionResult = z.object({
  operation_id: z.string(),
  state: operation.shape.state,
  matched: z.number(),
  done: z.number(),
  left: z.number(),
  unknown: z.number(),
  /** Entry ID → why it was left alone; at most 200. */
  skipped: z.record(z.string(), skipReason),
  skipped_total: z.number(),
  /** Entry ID → ID of its copy (requeue, dead-letter); at most 200. */
  new_ids: z.record(z.string(), entryId),
  /** What cut it short; null = nothing did. */
  error: z.string().nullable(),
});
export type EntryActionResult = z.infer<typeof entryActionResult>;
