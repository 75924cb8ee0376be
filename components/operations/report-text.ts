/** What an operation came to, in one sentence. Pure. */
import type { Operation } from "@/lib/api/schemas/operations";
import type { Format } from "@/lib/i18n/format";
import type { operationsWords } from "@/lib/i18n/words/operations";

export type OperationsText = (typeof operationsWords)["en"];

export function skippedOf(operation: Operation): number {
  return Object.values(operation.skipped).reduce((sum, n) => sum + n, 0);
}

/** Reason → words; a reason that we do not know is shown as it came. */
export function reasonText(words: Readonly<Record<string, string>>, reason: string): string {
  return words[reason] ?? reason;
}

/** "132 jobs are back in their queues, 2 were left alone". */
export function reportText(operation: Operation, w: OperationsText, format: Format): string {
  const { action, done, unknown, left, state } = operation;
  if (state === "failed" && done === 0) return w.report.failed;
  const skipped = skippedOf(operation);
  return [
    done === 0 ? w.report.none[action] : w.report[action](done, format.count(done)),
    skipped > 0 ? w.report.skipped(skipped, format.count(skipped)) : null,
    unknown > 0 ? w.report.unknown(unknown, format.count(unknown)) : null,
    left > 0 && state !== "running" ? w.report.stoppedEarly(format.count(left)) : null,
  ]
    .filter((part) => part !== null)
    .join(", ");
}

/** What the worker made of the one job that was to be stopped; null where there is more than one, or none was told. */
export function stopOutcome(
  operation: Operation,
): "stopped" | "finished" | "failed" | "still-running" | null {
  if (operation.action !== "stop" || operation.matched !== 1 || operation.done !== 1) return null;
  // The report lists what is worth a look: a job that was stopped as asked is not among it.
  return operation.items[0]?.final ?? "stopped";
}
