/** What is known, in the form that travels: rows with states and ranks, totals, the verdict. Pure. */
import type { Health } from "../api/schemas/common";
import type {
  BacklogRow,
  ConnectionInfo,
  Overview,
  QueueInfo,
  Totals,
  Verdict,
} from "../api/schemas/overview";
import type { Problem } from "../api/schemas/problems";
import type { Crew, Flow } from "../source";
import { backlogId, WORST_FIRST } from "../source";
import type { Row } from "./board";
import { type Drain, type Rates, rounded } from "./rates";

export const ROWS_MAX = 100;
const PROBLEMS_MAX = 50;
const FRESH_MS = 10_000;
/** A row that nobody could read for so long says nothing about now. */
const UNKNOWN_AFTER_MS = 30_000;

/** What the snapshot is made of; one tick. */
export interface Facts {
  nowMs: number;
  rows: readonly Row[];
  crews: ReadonlyMap<string, Crew>;
  crewTotal: Crew | null;
  ratesOf(id: string): {
    rates: Rates | null;
    drain: (unfinished: number | null) => Drain;
    estimated: boolean;
  };
  totalRates: { rates: Rates | null; drain: (unfinished: number | null) => Drain };
  /** Flows of the last hour, as far as watched. */
  lastHour: Flow | null;
  watchedSinceMs: number;
  waitingBefore: number | null;
  problems: readonly Problem[];
  /** Nothing that was read may be taken for true now. */
  blind: boolean;
}

/** The backlogs that a problem is about. */
export function backlogsOf(problem: Problem): string[] {
  const { evidence, source } = problem;
  if (source === null) return [];
  const names =
    "queue" in evidence
      ? [evidence.queue]
      : evidence.kind === "same-failure"
        ? evidence.queues.map(({ name }) => name)
        : [];
  return names.map((name) => backlogId({ source, name }));
}

/** Worst problem of each backlog; `problems` come worst first. */
function worstByBacklog(problems: readonly Problem[]): Map<string, Problem> {
  const worst = new Map<string, Problem>();
  for (const problem of problems)
    for (const id of backlogsOf(problem)) if (!worst.has(id)) worst.set(id, problem);
  return worst;
}

const round = (value: number | null) => (value === null ? null : rounded(value));

function stateOf(row: Row, problem: Problem | undefined, facts: Facts): Health {
  if (facts.blind || row.reading === null || row.reading.waiting === null) return "unknown";
  if (facts.nowMs - row.trueAtMs > UNKNOWN_AFTER_MS) return "unknown";
  return problem?.severity ?? "ok";
}

/** `oldest` is as of `at_ms`: a reader adds the time since. */
function toRow(row: Row, problem: Problem | undefined, facts: Facts): BacklogRow {
  const { reading } = row;
  const crew = facts.crews.get(row.id);
  const { rates, drain, estimated } = facts.ratesOf(row.id);
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
    id: row.id,
    source: row.ref.source,
    name: row.ref.name,
    state: stateOf(row, problem, facts),
    problem: problem?.evidence.kind ?? null,
    rank: 0,
    waiting: reading?.waiting ?? null,
    running: reading?.running ?? null,
    failed: reading?.failed ?? null,
    oldest_ms: oldestOf(row),
    in_per_s: round(rates?.inPerS ?? null),
    out_per_s: round(rates?.outPerS ?? null),
    failed_per_min: round(rates === null ? null : rates.failedPerS * 60),
    drain: draining.state,
    drain_s: draining.seconds,
    workers_live: facts.crewTotal === null ? null : (crew?.live ?? 0),
    workers_busy: facts.crewTotal === null ? null : (crew?.busy ?? 0),
    counts: reading?.counts ?? null,
    at_ms: row.trueAtMs,
    quality,
  };
}

/** Age of the oldest waiting item when the row was last true; 0 when nothing waits, null when unknown. */
function oldestOf(row: Row): number | null {
  if (row.reading === null || row.reading.waiting === null) return null;
  if (row.reading.waiting === 0) return 0;
  return row.reading.oldestSinceMs === null
    ? null
    : Math.max(0, Math.round(row.trueAtMs - row.reading.oldestSinceMs));
}

