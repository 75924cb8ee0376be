/** What the charts of the overview draw, from the wire record. Pure. */
import { type ChartData, type ChartSeries, joined } from "@/components/charts/series";
import type { History } from "@/lib/api/schemas/history";

const COLORS = ["var(--series-1)", "var(--series-2)", "var(--series-3)"];
/** More names than this do not fit beside the title; the rest counts as one. */
const NAMED_MAX = COLORS.length;
const MINUTE_MS = 60_000;
/** More bars than this are thinner than they are apart. */
const BARS_MAX = 72;

type Label = { key: string; label: string; color: string };

function pick(history: History, lines: readonly Label[]): ChartSeries[] {
  return lines.map((line) => ({
    ...line,
    values: history.series.find(({ key }) => key === line.key)?.values ?? [],
  }));
}

export function throughputOf(
  history: History,
  names: { in: string; out: string; failed: string },
): ChartData {
  return {
    startMs: history.start_ms,
    stepMs: history.step_ms,
    watchedMs: history.watched_since_ms,
    series: pick(history, [
      { key: "in_per_s", label: names.in, color: "var(--accent)" },
      { key: "out_per_s", label: names.out, color: "var(--ok)" },
      { key: "failed_per_s", label: names.failed, color: "var(--crit)" },
    ]),
  };
}

/** Values of several queues as one; unknown only where none of them is known. */
function summed(rows: readonly (readonly (number | null)[])[]): (number | null)[] {
  const length = Math.max(0, ...rows.map((values) => values.length));
  return Array.from({ length }, (_, i) => {
    const known = rows.map((values) => values[i] ?? null).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
  });
}

/** @param nameOf writes a queue's name; the rest of them travels under the empty name */
export function backlogOf(history: History, other: string, nameOf: (name: string) => string): ChartData {
  const all = history.backlogs.filter(({ key }) => key !== "");
  const named = all.slice(0, NAMED_MAX);
  const rest = summed(history.backlogs.filter((one) => !named.includes(one)).map(({ values }) => values));
  const series: ChartSeries[] = named.map(({ key, values }, i) => ({
    key,
    label: nameOf(key),
    color: COLORS[i] ?? "var(--series-1)",
    values,
  }));
  // "other" without any job would only crowd the legend.
  if (rest.some((value) => (value ?? 0) > 0))
    series.push({ key: "", label: other, color: "var(--series-6)", values: rest });
  return {
    startMs: history.start_ms,
    stepMs: history.step_ms,
    watchedMs: history.watched_since_ms,
    series,
  };
}

/**
 * Mean of each slice with what was not watched as nothing: a bar is then what was seen, and a burst in the few
 * seconds after the start does not stand for its whole minute. A slice of which nothing is known stays a gap.
 */
function seen(values: readonly (number | null)[], factor: number): (number | null)[] {
  const known = joined(values, factor, "max");
  const means = joined(
    values.map((value) => value ?? 0),
    factor,
    "mean",
  );
  return means.map((mean, slice) => (known[slice] === null ? null : mean));
}

/** Failures per minute, one bar for at least a minute. */
export function failuresOf(history: History, label: string): ChartData {
  const perMinute = pick(history, [{ key: "failed_per_s", label, color: "var(--crit)" }]).map((series) => ({
    ...series,
    values: series.values.map((value) => (value === null ? null : value * 60)),
  }));
  const points = perMinute[0]?.values.length ?? 0;
  const spanMs = points * history.step_ms;
  const barMs = Math.max(MINUTE_MS, spanMs / BARS_MAX);
  const factor = Math.max(1, Math.round(barMs / history.step_ms));
  const stepMs = history.step_ms * factor;
  return {
    // A bar stands over the middle of its slice.
    startMs: history.start_ms + stepMs / 2,
    stepMs,
    watchedMs: history.watched_since_ms,
    series: perMinute.map((series) => ({ ...series, values: seen(series.values, factor) })),
  };
}
