/** What a queue's state means, as one line beside its name. Pure. */
import type { QueueDetail } from "@/lib/api/schemas/jobs";
import type { BacklogRow } from "@/lib/api/schemas/overview";
import type { Format } from "@/lib/i18n/format";
import type { queueWords } from "@/lib/i18n/words/queue";

export type QueueText = (typeof queueWords)["en"];

export interface Line {
  state: BacklogRow["state"];
  text: string;
}

/** @param row `undefined` for a queue that the snapshot does not hold: then nothing is known of its state */
export function verdictLine(
  row: BacklogRow | undefined,
  detail: QueueDetail | undefined,
  w: QueueText,
  format: Format,
): Line {
  if (row === undefined || row.state === "unknown") return { state: "unknown", text: w.stateLine.unknown };
  const { state } = row;
  if (state === "paused") return { state, text: w.stateLine.paused };
  const waiting = detail?.counts.queued ?? row.waiting ?? 0;
  const failed = detail?.counts.failed ?? row.failed ?? 0;
  switch (row.problem) {
    case "queue-no-worker":
      return { state, text: w.stateLine.waitingNobody(w.wait(waiting, format.count(waiting))) };
    case "backlog-grows":
      return { state, text: w.stateLine.grows };
    case "job-worker-gone":
      return { state, text: w.stateLine.workerGone };
    case "same-failure":
      return { state, text: w.stateLine.failing(failed, format.count(failed)) };
    default:
      return { state, text: waiting === 0 ? w.stateLine.idle : w.stateLine.ok };
  }
}
