import { type ItemOutcome, type SkipReason, skipReason } from "@/lib/api/schemas/operations";
import { AppError } from "@/lib/errors";

/** What a script says of one item: `ACTION:OUTCOME:REASON:STATUS`; the status comes last, as it may hold anything. */
const FORM = /^([a-z]+):(done|skipped|pending):([a-z-]*):([\s\S]*)$/;

export interface ScriptOutcome {
  kind: "done" | "skipped" | "pending";
  reason: SkipReason | null;
  status: string | null;
}

/**
 * @param action what was asked for; a mark of another action means that its operation id was used twice
 * @throws AppError CONFLICT for such a mark
 */
export function parseOutcome(reply: unknown, action: string): ScriptOutcome {
  const text = Buffer.isBuffer(reply) ? reply.toString("utf8") : String(reply);
  const [, did, kind, reason, status] = FORM.exec(text) ?? [];
  if (kind !== "done" && kind !== "skipped" && kind !== "pending")
    throw new Error("a script answered in a form that is not its own");
  if (did !== action)
    throw new AppError(
      "CONFLICT",
      `This operation id was used before, for another action (${did}). Nothing was changed.`,
    );
  return {
    kind,
    reason: reason === "" ? null : skipReason.parse(reason),
    status: status === "" || status === undefined ? null : status,
  };
}

/** A script's answer as the record on the wire. */
export function itemOutcome(id: string, outcome: ScriptOutcome): ItemOutcome {
  return {
    id,
    outcome: outcome.kind === "pending" ? "unknown" : outcome.kind,
    reason: outcome.reason,
    status: outcome.status,
    final: null,
  };
}
