"use client";

import { useFormat, useWords } from "@/components/i18n/provider";
import { Banner } from "@/components/ui/banner";
import { Progress } from "@/components/ui/progress";
import type { Operation } from "@/lib/api/schemas/operations";
import { operationsWords } from "@/lib/i18n/words/operations";
import { reasonText, reportText, skippedOf, stopOutcome } from "./report-text";

function Figure({ label, value, unit }: { label: string; value: string; unit?: string }) {
  return (
    <div>
      <dt className="text-12 text-muted">{label}</dt>
      <dd className="tabular font-medium text-15">
        {value}
        {unit !== undefined && <span className="ml-1 font-normal text-12 text-faint">{unit}</span>}
      </dd>
    </div>
  );
}

function Outcome({ operation }: { operation: Operation }) {
  const w = useWords(operationsWords);
  const format = useFormat();
  if (operation.ended_ms === null) {
    if (operation.action === "stop" && operation.matched === 1) return <p>{w.progress.waitingWorker}</p>;
    return operation.state === "stopping" ? <p>{w.progress.stopping}</p> : null;
  }
  const stopped = stopOutcome(operation);
  const good = operation.state !== "failed" && operation.done > 0;
  const clean = good && skippedOf(operation) === 0 && operation.unknown === 0 && operation.left === 0;
  return (
    <>
      <p
        className={
          clean && (stopped === null || stopped === "stopped") ? "font-medium text-ok" : "font-medium"
        }
      >
        {stopped === null ? reportText(operation, w, format) : w.outcomeOfStop[stopped]}
      </p>
      {operation.error !== null && (
        <Banner tone="failing" title={w.report.failed}>
          {operation.error}
        </Banner>
      )}
      {operation.truncated && <p className="text-warn">{w.report.truncated}</p>}
    </>
  );
}

/** How far an operation is, or what it came to: done, left alone with reasons, unknown, left, pace. */
export function OperationView({ operation }: { operation: Operation }) {
  const w = useWords(operationsWords);
  const format = useFormat();
  const skipped = skippedOf(operation);
  const handled = operation.done + skipped + operation.unknown;
  const ended = operation.ended_ms !== null;
  const planning = operation.state === "planning";
  return (
    <div className="flex flex-col gap-3" aria-live="polite">
      <Progress
        label={w.state[operation.state]}
        value={planning ? null : operation.matched === 0 ? 1 : handled / operation.matched}
        tone={
          !ended ? "accent" : operation.state === "failed" ? "crit" : operation.done === 0 ? "accent" : "ok"
        }
      />
      {operation.matched !== 1 && (
        <dl className="grid grid-cols-2 gap-3 tablet:grid-cols-5">
          <Figure label={w.progress.done} value={format.exact(operation.done)} />
          <Figure label={w.progress.skipped} value={format.exact(skipped)} />
          <Figure label={w.progress.unknown} value={format.exact(operation.unknown)} />
          <Figure label={w.progress.left} value={planning ? "–" : format.exact(operation.left)} />
          <Figure
            label={w.progress.rate}
            value={operation.per_s === null ? "–" : format.perSecond(operation.per_s)}
            {...(operation.per_s === null ? {} : { unit: w.progress.perS })}
          />
        </dl>
      )}
      <Outcome operation={operation} />
      {skipped > 0 && (
        <ul className="text-muted">
          {Object.entries(operation.skipped).map(([reason, n]) => (
            <li key={reason} className="tabular">
              <span className="font-medium text-text">{format.exact(n)}</span> {reasonText(w.reason, reason)}
            </li>
          ))}
        </ul>
      )}
      {!ended && operation.batch !== null && operation.batch_ms !== null && (
        <p className="tabular text-12 text-faint">
          {w.progress.batch(format.exact(operation.batch), format.duration(operation.batch_ms))}
        </p>
      )}
    </div>
  );
}
