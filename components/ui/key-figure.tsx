import { clsx } from "clsx";
import type { ReactNode } from "react";

export type Tone = "plain" | "ok" | "warn" | "crit";

const TONES: Record<Tone, string> = {
  plain: "text-muted",
  ok: "text-ok",
  warn: "text-warn",
  crit: "text-crit",
};

export interface KeyFigureProps {
  label: ReactNode;
  /** `null` = not known: shown as a dash on hatching, never as 0. */
  value: ReactNode | null;
  /** After the value, in a quieter voice. */
  unit?: ReactNode;
  /** What the value means now. */
  note?: ReactNode;
  tone?: Tone;
  /** The exact value, or why it is an estimate. */
  title?: string | undefined;
}

/** Label, value, what it means now. Heights are reserved so that nothing jumps. */
export function KeyFigure({ label, value, unit, note, tone = "plain", title }: KeyFigureProps) {
  return (
    <div className="flex min-w-0 flex-col px-4 py-3" title={title}>
      <dt className="truncate text-13 text-muted">{label}</dt>
      <dd className="tabular mt-0.5 truncate font-bold text-22 leading-[1.3]">
        {value === null ? (
          <span className="hatched inline-block min-w-10 rounded px-2 text-muted">–</span>
        ) : (
          <>
            {value}
            {unit !== undefined && <span className="ml-1 font-normal text-13 text-faint">{unit}</span>}
          </>
        )}
      </dd>
      <dd className={clsx("tabular min-h-[19px] truncate text-13", TONES[tone])}>{note}</dd>
    </div>
  );
}

/** Figures in one card, divided by hairlines: a row on wide screens, two columns on a phone. */
export function KeyFigures({ children, label }: { children: ReactNode; label: string }) {
  return (
    <dl
      aria-label={label}
      className="grid grid-cols-2 overflow-hidden rounded-card border border-line bg-panel *:-mt-px *:-ml-px *:border-line *:border-t *:border-l tablet:auto-cols-fr tablet:grid-flow-col tablet:grid-cols-none max-tablet:[&>*:last-child:nth-child(odd)]:col-span-2"
    >
      {children}
    </dl>
  );
}
