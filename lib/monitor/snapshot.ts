/** What is known, in the form that travels: rows with states and ranks, and the verdict. Pure. */
import type { Health, SourceId } from "../api/schemas/common";
import type { BacklogRow, ConnectionInfo, Overview, Verdict } from "../api/schemas/overview";
import type { Problem } from "../api/schemas/problems";
import type { BacklogStream, Discovery } from "../api/schemas/streams";
import type { Crew, Flow } from "../source";
import { backlogId, hasNoProgress, isUngrouped, streamBacklog, WORST_FIRST } from "../source";
import type { Row } from "./board";
import { type Drain, type Rates, round } from "./rates";
import { totalsOf } from "./totals";

export const ROWS_MAX = 100;
const PROBLEMS_MAX = 50;
/** A row that nobody could read for so long says nothing about now. */
const UNKNOWN_AFTER_MS = 30_000;

/** What the snapshot is made of; one tick. */
export interface Facts {
  nowMs: number;
  rows: readonly Row[];
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
  problems: readonly Problem[];
  /** Nothing that was read may be taken for true now. */
  blind: boolean;
}

/** The backlogs that a problem is about. */
export function backlogsOf(problem: Problem): string[] {
  const { evidence, source } = problem;
  if (source === null) return [];
  if ("stream" in evidence) return [backlogId(streamBacklog(evidence.stream, evidence.group))];
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

function stateOf(row: Row, problem: Problem | undefined, facts: Facts): Health {
  if (facts.blind || row.reading === null || row.reading.waiting === null) return "unknown";
  if (facts.nowMs - row.trueAtMs > UNKNOWN_AFTER_MS) return "unknown";
  return problem?.severity ?? "ok";
}

/** Ages, like `oldest_ms`, as of the moment for which the row is known to be true: what is pending grew older. */
function streamOf({ reading, trueAtMs }: Row): BacklogStream | null {
  if (reading === null || reading.stream === null) return null;
  const aged = (ageMs: number | null) =>
    ageMs === null || ageMs === 0 ? ageMs : Math.max(0, Math.round(ageMs + trueAtMs - reading.atMs));
  const { behind_ms, pending_oldest_ms } = reading.stream;
  return { ...reading.stream, behind_ms: aged(behind_ms), pending_oldest_ms: aged(pending_oldest_ms) };
}

/** `oldest` is as of `at_ms`: a reader adds the time since. */
function toRow(row: Row, problem: Problem | undefined, facts: Facts): BacklogRow {
  const { reading } = row;
  const crew = facts.crews.get(row.id);
  const staffed = facts.crewTotals.has(row.ref.source) && !isUngrouped(row.ref);
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
    workers_live: staffed ? (crew?.live ?? 0) : null,
    workers_busy: staffed ? (crew?.busy ?? 0) : null,
    counts: reading?.counts ?? null,
    stream: streamOf(row),
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

/** That a stream without a group is unknown is its nature and asks for nothing: it comes after what is well. */
const severity = (row: BacklogRow) =>
  hasNoProgress(row.stream) && row.problem === null ? WORST_FIRST.length : WORST_FIRST.indexOf(row.state);

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
    totals: totalsOf(rows, {
      nowMs: facts.nowMs,
      ...facts.totalRates,
      runsLastHour: facts.runsLastHour,
      watchedSinceMs: facts.watchedSinceMs,
      waitingBefore: facts.waitingBefore,
      workers: facts.crewTotals.get("rq") ?? null,
    }),
    rows: rows.slice(0, ROWS_MAX),
    rows_total: rows.length,
    discovery: frame.discovery,
    nothing_found: frame.nothingFound,
  };
}