const severity = (row: BacklogRow) => WORST_FIRST.indexOf(row.state);

const worstFirst = (a: BacklogRow, b: BacklogRow) =>
  severity(a) - severity(b) ||
  (b.oldest_ms ?? 0) - (a.oldest_ms ?? 0) ||
  (b.waiting ?? 0) - (a.waiting ?? 0) ||
  (b.running ?? 0) - (a.running ?? 0) ||
  (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** All rows, worst first, ranks set. */
export function rowsOf(facts: Facts): BacklogRow[] {
  const worst = worstByBacklog(facts.problems);
  const rows = facts.rows.map((row) => toRow(row, worst.get(row.id), facts)).sort(worstFirst);
  for (const [index, row] of rows.entries()) row.rank = index;
  return rows;
}

/** A sum of what is known; `at_least` when a part is not. */
function sumOf(rows: readonly BacklogRow[], figure: "waiting" | "running" | "failed") {
  let sum = 0;
  let missing = false;
  for (const row of rows) {
    const value = row[figure];
    if (value === null) missing = true;
    else sum += value;
  }
  return { sum, missing };
}

export function totalsOf(rows: readonly BacklogRow[], facts: Facts): Totals {
  const quality: Totals["quality"] = {};
  const total = (figure: "waiting" | "running" | "failed") => {
    const { sum, missing } = sumOf(rows, figure);
    if (missing) quality[figure] = "at_least";
    return rows.length > 0 && rows.every((row) => row[figure] === null) ? null : sum;
  };
  const waiting = total("waiting");
  const running = total("running");
  const failed = total("failed");
  const oldest = rows.reduce<BacklogRow | null>(
    (top, row) => ((row.oldest_ms ?? 0) > (top?.oldest_ms ?? 0) ? row : top),
    null,
  );
  const { rates, drain } = facts.totalRates;
  const draining = drain(waiting === null || running === null ? null : waiting + running);
  return {
    waiting,
    running,
    failed,
    waiting_change_10m:
      waiting === null || facts.waitingBefore === null ? null : Math.round(waiting - facts.waitingBefore),
    oldest_ms: oldest?.oldest_ms ?? (rows.some((row) => row.oldest_ms === null) ? null : 0),
    oldest_backlog: oldest?.name ?? null,
    in_per_s: round(rates?.inPerS ?? null),
    out_per_s: round(rates?.outPerS ?? null),
    failed_per_min: round(rates === null ? null : rates.failedPerS * 60),
    drain: draining.state,
    drain_s: draining.seconds,
    failed_last_hour: facts.lastHour === null ? null : Math.round(facts.lastHour.failed),
    runs_last_hour: facts.lastHour === null ? null : Math.round(facts.lastHour.out),
    watched_since_ms: facts.watchedSinceMs,
    workers_live: facts.crewTotal?.live ?? null,
    workers_busy: facts.crewTotal?.busy ?? null,
    workers_total: facts.crewTotal?.total ?? null,
    backlogs: rows.length,
    queues: rows.filter((row) => row.source === "rq").length,
    fresh: rows.filter((row) => facts.nowMs - row.at_ms <= FRESH_MS).length,
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
  nothingFound: Overview["nothing_found"];
}

export function overviewOf(rows: readonly BacklogRow[], facts: Facts, frame: Frame): Overview {
  return {
    tick: frame.tick,
    at_ms: facts.nowMs,
    server_now_ms: frame.serverNowMs,
    interval_ms: frame.intervalMs,
    stale_since_ms: frame.staleSinceMs,
    connection: frame.connection,
    verdict: frame.verdict,
    problems: facts.problems.slice(0, PROBLEMS_MAX),
    problems_total: facts.problems.length,
    totals: totalsOf(rows, facts),
    rows: rows.slice(0, ROWS_MAX),
    rows_total: rows.length,
    nothing_found: frame.nothingFound,
  };
}

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
