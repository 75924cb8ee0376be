/**
 * The answers of `queue/info` and `queue/health`, a contract with existing callers: they speak of RQ queues and
 * workers alone, whatever else is watched. Pure.
 */
import type { BacklogRow, QueueHealth, QueueInfo, Verdict } from "../api/schemas/overview";
import type { Problem } from "../api/schemas/problems";
import type { Crew } from "../source";
import { type Facts, rowOf } from "./snapshot";
import { type Standing, worstFirst } from "./standings";
import { totalOf } from "./totals";

const isQueue = ({ ref }: Standing) => ref.source === "rq";

export function queueInfoOf(row: BacklogRow, nowMs: number): QueueInfo {
  const { counts } = row;
  return {
    name: row.name,
    length: row.waiting,
    failed_count: row.failed,
    started_count: counts?.started ?? null,
    finished_count: counts?.finished ?? null,
    deferred_count: counts?.deferred ?? null,
    scheduled_count: counts?.scheduled ?? null,
    canceled_count: counts?.canceled ?? null,
    oldest_ms: row.oldest_ms,
    in_per_s: row.in_per_s,
    out_per_s: row.out_per_s,
    workers: row.workers_live,
    state: row.state,
    age_ms: Math.max(0, Math.round(nowMs - row.at_ms)),
  };
}

/** All queues, worst first. */
export function queueInfosOf(standings: readonly Standing[], facts: Facts, nowMs: number): QueueInfo[] {
  return standings
    .filter(isQueue)
    .sort(worstFirst)
    .map((standing, rank) => queueInfoOf(rowOf(standing, rank, facts), nowMs));
}

export interface HealthFacts {
  standings: readonly Standing[];
  /** Open problems of every system. */
  problems: readonly Problem[];
  unknown: Verdict["unknown"];
  /** RQ's workers; null = not known yet. */
  workers: Crew | null;
  /** Since the last good look; null = none yet. */
  ageMs: number | null;
}

export function healthOf({ standings, problems, unknown, workers, ageMs }: HealthFacts): QueueHealth {
  const queues = standings.filter(isQueue);
  const mine = problems.filter(({ source }) => source === null || source === "rq");
  const blind = unknown !== null && unknown !== "nothing-found";
  const failing = mine.some(({ severity }) => severity === "failing");
  return {
    status: blind || failing ? "failing" : mine.length > 0 ? "degraded" : "ok",
    problems: mine.length,
    queues: queues.length,
    workers: workers?.live ?? null,
    waiting: totalOf(queues, "waiting").value,
    failed: totalOf(queues, "failed").value,
    age_ms: ageMs,
    detail: blind ? unknown : null,
  };
}
