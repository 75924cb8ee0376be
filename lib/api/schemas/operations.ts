import { z } from "zod";
import { name } from "./common";
import { place } from "./jobs";

export const actionName = z.enum(["retry", "cancel", "stop"]);
export type ActionName = z.infer<typeof actionName>;

/** What an operation may be: an action on chosen items, or the cleanup of what is no longer there. */
export const operationAction = z.enum([...actionName.options, "cleanup"]);
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

export const operationRequest = z.strictObject({
  action: actionName,
  selector,
  dry_run: z.boolean().default(false),
  /** Made by the client; the same id again gives the same operation and no second effect. */
  operation_id: z.uuid().optional(),
});
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
});
export type ItemOutcome = z.infer<typeof itemOutcome>;

export const operationPreview = z.object({
  action: actionName,
  selector,
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
});
export type OperationPreview = z.infer<typeof operationPreview>;

export const operation = z.object({
  operation_id: z.string(),
  action: operationAction,
  /** null for a cleanup, which looks at everything. */
  selector: selector.nullable(),
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
