"use client";

import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { uiWords } from "@/lib/i18n/words/ui";
import type { ChartData } from "./series";

export interface ChartFrameProps {
  title: string;
  /** The unit, or what the values are. */
  unit: string;
  data: ChartData;
  /** Writes a value, without its unit. */
  write: (value: number) => string;
  /** Shown instead of the chart when nothing is known yet: why, and when it will be. */
  empty?: ReactNode;
  children: ReactNode;
}

/** Height of the drawing, reserved before it has loaded. */
export const CHART_HEIGHT = 168;

function Legend({ data }: { data: ChartData }) {
  return (
    <ul className="flex min-w-0 justify-end gap-x-2.5 text-12 text-muted">
      {data.series.map((one) => (
        <li key={one.key} className="flex min-w-0 items-center gap-1">
          <span
            aria-hidden="true"
            className="size-2 flex-none rounded-[2px]"
            style={{ background: one.color }}
          />
          <bdi title={one.label} className="min-w-0 truncate">
            {one.label}
          </bdi>
        </li>
      ))}
    </ul>
  );
}

/** What the chart shows, in one sentence: for those who do not see it. */
function useSummary({ title, unit, data, write }: Omit<ChartFrameProps, "children" | "empty">): string {
  const w = useWords(uiWords);
  const format = useFormat();
  const lines = data.series.map((one) => {
    const known = one.values.filter((value) => value !== null);
    if (known.length === 0) return `${one.label}: ${w.noData}`;
    const latest = one.values.at(-1) ?? null;
    return `${one.label}: ${w.latest} ${latest === null ? w.noData : write(latest)}, ${w.lowest} ${write(Math.min(...known))}, ${w.max} ${write(Math.max(...known))}`;
  });
  const end = data.startMs + data.stepMs * Math.max(0, (data.series[0]?.values.length ?? 1) - 1);
  return `${title} (${unit}), ${format.clock(data.startMs)}–${format.clock(end)}. ${lines.join(". ")}`;
}

/** Title, unit, legend, and a drawing of fixed height that has a description. */
export function ChartFrame({ title, unit, data, write, empty, children }: ChartFrameProps) {
  const summary = useSummary({ title, unit, data, write });
  const nothing = data.series.every((one) => one.values.every((value) => value === null));
  return (
    <figure className="min-w-0 rounded-card border border-line bg-panel">
      <figcaption className="flex items-baseline justify-between gap-x-3 px-4 pt-3">
        <span className="flex-none font-medium text-13">
          {title} <span className="ml-0.5 font-normal text-faint">{unit}</span>
        </span>
        <Legend data={data} />
      </figcaption>
      <div className="px-2 pt-2 pb-2">
        {nothing && empty !== undefined ? (
          <div
            className="hatched m-2 flex items-center justify-center rounded-[7px] px-4 text-center text-muted"
            style={{ height: CHART_HEIGHT - 16 }}
          >
            {empty}
          </div>
        ) : (
          <div role="img" aria-label={summary} style={{ height: CHART_HEIGHT }}>
            {children}
          </div>
        )}
      </div>
    </figure>
  );
}
