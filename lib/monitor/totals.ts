/** The figures over all backlogs. Pure. */
import type { Quality } from "../api/schemas/common";
import type { BacklogRow, Totals } from "../api/schemas/overview";
import type { Crew, Flow } from "../source";
import { hasNoProgress, isUngrouped } from "../source";
import { type Drain, type Rates, round } from "./rates";

const FRESH_MS = 10_000;

export interface TotalFacts {
  nowMs: number;
  rates: Rates | null;
  drain: (unfinished: number | null) => Drain;
  /** Attempts of RQ jobs in the last hour, as far as watched: entries of a stream have no outcome to count. */
  runsLastHour: Flow | null;
  watchedSinceMs: number;
  waitingBefore: number | null;
  /** RQ's workers: the consumers of a group are figures of its row. */
  workers: Crew | null;
}

type Figure = "waiting" | "running" | "failed";

/** Whether a row can have the figure at all: nothing waits or runs in a stream without a group, and no entry fails. */
function countable(row: BacklogRow, figure: Figure): boolean {
  return figure === "failed" ? row.source === "rq" : !hasNoProgress(row.stream);
}

/**
 * A sum of what is known, `at_least` when a part is not, `estimated` when a part is; null when none of those that can
 * have it is known.
 */
export function totalOf(
  rows: readonly BacklogRow[],
  figure: Figure,
): { value: number | null; quality: Quality } {
  const all = rows.filter((row) => countable(row, figure));
  const known = all.filter((row) => row[figure] !== null);
  if (known.length === 0 && all.length > 0) return { value: null, quality: "unknown" };
  const has = (quality: Quality) => known.some((row) => row.quality[figure] === quality);
  const short = known.length < all.length || has("at_least");
  return {
    value: known.reduce((sum, row) => sum + (row[figure] ?? 0), 0),
    quality: has("estimated") ? "estimated" : short ? "at_least" : "exact",
  };
}

export function totalsOf(rows: readonly BacklogRow[], facts: TotalFacts): Totals {
  const quality: Totals["quality"] = {};
  const total = (figure: Figure) => {
    const sum = totalOf(rows, figure);
    if (sum.quality !== "exact") quality[figure] = sum.quality;
    return sum.value;
  };
  const waiting = total("waiting");
  const running = total("running");
  const failed = total("failed");
  const waitable = rows.filter((row) => countable(row, "waiting"));
  const oldest = waitable.reduce<BacklogRow | null>(
    (top, row) => ((row.oldest_ms ?? 0) > (top?.oldest_ms ?? 0) ? row : top),
    null,
  );
  const { rates } = facts;
  const draining = facts.drain(waiting === null || running === null ? null : waiting + running);
  return {
    waiting,
    running,
    failed,
    waiting_change_10m:
      waiting === null || facts.waitingBefore === null ? null : Math.round(waiting - facts.waitingBefore),
    oldest_ms: oldest?.oldest_ms ?? (waitable.some((row) => row.oldest_ms === null) ? null : 0),
    oldest_backlog: oldest?.name ?? null,
    in_per_s: round(rates?.inPerS ?? null),
    out_per_s: round(rates?.outPerS ?? null),
    failed_per_min: round(rates === null ? null : rates.failedPerS * 60),
    drain: draining.state,
    drain_s: draining.seconds,
    failed_last_hour: facts.runsLastHour === null ? null : Math.round(facts.runsLastHour.failed),
    runs_last_hour: facts.runsLastHour === null ? null : Math.round(facts.runsLastHour.out),
    watched_since_ms: facts.watchedSinceMs,
    workers_live: facts.workers?.live ?? null,
    workers_busy: facts.workers?.busy ?? null,
    workers_total: facts.workers?.total ?? null,
    backlogs: rows.length,
    queues: rows.filter((row) => row.source === "rq").length,
    groups: rows.filter((row) => row.source === "streams" && !isUngrouped(row)).length,
    streams_ungrouped: rows.filter(isUngrouped).length,
    fresh: rows.filter((row) => facts.nowMs - row.at_ms <= FRESH_MS).length,
    quality,
  };
}
