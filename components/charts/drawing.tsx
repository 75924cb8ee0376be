"use client";

/**
 * The part of the charts that needs Recharts (about 100 kB): loaded after the page stands, through
 * `time-chart.tsx`. No animation, no dots, straight lines: it redraws with every new reading.
 */
import { memo, useId } from "react";
import { Area, AreaChart, Bar, BarChart, Line, LineChart, ResponsiveContainer } from "recharts";
import { useFormat, useWords } from "@/components/i18n/provider";
import { uiWords } from "@/lib/i18n/words/ui";
import { CHART_HEIGHT } from "./chart-frame";
import { chartParts, MARGIN } from "./chart-parts";
import { type ChartData, highestOf, neatTicks, pointsOf } from "./series";

export interface DrawingProps {
  kind: "lines" | "stack" | "bars";
  data: ChartData;
  write: (value: number) => string;
}

const QUIET = { isAnimationActive: false, dot: false, type: "linear", connectNulls: false } as const;

/** @remarks Draws again only when `data` is another object: keep it stable between readings. */
export const Drawing = memo(function Drawing({ kind, data, write }: DrawingProps) {
  const format = useFormat();
  const w = useWords(uiWords);
  const hatchId = useId();
  const points = pointsOf(data);
  const bars = kind === "bars";
  const last = points.at(-1)?.t ?? data.startMs;
  const ticks = neatTicks(highestOf(data, kind === "stack"), bars || kind === "stack");
  const parts = chartParts({
    data,
    ticks,
    endMs: bars ? last + data.stepMs / 2 : last,
    format,
    write,
    noData: w.noData,
    notWatched: w.notWatchedBefore,
    hatchId,
  });
  const shared = { data: points, margin: MARGIN, accessibilityLayer: false };
  return (
    <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 520, height: CHART_HEIGHT }}>
      {kind === "lines" ? (
        <LineChart {...shared}>
          {parts}
          {data.series.map((one, s) => (
            <Line
              key={one.key}
              dataKey={`s${s}`}
              stroke={one.color}
              strokeWidth={1.5}
              activeDot={{ r: 3 }}
              {...QUIET}
            />
          ))}
        </LineChart>
      ) : kind === "stack" ? (
        <AreaChart {...shared}>
          {parts}
          {data.series.map((one, s) => (
            <Area
              key={one.key}
              dataKey={`s${s}`}
              stackId="all"
              stroke={one.color}
              strokeWidth={1.5}
              fill={one.color}
              fillOpacity={0.28}
              activeDot={{ r: 3 }}
              {...QUIET}
            />
          ))}
        </AreaChart>
      ) : (
        <BarChart {...shared} barCategoryGap={1}>
          {parts}
          {data.series.map((one, s) => (
            <Bar
              key={one.key}
              dataKey={`s${s}`}
              stackId="all"
              fill={one.color}
              isAnimationActive={false}
              maxBarSize={14}
            />
          ))}
        </BarChart>
      )}
    </ResponsiveContainer>
  );
});
