"use client";

import { useClockText, useFormat } from "@/components/i18n/provider";

export interface TimeProps {
  /** Unix ms; `null` = not known or not yet. */
  ms: number | null;
  /**
   * `relative` (with the exact time on hover); with the relative on hover: `exact`, `clock` (hh:mm:ss), or `since`
   * (hh:mm, with the date from 20 hours on).
   */
  as?: "relative" | "exact" | "clock" | "since";
  className?: string;
}

/** A moment. Relative texts keep themselves up to date; all follow the UTC switch. */
export function Time({ ms, as = "relative", className }: TimeProps) {
  const format = useFormat();
  const relative = useClockText((now) => (ms === null ? "" : format.relative(ms, now)));
  const since = useClockText((now) => (ms === null ? "" : format.since(ms, now)));
  if (ms === null) return <span className="text-faint">–</span>;
  const shown = { relative, since, clock: format.clock(ms, true), exact: format.dateTime(ms) }[as];
  return (
    <time
      dateTime={new Date(ms).toISOString()}
      title={as === "relative" ? format.exactTime(ms) : `${format.exactTime(ms)} · ${relative}`}
      className={className ?? "tabular whitespace-nowrap"}
    >
      {shown}
    </time>
  );
}

/** How long something took or lasts, in two units. `null` = not known. */
export function Duration({
  ms,
  fine = false,
  className,
}: {
  ms: number | null;
  fine?: boolean;
  className?: string;
}) {
  const format = useFormat();
  if (ms === null) return <span className="text-faint">–</span>;
  return (
    <span title={`${format.exact(ms)} ms`} className={className ?? "tabular whitespace-nowrap"}>
      {format.duration(ms, fine)}
    </span>
  );
}

/** How long it has been since a moment, counting. */
export function Elapsed({ sinceMs, className }: { sinceMs: number | null; className?: string }) {
  const format = useFormat();
  const text = useClockText((now) => (sinceMs === null ? "–" : format.duration(now - sinceMs)));
  return (
    <span
      title={sinceMs === null ? undefined : format.exactTime(sinceMs)}
      className={className ?? "tabular whitespace-nowrap"}
    >
      {text}
    </span>
  );
}
