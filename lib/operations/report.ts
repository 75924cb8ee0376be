/** The report of an operation: counts that always add up to `matched`, and the first outcomes that were not `done`. */
import type { Asked, ItemOutcome, Operation, OperationAction } from "../api/schemas/operations";
import { AppError } from "../errors";
import { toAppError } from "../redis/errors";
import type { LeftOut } from "./contract";

const ITEMS_SHOWN = 200;

/** What was chosen besides the items. */
function choiceOf(asked: Asked): Pick<Operation, "to" | "at_front" | "mode"> {
  if (asked.action === "move") return { to: asked.to, at_front: asked.at_front };
  return asked.action === "repair" ? { mode: asked.mode } : {};
}

/** @param facts.asked null for a cleanup, which looks at everything */
export function emptyOperation(facts: {
  id: string;
  asked: Asked | null;
  connection: string;
  actor: string;
}): Operation {
  const action: OperationAction = facts.asked?.action ?? "cleanup";
  return {
    operation_id: facts.id,
    action,
    selector: facts.asked?.selector ?? null,
    ...(facts.asked === null ? {} : choiceOf(facts.asked)),
    actor: facts.actor,
    state: "planning",
    connection: facts.connection,
    started_ms: Date.now(),
    ended_ms: null,
    matched: 0,
    done: 0,
    skipped: {},
    unknown: 0,
    left: 0,
    truncated: false,
    per_s: null,
    batch: null,
    batch_ms: null,
    items: [],
    error: null,
  };
}

/** Adds outcomes: matched = done + skipped + unknown + left holds before and after. */
export function count(operation: Operation, outcomes: readonly ItemOutcome[]): void {
  for (const outcome of outcomes) {
    operation.left -= 1;
    if (outcome.outcome === "done") operation.done += 1;
    else if (outcome.outcome === "unknown") operation.unknown += 1;
    else {
      const reason = outcome.reason ?? "conflict";
      operation.skipped[reason] = (operation.skipped[reason] ?? 0) + 1;
    }
    const worthShowing =
      outcome.outcome !== "done" || (outcome.final !== null && outcome.final !== "stopped");
    if (worthShowing && operation.items.length < ITEMS_SHOWN) operation.items.push(outcome);
  }
}

/** What the plan saw and left out belongs to what the selection matched. */
export function leaveOut(operation: Operation, { counts, shown }: LeftOut): void {
  for (const [reason, number] of Object.entries(counts)) {
    operation.matched += number;
    operation.skipped[reason] = (operation.skipped[reason] ?? 0) + number;
  }
  operation.items.push(...shown.slice(0, ITEMS_SHOWN - operation.items.length));
}

export function end(operation: Operation, state: "done" | "stopped" | "failed"): void {
  operation.state = state;
  operation.ended_ms = Date.now();
}

/** An error for the report in words for the operator; of a bug only that there was one: the log has the rest. */
export function fail(operation: Operation, error: unknown): void {
  const known = toAppError(error);
  operation.error =
    known instanceof AppError ? known.message : "Vigia met an error of its own; its log has the details.";
  end(operation, "failed");
}

export function ledger(operation: Operation) {
  return {
    done: operation.done,
    skipped: operation.skipped,
    unknown: operation.unknown,
    left: operation.left,
  };
}
