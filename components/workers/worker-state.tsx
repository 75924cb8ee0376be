"use client";

import { useWords } from "@/components/i18n/provider";
import { type State, StateMark } from "@/components/ui/state-mark";
import type { Worker } from "@/lib/api/schemas/jobs";
import { workersWords } from "@/lib/i18n/words/workers";

const MARKS: Readonly<Record<Worker["state"], State>> = {
  busy: "ok",
  idle: "ok",
  starting: "ok",
  suspended: "paused",
  late: "degraded",
  dead: "failing",
  ghost: "unknown",
};

/** A worker's state as glyph, word and colour, with what it means on hover. */
export function WorkerState({ worker, className }: { worker: Pick<Worker, "state">; className?: string }) {
  const w = useWords(workersWords);
  const hints: Readonly<Record<string, string | undefined>> = w.stateHint;
  return (
    <span title={hints[worker.state]} className={className}>
      <StateMark state={MARKS[worker.state]} word={w.state[worker.state]} />
    </span>
  );
}
