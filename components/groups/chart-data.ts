/** What a group's charts draw, from its history and its reading. Pure. */
import type { HistogramBar } from "@/components/charts/histogram";
import type { ChartData, ChartSeries } from "@/components/charts/series";
import type { History } from "@/lib/api/schemas/history";
import type { Consumer, GroupDetail } from "@/lib/api/schemas/streams";
import type { Format } from "@/lib/i18n/format";

/** Apart from each other and from the colour of dead consumers; the last two are used when eight are shown. */
const COLORS = [
  "var(--series-4)",
  "var(--series-1)",
  "var(--series-2)",
  "var(--series-3)",
  "var(--series-5)",
  "var(--paused)",
  "var(--text)",
  "var(--warn)",
] as const;
const OTHER = "var(--series-6)";
const DEAD = "var(--crit)";

function frame(history: History): Omit<ChartData, "series"> {
  return { startMs: history.start_ms, stepMs: history.step_ms, watchedMs: history.watched_since_ms };
}

/** Pending below, lag above: their sum is what is unfinished. */
export function backlogData(history: History, labels: { lag: string; pending: string }): ChartData {
  const values = (key: string) => history.series.find((one) => one.key === key)?.values ?? [];
  return {
    ...frame(history),
    series: [
      { key: "running", label: labels.pending, color: "var(--series-3)", values: values("running") },
      { key: "waiting", label: labels.lag, color: "var(--stream)", values: values("waiting") },
    ],
  };
}

export interface PartsText {
  other: string;
  /** Writes a consumer's name as plain text. */
  write: (name: string) => string;
}

/**
 * One series a consumer, in an order and colours that stay while the same ones are shown: by name, the first dead one
 * in its own colour, the rest of them together last.
 */
export function partsData(
  history: History,
  what: "held" | "oldest_ms",
  gone: ReadonlySet<string>,
  text: PartsText,
): ChartData {
  const named = history.parts.filter(({ key }) => key !== "").sort((a, b) => (a.key < b.key ? -1 : 1));
  const dead = named.find(({ key }) => gone.has(key))?.key;
  let next = 0;
  const series: ChartSeries[] = named.map((part) => ({
    key: part.key,
    label: text.write(part.key),
    color: part.key === dead ? DEAD : (COLORS[next++ % COLORS.length] ?? OTHER),
    values: part[what],
  }));
  const other = history.parts.find(({ key }) => key === "");
  if (other !== undefined) series.push({ key: "", label: text.other, color: OTHER, values: other[what] });
  return { ...frame(history), series };
}

/** Whose messages nobody works on now. */
export function goneOf(consumers: readonly Consumer[]): ReadonlySet<string> {
  return new Set(
    consumers.filter(({ state }) => state === "dead" || state === "stalled").map(({ name }) => name),
  );
}

const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "m"],
  [1_000, "s"],
] as const;

/** A bound in its largest whole unit, without a space: there are eight of them side by side. */
function bound(ms: number): { n: number; unit: string } {
  const [size, unit] = UNITS.find(([one]) => ms >= one && ms % one === 0) ?? [1, "ms"];
  return { n: ms / size, unit };
}

type Bucket = NonNullable<GroupDetail["histogram"]>["buckets"][number];

/** `<1s`, `1–10s`, `10s–1m`, `>1d`. */
export function bucketLabel({ from, to }: Pick<Bucket, "from" | "to">): string {
  if (to === null) return `>${bound(from).n}${bound(from).unit}`;
  if (from === 0) return `<${bound(to).n}${bound(to).unit}`;
  const [low, high] = [bound(from), bound(to)];
  return low.unit === high.unit
    ? `${low.n}–${high.n}${high.unit}`
    : `${low.n}${low.unit}–${high.n}${high.unit}`;
}

/** `<1s`, `1s+`, `10s+`: what the class begins with. */
export function shortLabel({ from, to }: Pick<Bucket, "from" | "to">): string {
  if (from === 0 && to !== null) return bucketLabel({ from, to });
  return `${bound(from).n}${bound(from).unit}+`;
}

/** Bars of the histogram; those older than a dead consumer may be are marked while there is one. */
export function bars(detail: GroupDetail): HistogramBar[] {
  const gone = detail.consumers.filter(({ state }) => state === "dead" || state === "stalled");
  const deadAfterMs = Math.min(...gone.map((consumer) => consumer.dead_after_ms));
  return (detail.histogram?.buckets ?? []).map((bucket) => ({
    label: bucketLabel(bucket),
    short: shortLabel(bucket),
    value: bucket.count,
    color: bucket.from >= deadAfterMs ? DEAD : "var(--stream)",
  }));
}

const MINUTE = 60_000;

/** Mean over the newest minute that is known of a series; null = nothing of it is. */
export function lastMinute(history: History | undefined, key: string): number | null {
  if (history === undefined) return null;
  const values = history.series.find((one) => one.key === key)?.values ?? [];
  const points = Math.max(1, Math.round(MINUTE / history.step_ms));
  const known = values.slice(-points).filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** `≈ 12`, `≥ 12` or `12`. */
export function marked(n: number, mark: "" | "≈" | "≥", format: Format): string {
  return mark === "" ? format.count(n) : `${mark}\u202f${format.count(n)}`;
}
