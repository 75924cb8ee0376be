/** Shapes of what charts draw, and the arithmetic on it. Pure: tested without a browser. */

/** One line or area: values at `startMs + i * stepMs`; `null` = not known, drawn as a gap, never as zero. */
export interface ChartSeries {
  key: string;
  label: string;
  /** A CSS colour of the tokens: `var(--accent)`. */
  color: string;
  values: readonly (number | null)[];
}

export interface ChartData {
  startMs: number;
  stepMs: number;
  series: readonly ChartSeries[];
  /** When Vigia began to watch: says why a chart begins with a gap. */
  watchedMs?: number;
}

/** More points than this cost the browser time that nobody sees. */
export const POINTS_MAX = 240;

/** What becomes of several neighbours when points are thinned; a spike of a gauge must survive. */
export type Thinning = "mean" | "max" | "sum";

function merge(values: readonly (number | null)[], how: Thinning): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  if (how === "max") return Math.max(...known);
  const sum = known.reduce((total, value) => total + value, 0);
  return how === "sum" ? sum : sum / known.length;
}

/** Joins `factor` neighbours into one value; a group of gaps stays a gap. */
export function joined(values: readonly (number | null)[], factor: number, how: Thinning): (number | null)[] {
  if (factor <= 1) return [...values];
  const out: (number | null)[] = [];
  for (let at = 0; at < values.length; at += factor) out.push(merge(values.slice(at, at + factor), how));
  return out;
}

/** At most {@link POINTS_MAX} points a series. */
export function thinned(data: ChartData, how: Thinning): ChartData {
  const longest = Math.max(0, ...data.series.map((one) => one.values.length));
  const factor = Math.ceil(longest / POINTS_MAX);
  if (factor <= 1) return data;
  return {
    ...data,
    stepMs: data.stepMs * factor,
    series: data.series.map((one) => ({ ...one, values: joined(one.values, factor, how) })),
  };
}

/** One row of what Recharts draws: time and `s0`, `s1` … (names of queues would be read as paths). */
export type ChartPoint = { t: number } & Record<string, number | null>;

export function pointsOf(data: ChartData): ChartPoint[] {
  const length = Math.max(0, ...data.series.map((one) => one.values.length));
  return Array.from({ length }, (_, i) => {
    const point: ChartPoint = { t: data.startMs + i * data.stepMs };
    data.series.forEach((one, s) => {
      point[`s${s}`] = one.values[i] ?? null;
    });
    return point;
  });
}

/** Stretches in which no series knows anything, as `[fromMs, toMs]`. */
export function gapsOf(data: ChartData): [number, number][] {
  const length = Math.max(0, ...data.series.map((one) => one.values.length));
  const gaps: [number, number][] = [];
  let from: number | null = null;
  for (let i = 0; i <= length; i++) {
    const known = i === length || data.series.some((one) => (one.values[i] ?? null) !== null);
    if (!known && from === null) from = i;
    if (known && from !== null) {
      // From the last known point to the next one: that whole stretch is unknown.
      gaps.push([
        data.startMs + Math.max(0, from - 1) * data.stepMs,
        data.startMs + Math.min(i, length - 1) * data.stepMs,
      ]);
      from = null;
    }
  }
  return gaps;
}

/** When watching began, where the chart begins with a gap because of it; else null. */
export function unwatchedUntil(data: ChartData): number | null {
  const known = data.series.some((one) => (one.values[0] ?? null) !== null);
  const watchedMs = data.watchedMs ?? data.startMs;
  return known || watchedMs <= data.startMs ? null : watchedMs;
}

const NEAT = [1, 2, 2.5, 5, 10];

/** Even marks from 0 to at least `highest`, at most five; whole numbers when asked. */
export function neatTicks(highest: number, whole = false): number[] {
  const wanted = Math.max(highest, whole ? 1 : 0.001) / 4;
  const power = 10 ** Math.floor(Math.log10(wanted));
  let step = (NEAT.find((neat) => neat * power >= wanted * 0.999) ?? 10) * power;
  if (whole) step = Math.max(1, Math.ceil(step));
  const count = Math.max(1, Math.ceil((highest / step) * 0.999));
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

const MINUTE = 60_000;
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240, 360].map((minutes) => minutes * MINUTE);

/** Round clock times within the span, about `wanted` of them. */
export function timeTicks(fromMs: number, toMs: number, wanted = 6): number[] {
  const span = toMs - fromMs;
  const step = TIME_STEPS.find((one) => span / one <= wanted) ?? 12 * 60 * MINUTE;
  const ticks: number[] = [];
  for (let at = Math.ceil(fromMs / step) * step; at <= toMs; at += step) ticks.push(at);
  return ticks;
}

/** Highest of all series, or of their sums where they are stacked. */
export function highestOf(data: ChartData, stacked: boolean): number {
  if (!stacked) return Math.max(0, ...data.series.flatMap((one) => one.values.map((value) => value ?? 0)));
  const length = Math.max(0, ...data.series.map((one) => one.values.length));
  let highest = 0;
  for (let i = 0; i < length; i++) {
    const sum = data.series.reduce((total, one) => total + (one.values[i] ?? 0), 0);
    highest = Math.max(highest, sum);
  }
  return highest;
}
