import type { ActionName, ItemOutcome, JobActionResult } from "../api/schemas/operations";
import { AppError } from "../errors";

/** Why an action on one job did not happen, for a person at a terminal; the page has its own words. */
const REASONS: Record<NonNullable<ItemOutcome["reason"]>, string> = {
  conflict: "Its status does not allow this.",
  gone: "Its data has expired or was deleted.",
  moved: "It belongs to another queue now.",
  "not-in-registry": "The registry that its status names does not hold it.",
  "not-in-queue": "No list holds it: a worker may have taken it just now, or it was lost.",
  starting: "A worker has just taken it.",
  "use-stop": "It runs. Stop it instead.",
  "worker-gone": "Its worker does not listen: it is gone, or works on something else.",
  "no-worker-name": "It does not say which worker runs it.",
  "not-running": "It does not run.",
  unsupported: "It uses a feature that must not be touched by hand.",
  "wrong-type": "What is stored under its keys is not what RQ stores.",
};

/**
 * The outcome of a single action as the answer of its route.
 * @throws AppError NOT_FOUND for an unknown job, CONFLICT when it was left alone, TIMEOUT while the outcome is unknown
 */
export function answerFor(
  action: ActionName,
  outcome: ItemOutcome & { operation_id: string },
): JobActionResult {
  const { id, operation_id, reason, status, final } = outcome;
  if (outcome.outcome === "done") return { job_id: id, status, outcome: "done", operation_id, final };
  const facts = { job_id: id, operation_id, outcome: outcome.outcome, reason, status };
  if (outcome.outcome === "unknown")
    throw new AppError(
      "TIMEOUT",
      `Redis did not answer: whether the ${action} was made is unknown. Ask again with the same operation_id; it is never made twice.`,
      { facts },
    );
  if (reason === "gone") throw new AppError("NOT_FOUND", "There is no such job.", { facts });
  const runs = action !== "stop" && (status === "started" || reason === "starting");
  throw new AppError(
    "CONFLICT",
    `${status === null ? "The job" : `The job is ${status}`} and was left alone. ${reason === null ? "" : REASONS[reason]}`.trim(),
    { facts: runs ? { ...facts, next: "stop" } : facts },
  );
}
