"use client";

import { clsx } from "clsx";
import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { uiWords } from "@/lib/i18n/words/ui";
import { type ChartData, unwatchedUntil } from "./series";

export interface ChartFrameProps {
  title: string;
  /** The unit, or what the values are. */
  unit: string;
  data: ChartData;
  /** Writes a value, without its unit. */
  write: (value: number) => string;
  /** Shown instead of the chart when nothing is known yet: why, and when it will be. */
  empty?: ReactNode;
  /** The series are named after queues. */
  named?: boolean | undefined;
  /** At the right end of the title: a switch. */
  aside?: ReactNode;
  children: ReactNode;
}

/** Height of the drawing, reserved before it has loaded. */
export const CHART_HEIGHT = 168;

/** The line below the title, two of them for names on phones: the same however many series there are. */
export function legendHeight(named: boolean): string {
  return clsx("mt-0.5 h-5", named && "max-tablet:h-10");
}

const SHORT_NAME = 10;

function Legend({ data, named }: { data: ChartData; named: boolean }) {
  return (
    <ul
      className={clsx(
        legendHeight(named),
        "flex min-w-0 gap-x-3 text-12 text-muted leading-5",
        // Two columns leave every name the same room, whatever the others are called.
        named && "max-tablet:grid max-tablet:grid-cols-2 max-tablet:content-start",
      )}
    >
      {data.series.map((one) => (
        <li
          key={one.key}
          className={clsx(
            "flex items-center gap-1.5",
            // Cutting a short name gains nothing and leaves nothing to read: the long ones give way.
            one.label.length <= SHORT_NAME ? "flex-none" : "min-w-0",
          )}
        >
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
function useSummary({
  title,
  unit,
  data,
  write,
}: Omit<ChartFrameProps, "children" | "empty" | "named" | "aside">): string {
  const w = useWords(uiWords);
  const format = useFormat();
  const lines = data.series.map((one) => {
    const known = one.values.filter((value) => value !== null);
    if (known.length === 0) return `${one.label}: ${w.noData}`;
    const latest = one.values.at(-1) ?? null;
    return `${one.label}: ${w.latest} ${latest === null ? w.noData : write(latest)}, ${w.lowest} ${write(Math.min(...known))}, ${w.max} ${write(Math.max(...known))}`;
  });
  const end = data.startMs + data.stepMs * Math.max(0, (data.series[0]?.values.length ?? 1) - 1);
  const watchedMs = unwatchedUntil(data);
  if (watchedMs !== null) lines.push(w.notWatchedBefore(format.clock(watchedMs)));
  return `${title} (${unit}), ${format.clock(data.startMs)}–${format.clock(end)}. ${lines.join(". ")}`;
}

/** Title, unit, legend, and a drawing of fixed height that has a description. */
export function ChartFrame({
  title,
  unit,
  data,
  write,
  empty,
  named = false,
  aside,
  children,
}: ChartFrameProps) {
  const summary = useSummary({ title, unit, data, write });
  const nothing = data.series.every((one) => one.values.every((value) => value === null));
  return (
    <figure className="min-w-0 rounded-card border border-line bg-panel">
      <figcaption className="px-4 pt-3 text-13">
        <div className="flex items-center justify-between gap-2">
          <div className="min-w-0 truncate font-medium">
            {title} <span className="ml-0.5 font-normal text-faint">{unit}</span>
          </div>
          {/* Taller than the line it stands in, which keeps its height. */}
          {aside !== undefined && <div className="-my-2 flex-none">{aside}</div>}
        </div>
        <Legend data={data} named={named} />
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
