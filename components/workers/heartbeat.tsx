"use client";

import { useClockText, useFormat, useWords } from "@/components/i18n/provider";
import type { Worker } from "@/lib/api/schemas/jobs";
import { workersWords } from "@/lib/i18n/words/workers";

/** How old a heartbeat is, beside when the next one is due by the worker's own rule. */
export function Heartbeat({ worker }: { worker: Worker }) {
  const w = useWords(workersWords);
  const format = useFormat();
  const { heartbeat_ms: at, heartbeat_due_ms: due } = worker;
  const age = useClockText((now) => (at === null ? "–" : format.ago(at, now)));
  const against = useClockText((now) => {
    if (due === null || !worker.alive) return "";
    return now > due ? w.overdue(format.duration(now - due)) : w.due(format.duration(due - now));
  });
  const late = worker.state === "late" || worker.state === "dead";
  return (
    <span className="tabular whitespace-nowrap" title={at === null ? undefined : format.exactTime(at)}>
      <span className={late ? "text-crit" : undefined}>{age}</span>
      {against !== "" && (
        <span
          className={
            late
              ? "ml-1.5 text-12 text-crit tablet:max-[1380px]:hidden"
              : "ml-1.5 text-12 text-faint tablet:max-[1380px]:hidden"
          }
        >
          {against}
        </span>
      )}
    </span>
  );
}
