"use client";

import dynamic from "next/dynamic";
import { memo, type ReactNode, useMemo } from "react";
import { ChartFrame } from "./chart-frame";
import { ChartSkeleton } from "./chart-skeleton";
import { type ChartData, type Thinning, thinned } from "./series";

const Drawing = dynamic(() => import("./drawing").then((module) => module.Drawing), {
  ssr: false,
  loading: () => <ChartSkeleton />,
});

export interface ChartProps {
  title: string;
  unit: string;
  /** Keep the same object between readings: a new one draws again. */
  data: ChartData;
  /** Writes a value without its unit. */
  write: (value: number) => string;
  empty?: ReactNode;
  /** The series are named after queues: longer and fewer or more with time, so the legend keeps more room on phones. */
  named?: boolean;
  /** At the right end of the title: a switch. Keep the same element between readings. */
  aside?: ReactNode;
}

function make(kind: "lines" | "stack" | "bars", thinning: Thinning) {
  return memo(function Chart({ title, unit, data, write, empty, named, aside }: ChartProps) {
    const few = useMemo(() => thinned(data, thinning), [data]);
    return (
      <ChartFrame
        title={title}
        unit={unit}
        data={few}
        write={write}
        empty={empty}
        named={named}
        aside={aside}
      >
        <Drawing kind={kind} data={few} write={write} />
      </ChartFrame>
    );
  });
}

/** Rates over time: one line a series. At most four charts on a page. */
export const TimeChart = make("lines", "mean");

/** Parts of a whole over time. */
export const StackedArea = make("stack", "max");

/** Events per slice of time; values are per minute already. */
export const FailureBars = make("bars", "mean");
