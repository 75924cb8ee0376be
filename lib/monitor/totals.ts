/** The figures over all backlogs. Pure. */
import type { Quality } from "../api/schemas/common";
import type { Totals } from "../api/schemas/overview";
import type { Crew, Flow } from "../source";
import { hasNoProgress, isUngrouped } from "../source";
import { type Drain, type Rates, round } from "./rates";
import type { Standing } from "./standings";

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

/** Whether a backlog can have the figure: nothing waits or runs in a stream without a group, and no entry fails. */
function canHave({ ref, reading }: Standing, figure: Figure): boolean {
  return figure === "failed" ? ref.source === "rq" : !hasNoProgress(reading?.stream ?? null);
}

/**
 * A sum of what is known, `at_least` when a part is not, `estimated` when a part is; null when none of those that can
 * have it is known.
 */
export function totalOf(
  standings: readonly Standing[],
  figure: Figure,
): { value: number | null; quality: Quality } {
  let sum = 0;
  let known = 0;
  let missing = 0;
  let estimated = false;
  for (const standing of standings) {
    if (!canHave(standing, figure)) continue;
    const { reading } = standing;
    const value = reading?.[figure] ?? null;
    if (value === null) {
      missing += 1;
      continue;
    }
    known += 1;
    sum += value;
    const quality = reading?.quality[figure];
    if (quality === "at_least") missing += 1;
    else if (quality === "estimated") estimated = true;
  }
  if (known === 0 && missing > 0) return { value: null, quality: "unknown" };
  return { value: sum, quality: estimated ? "estimated" : missing > 0 ? "at_least" : "exact" };
}

/** The age of the oldest waiting item, and where it waits. */
function oldestOf(standings: readonly Standing[]): Pick<Totals, "oldest_ms" | "oldest_backlog"> {
  let top: Standing | null = null;
  let unknown = false;
  for (const standing of standings) {
    if (!canHave(standing, "waiting")) continue;
    if (standing.oldestMs === null) unknown = true;
    else if (standing.oldestMs > (top?.oldestMs ?? 0)) top = standing;
  }
  if (top === null) return { oldest_ms: unknown ? null : 0, oldest_backlog: null };
  return { oldest_ms: top.oldestMs, oldest_backlog: top.ref.name };
}

const counted = (standings: readonly Standing[], holds: (standing: Standing) => boolean) =>
  standings.reduce((count, standing) => (holds(standing) ? count + 1 : count), 0);

/** @param standings of all backlogs, in any order */
export function totalsOf(standings: readonly Standing[], facts: TotalFacts): Totals {
  const quality: Totals["quality"] = {};
  const total = (figure: Figure) => {
    const sum = totalOf(standings, figure);
    if (sum.quality !== "exact") quality[figure] = sum.quality;
    return sum.value;
  };
  const waiting = total("waiting");
  const running = total("running");
  const failed = total("failed");
  const jobs = standings.filter(({ ref }) => ref.source === "rq");
  const { rates } = facts;
  const draining = facts.drain(waiting === null || running === null ? null : waiting + running);
  return {
    waiting,
    running,
    jobs_running: totalOf(jobs, "running").value,
    failed,
    waiting_change_10m:
      waiting === null || facts.waitingBefore === null ? null : Math.round(waiting - facts.waitingBefore),
    ...oldestOf(standings),
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
    backlogs: standings.length,
    queues: counted(standings, ({ ref }) => ref.source === "rq"),
    groups: counted(standings, ({ ref }) => ref.source === "streams" && !isUngrouped(ref)),
    streams_ungrouped: counted(standings, ({ ref }) => isUngrouped(ref)),
    fresh: counted(standings, ({ trueAtMs }) => facts.nowMs - trueAtMs <= FRESH_MS),
    quality,
  };
}
