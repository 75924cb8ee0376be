import type { ActionName, ItemOutcome, JobActionResult } from "../api/schemas/operations";
import { AppError } from "../errors";

/** Why an action on one job or entry did not happen, and what to do; for a person at a terminal: the page has its own words. */
export const REASONS: Record<NonNullable<ItemOutcome["reason"]>, string> = {
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
  "wrong-type": "What is stored under its keys is of another type than it should be.",
  running: "A worker runs it.",
  "same-queue": "It is in that queue already.",
  "worker-alive": "Its worker is alive. Stop it instead.",
  dependents:
    "Jobs wait on it that run after a failure too, and only RQ can release them. Enqueue it again, or let RQ's cleanup find it.",
  "not-kept": "Its failure_ttl is 0: RQ deletes it as it fails. Enqueue it again instead.",
  acked: "It is not pending in this group: it was acknowledged meanwhile, or never delivered.",
  deleted:
    "It was deleted or trimmed from the stream; only the reference is pending. Acknowledge it to remove that.",
  owner: "Another consumer holds it now. Look at the pending entries again.",
  busy: "It was delivered or claimed more recently than min_idle_ms, so a consumer may be at work on it. Wait, or ask with a smaller min_idle_ms.",
  poison:
    "It was delivered more often than max_deliveries. Dead-letter it, or leave max_deliveries out to include it.",
  "few-deliveries": "It was delivered less often than min_deliveries.",
  "no-consumer": "The group has no such consumer, and a claim never creates one. Name one that exists.",
  "no-group": "The stream or its consumer group is gone.",
  "too-large": "It has more fields than one script may copy. Claim it for a consumer instead.",
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
