"use client";

import type { ReactNode } from "react";
import { CHART_HEIGHT, legendHeight } from "./chart-frame";

export interface HistogramBar {
  label: string;
  /** Where the label has no room. */
  short: string;
  value: number;
  /** A CSS colour of the tokens: `var(--stream)`. */
  color: string;
}

export interface HistogramProps {
  title: string;
  /** What the values are counted by. */
  unit: string;
  /** Below the title: how exact it is. */
  hint?: ReactNode;
  bars: readonly HistogramBar[];
  write: (value: number) => string;
  /** Names a value for those who do not see it: "12 messages". */
  say: (value: number) => string;
  /** Shown instead of the bars. */
  empty?: ReactNode;
  named?: boolean;
}

/** How many fall into each class. Heights are of the largest; what is there is never drawn as nothing. */
export function Histogram({ title, unit, hint, bars, write, say, empty, named = false }: HistogramProps) {
  const highest = Math.max(1, ...bars.map(({ value }) => value));
  const summary = `${title} (${unit}). ${bars
    .filter(({ value }) => value > 0)
    .map(({ label, value }) => `${label}: ${say(value)}`)
    .join(". ")}`;
  return (
    <figure className="min-w-0 rounded-card border border-line bg-panel">
      <figcaption className="px-4 pt-3 text-13">
        <div className="truncate font-medium">
          {title} <span className="ml-0.5 font-normal text-faint">{unit}</span>
        </div>
        <div className={`${legendHeight(named)} tabular truncate text-12 text-muted leading-5`}>{hint}</div>
      </figcaption>
      <div className="px-2 pt-2 pb-2">
        {empty !== undefined ? (
          <div
            className="m-2 flex items-center justify-center px-4 text-center text-muted"
            style={{ height: CHART_HEIGHT - 16 }}
          >
            {empty}
          </div>
        ) : (
          <div role="img" aria-label={summary} className="flex gap-1 px-2" style={{ height: CHART_HEIGHT }}>
            {bars.map(({ label, short, value, color }) => (
              <div
                key={label}
                className="flex min-w-0 flex-1 flex-col items-center"
                title={`${label}: ${say(value)}`}
              >
                <div className="flex w-full flex-1 flex-col items-center justify-end border-line border-b">
                  <span className="tabular text-12 text-text leading-5">{value > 0 && write(value)}</span>
                  {value > 0 && (
                    <div
                      className="min-h-0.5 w-full max-w-10 rounded-t-[3px]"
                      style={{ height: `${(value / highest) * 78}%`, background: color, opacity: 0.85 }}
                    />
                  )}
                </div>
                <span className="tabular h-[22px] whitespace-nowrap pt-1 text-[11px] text-faint">
                  <span className="max-[1400px]:hidden">{label}</span>
                  <span className="min-[1400px]:hidden">{short}</span>
                </span>
              </div>
            ))}
          </div>
        )}
      </div>
    </figure>
  );
}
