/**
 * What the charts show: totals finely, each backlog coarsely, over the four windows. Memory of this process
 * alone; it begins when Vigia begins to watch.
 */
import type { History, HistoryWindow, Series, Sparks } from "../api/schemas/history";
import { WINDOWS } from "../api/schemas/history";
import type { Flow } from "../source";
import { createParts, type Parted } from "./parts";
import { createRings, type Point, type Tier } from "./rings";

const SECOND_MS = 1_000;
/** In the order of `WINDOWS`. A backlog's step is a whole multiple of the totals' step. */
const TOTAL_TIERS: readonly Tier[] = [
  { stepMs: 5 * SECOND_MS, points: 180 },
  { stepMs: 15 * SECOND_MS, points: 240 },
  { stepMs: 90 * SECOND_MS, points: 240 },
  { stepMs: 360 * SECOND_MS, points: 240 },
];
const BACKLOG_TIERS: readonly Tier[] = [
  { stepMs: 15 * SECOND_MS, points: 60 },
  { stepMs: 60 * SECOND_MS, points: 60 },
  { stepMs: 360 * SECOND_MS, points: 60 },
  { stepMs: 1_440 * SECOND_MS, points: 60 },
];
const SERIES = ["waiting", "running", "in_per_s", "out_per_s", "failed_per_s"] as const;
/** The last counter, of backlogs whose system tells it apart from what went out. */
const DELIVERED = "delivered_per_s";
const GAUGES = 2;
const COUNTERS = 4;
const DAY_MS = 86_400 * SECOND_MS;
const TOTAL = "total";
const TOP = 5;

/** One backlog, or all together, at a look. */
export interface Watched {
  waiting: number | null;
  running: number | null;
  flow: Flow;
}

export interface HistoryStore {
  /** @param contiguous false when a look was missed since the last record */
  record(
    atMs: number,
    contiguous: boolean,
    total: Watched,
    backlogs: ReadonlyMap<string, Watched & Parted>,
  ): void;
  /** @param backlog id of one backlog, or null for the totals. @param nameOf id → name on the wire */
  window(
    window: HistoryWindow,
    nowMs: number,
    backlog: string | null,
    nameOf: (id: string) => string,
  ): History;
  sparks(window: HistoryWindow, nowMs: number, ids: readonly string[]): Sparks;
  /** Waiting plus running at even steps over the last `windowMs`; null = gap. */
  unfinished(id: string, windowMs: number, nowMs: number): { stepMs: number; values: (number | null)[] };
  /** Total waiting about `agoMs` ago, or at the first look when that is later; null before any. */
  totalWaitingBefore(agoMs: number, nowMs: number): number | null;
  bytes(): number;
}

function readWatched({ waiting, running, flow }: Watched, into: Point): void {
  into.gauges[0] = waiting;
  into.gauges[1] = running;
  into.counters[0] = flow.in;
  into.counters[1] = flow.out;
  into.counters[2] = flow.failed;
  into.counters[3] = flow.delivered;
}

const sum = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);

export function createHistory(watchedSinceMs: () => number): HistoryStore {
  const totals = createRings(TOTAL_TIERS, GAUGES, COUNTERS, readWatched);
  const backlogs = createRings(BACKLOG_TIERS, GAUGES, COUNTERS, readWatched);
  const parts = createParts(BACKLOG_TIERS, DAY_MS);

  /** The five largest by their greatest waiting count in the window, and the rest summed, at the totals' step. */
  const shares = (tier: number, nowMs: number, nameOf: (id: string) => string): Series[] => {
    const all = [...backlogs.subjects()]
      .map((id) => ({ id, values: backlogs.values(id, 0, tier, nowMs) }))
      .map((entry) => ({ ...entry, top: entry.values.reduce<number>((top, v) => Math.max(top, v ?? 0), 0) }))
      .filter(({ top }) => top > 0)
      .sort((a, b) => b.top - a.top || (a.id < b.id ? -1 : 1));
    const series = all.slice(0, TOP).map(({ id, values }) => ({ key: nameOf(id), values }));
    const rest = all.slice(TOP);
    if (rest.length > 0)
      series.push({
        key: "",
        values: rest
          .map(({ values }) => values)
          .reduce((a, b) => a.map((value, at) => (value === null ? (b[at] ?? null) : value + (b[at] ?? 0)))),
      });
    return series.map(({ key, values }) => ({ key, values: stretched(values, tier, nowMs) }));
  };

  /** A backlog's coarse values at the totals' times: each is held for its step. */
  const stretched = (values: readonly (number | null)[], tier: number, nowMs: number): (number | null)[] => {
    const fine = TOTAL_TIERS[tier];
    const coarse = BACKLOG_TIERS[tier];
    if (fine === undefined || coarse === undefined) return [];
    const start = totals.startMs(tier, nowMs);
    const coarseStart = backlogs.startMs(tier, nowMs);
    return Array.from({ length: fine.points }, (_, at) => {
      const index = Math.floor((start + at * fine.stepMs - coarseStart) / coarse.stepMs);
      return values[index] ?? null;
    });
  };

  return {
    record: (atMs, contiguous, total, rows) => {
      totals.record(atMs, contiguous, new Map([[TOTAL, total]]));
      backlogs.record(atMs, contiguous, rows);
      parts.record(atMs, contiguous, rows);
    },
    window: (window, nowMs, backlog, nameOf) => {
      const tier = WINDOWS.indexOf(window);
      const rings = backlog === null ? totals : backlogs;
      const shape = (backlog === null ? TOTAL_TIERS : BACKLOG_TIERS)[tier];
      const parted = backlog !== null && parts.has(backlog);
      const keys = parted ? [...SERIES, DELIVERED] : SERIES;
      return {
        window,
        start_ms: rings.startMs(tier, nowMs),
        step_ms: shape?.stepMs ?? 0,
        points: shape?.points ?? 0,
        watched_since_ms: watchedSinceMs(),
        series: keys.map((key, index) => ({
          key,
          values: rings.values(backlog ?? TOTAL, index, tier, nowMs),
        })),
        backlogs: backlog === null ? shares(tier, nowMs, nameOf) : [],
        parts: parted ? parts.of(backlog, tier, nowMs) : [],
      };
    },
    sparks: (window, nowMs, ids) => {
      const tier = WINDOWS.indexOf(window);
      return {
        window,
        start_ms: backlogs.startMs(tier, nowMs),
        step_ms: BACKLOG_TIERS[tier]?.stepMs ?? 0,
        rows: Object.fromEntries(ids.map((id) => [id, backlogs.values(id, 0, tier, nowMs)])),
      };
    },
    unfinished: (id, windowMs, nowMs) => {
      const stepMs = BACKLOG_TIERS[0]?.stepMs ?? 0;
      const running = backlogs.values(id, 1, 0, nowMs);
      const values = backlogs.values(id, 0, 0, nowMs).map((value, at) => sum(value, running[at] ?? null));
      return { stepMs, values: values.slice(-Math.ceil(windowMs / stepMs)) };
    },
    totalWaitingBefore: (agoMs, nowMs) => {
      const stepMs = TOTAL_TIERS[0]?.stepMs ?? 1;
      const values = totals.values(TOTAL, 0, 0, nowMs);
      return values.slice(-Math.floor(agoMs / stepMs) - 1).find((value) => value !== null) ?? null;
    },
    bytes: () => totals.bytes() + backlogs.bytes() + parts.bytes(),
  };
}
