"use client";

import type { ReactElement } from "react";
import { CartesianGrid, ReferenceArea, Tooltip, XAxis, YAxis } from "recharts";
import type { Format } from "@/lib/i18n/format";
import { type ChartData, type ChartPoint, gapsOf, timeTicks, unwatchedUntil } from "./series";

export const MARGIN = { top: 6, right: 14, bottom: 0, left: 0 };
const TICK = { fill: "var(--faint)", fontSize: 11 };

export interface PartsProps {
  data: ChartData;
  ticks: readonly number[];
  /** Last moment on the axis, Unix ms. */
  endMs: number;
  format: Format;
  write: (value: number) => string;
  noData: string;
  /** Says that nobody watched before a clock time. */
  notWatched: (time: string) => string;
  hatchId: string;
}

interface TipProps {
  active?: boolean | undefined;
  payload?: readonly { payload?: ChartPoint }[] | undefined;
}

function Tip({
  active,
  payload,
  data,
  format,
  write,
  noData,
}: TipProps & Pick<PartsProps, "data" | "format" | "write" | "noData">) {
  const point = payload?.[0]?.payload;
  if (active !== true || point === undefined) return null;
  return (
    <div className="min-w-36 rounded-[7px] border border-line bg-raised px-2.5 py-1.5 text-12">
      <div className="tabular mb-0.5 text-muted">{format.dateTime(point.t)}</div>
      {data.series.map((one, s) => {
        const value = point[`s${s}`] ?? null;
        return (
          <div key={one.key} className="flex items-center gap-1.5">
            <span className="size-2 rounded-[2px]" style={{ background: one.color }} />
            <bdi className="max-w-48 truncate">{one.label}</bdi>
            <span className="tabular ml-auto pl-3 font-medium">{value === null ? noData : write(value)}</span>
          </div>
        );
      })}
    </div>
  );
}

const LABEL_SIZE = 11;
/** A little more than the widest of letters takes on average, and air at both ends. */
const LETTER_WIDTH = 6;
const LABEL_AIR = 12;

/** A faint text in the middle of a gap, where it has room. */
function gapLabel(text: string) {
  return function GapLabel({
    viewBox,
  }: {
    viewBox?: Partial<Record<"x" | "y" | "width" | "height", number>>;
  }) {
    const { x = 0, y = 0, width = 0, height = 0 } = viewBox ?? {};
    if (width < text.length * LETTER_WIDTH + LABEL_AIR) return <g />;
    return (
      <text
        x={x + width / 2}
        y={y + height / 2}
        textAnchor="middle"
        dominantBaseline="middle"
        fontSize={LABEL_SIZE}
        fill="var(--muted)"
        // The hatching ends around the letters.
        stroke="var(--panel)"
        strokeWidth={4}
        paintOrder="stroke"
      >
        {text}
      </text>
    );
  };
}

/**
 * Grid, axes, gaps and tooltip that all charts share. An array, because Recharts looks for its parts among
 * the direct children of a chart.
 */
export function chartParts({
  data,
  ticks,
  endMs,
  format,
  write,
  noData,
  notWatched,
  hatchId,
}: PartsProps): ReactElement[] {
  const watchedMs = unwatchedUntil(data);
  return [
    <defs key="defs">
      <pattern id={hatchId} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line x1="0" y1="0" x2="0" y2="6" stroke="var(--muted)" strokeOpacity="0.25" strokeWidth="1" />
      </pattern>
    </defs>,
    <CartesianGrid key="grid" vertical={false} stroke="var(--line)" syncWithTicks />,
    <XAxis
      key="x"
      dataKey="t"
      type="number"
      scale="linear"
      domain={[data.startMs, endMs]}
      ticks={timeTicks(data.startMs, endMs)}
      tickFormatter={(t: number) => format.clock(t)}
      tick={TICK}
      tickLine={false}
      axisLine={false}
      height={22}
      minTickGap={16}
      allowDataOverflow
    />,
    <YAxis
      key="y"
      ticks={[...ticks]}
      domain={[0, ticks.at(-1) ?? 1]}
      tickFormatter={(value: number) => write(value)}
      tick={TICK}
      tickLine={false}
      axisLine={false}
      width={46}
      interval={0}
    />,
    ...gapsOf(data).map(([from, to]) => (
      <ReferenceArea
        key={`gap-${from}`}
        x1={from}
        x2={to}
        fill={`url(#${hatchId})`}
        fillOpacity={1}
        ifOverflow="hidden"
        label={
          watchedMs !== null && from === data.startMs ? gapLabel(notWatched(format.clock(watchedMs))) : false
        }
      />
    )),
    <Tooltip
      key="tip"
      isAnimationActive={false}
      cursor={{ stroke: "var(--faint)", strokeWidth: 1, fill: "var(--raised)" }}
      content={<Tip data={data} format={format} write={write} noData={noData} />}
    />,
  ];
}
