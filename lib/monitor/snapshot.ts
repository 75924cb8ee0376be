/** What is known, in the form that travels: the worst rows, totals, the verdict. Pure. */
import type { Health, SourceId } from "../api/schemas/common";
import type { BacklogRow, ConnectionInfo, Overview, Verdict } from "../api/schemas/overview";
import type { Problem } from "../api/schemas/problems";
import type { BacklogStream, Discovery } from "../api/schemas/streams";
import type { Crew, Flow } from "../source";
import { isUngrouped } from "../source";
import { type Drain, type Rates, round } from "./rates";
import { type Standing, type StandingFacts, worstOf } from "./standings";
import { totalsOf } from "./totals";

export const ROWS_MAX = 100;
const PROBLEMS_MAX = 50;

/** What the snapshot is made of; one tick. */
export interface Facts extends StandingFacts {
  crews: ReadonlyMap<string, Crew>;
  /** Of each source; one is missing before its first census. */
  crewTotals: ReadonlyMap<SourceId, Crew>;
  ratesOf(id: string): {
    rates: Rates | null;
    drain: (unfinished: number | null) => Drain;
    estimated: boolean;
  };
  totalRates: { rates: Rates | null; drain: (unfinished: number | null) => Drain };
  /** Runs of RQ jobs in the last hour, as far as watched. */
  runsLastHour: Flow | null;
  watchedSinceMs: number;
  waitingBefore: number | null;
  /** The problems as they are told: many alike as one. */
  told: readonly Problem[];
}

/** Ages, like `oldest_ms`, as of the moment for which the row is known to be true: what is pending grew older. */
function streamOf({ reading, trueAtMs }: Standing): BacklogStream | null {
  if (reading === null || reading.stream === null) return null;
  const aged = (ageMs: number | null) =>
    ageMs === null || ageMs === 0 ? ageMs : Math.max(0, Math.round(ageMs + trueAtMs - reading.atMs));
  const { behind_ms, pending_oldest_ms } = reading.stream;
  return { ...reading.stream, behind_ms: aged(behind_ms), pending_oldest_ms: aged(pending_oldest_ms) };
}

/**
 * One backlog as it travels. Ages are as of `at_ms`: a reader adds the time since.
 * @param rank its place among those that travel with it
 */
export function rowOf(standing: Standing, rank: number, facts: Facts): BacklogRow {
  const { id, ref, reading } = standing;
  const crew = facts.crews.get(id);
  const staffed = facts.crewTotals.has(ref.source) && !isUngrouped(ref);
  const { rates, drain, estimated } = facts.ratesOf(id);
  const unfinished =
    reading?.waiting == null || reading.running === null ? null : reading.waiting + reading.running;
  const draining = drain(unfinished);
  const quality: BacklogRow["quality"] = {};
  for (const [figure, value] of Object.entries(reading?.quality ?? {}))
    if (value !== undefined) quality[figure] = value;
  if (estimated)
    for (const figure of ["in_per_s", "out_per_s", "failed_per_min", "drain_s"])
      quality[figure] = "estimated";
  return {
    id,
    source: ref.source,
    name: ref.name,
    state: standing.state,
    problem: standing.problem?.evidence.kind ?? null,
    rank,
    waiting: reading?.waiting ?? null,
    running: reading?.running ?? null,
    failed: reading?.failed ?? null,
    oldest_ms: standing.oldestMs,
    in_per_s: round(rates?.inPerS ?? null),
    out_per_s: round(rates?.outPerS ?? null),
    failed_per_min: round(rates === null ? null : rates.failedPerS * 60),
    drain: draining.state,
    drain_s: draining.seconds,
    workers_live: staffed ? (crew?.live ?? 0) : null,
    workers_busy: staffed ? (crew?.busy ?? 0) : null,
    counts: reading?.counts ?? null,
    stream: streamOf(standing),
    at_ms: standing.trueAtMs,
    quality,
  };
}

export function verdictOf(problems: readonly Problem[], unknown: Verdict["unknown"]): Verdict {
  const failing = problems.filter((problem) => problem.severity === "failing").length;
  const degraded = problems.length - failing;
  const state: Health =
    unknown !== null ? "unknown" : failing > 0 ? "failing" : degraded > 0 ? "degraded" : "ok";
  return { state, failing, degraded, unknown };
}

export interface Frame {
  tick: number;
  serverNowMs: number;
  intervalMs: number;
  staleSinceMs: number | null;
  connection: ConnectionInfo;
  verdict: Verdict;
  discovery: Discovery;
  nothingFound: Overview["nothing_found"];
}

/** @param standings of all backlogs, in any order */
export function overviewOf(standings: readonly Standing[], facts: Facts, frame: Frame): Overview {
  return {
    tick: frame.tick,
    at_ms: facts.nowMs,
    server_now_ms: frame.serverNowMs,
    interval_ms: frame.intervalMs,
    stale_since_ms: frame.staleSinceMs,
    connection: frame.connection,
    verdict: frame.verdict,
    problems: facts.told.slice(0, PROBLEMS_MAX),
    problems_total: facts.told.length,
    totals: totalsOf(standings, {
      nowMs: facts.nowMs,
      ...facts.totalRates,
      runsLastHour: facts.runsLastHour,
      watchedSinceMs: facts.watchedSinceMs,
      waitingBefore: facts.waitingBefore,
      workers: facts.crewTotals.get("rq") ?? null,
    }),
    rows: worstOf(standings, ROWS_MAX).map((standing, rank) => rowOf(standing, rank, facts)),
    rows_total: standings.length,
    discovery: frame.discovery,
    nothing_found: frame.nothingFound,
  };
}
