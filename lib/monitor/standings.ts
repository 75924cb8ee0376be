/**
 * Where each backlog stands: what ranking and totals need of it, and no more. There may be ten thousand at a look, of
 * which the worst hundred are written out. Pure.
 */
import type { Health } from "../api/schemas/common";
import type { Problem } from "../api/schemas/problems";
import { backlogId, hasNoProgress, streamBacklog, WORST_FIRST } from "../source";
import type { Row } from "./board";

/** A row that nobody could read for so long says nothing about now. */
const UNKNOWN_AFTER_MS = 30_000;

export interface Standing extends Readonly<Pick<Row, "id" | "ref" | "reading" | "trueAtMs">> {
  /** The worst of its problems. */
  problem: Problem | null;
  state: Health;
  /** Age of the oldest waiting item when the row was last true, ms; 0 when nothing waits, null when unknown. */
  oldestMs: number | null;
  /** Lower is worse. */
  severity: number;
}

export interface StandingFacts {
  nowMs: number;
  rows: readonly Row[];
  /** Worst first. */
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

function worstByBacklog(problems: readonly Problem[]): Map<string, Problem> {
  const worst = new Map<string, Problem>();
  for (const problem of problems)
    for (const id of backlogsOf(problem)) if (!worst.has(id)) worst.set(id, problem);
  return worst;
}

/** What is wrong is known even where a figure is not: a dead consumer's group may have a lag that nobody can tell. */
function stateOf(row: Row, problem: Problem | null, facts: StandingFacts): Health {
  if (facts.blind || row.reading === null || facts.nowMs - row.trueAtMs > UNKNOWN_AFTER_MS) return "unknown";
  if (problem !== null) return problem.severity;
  return row.reading.waiting === null ? "unknown" : "ok";
}

function oldestOf({ reading, trueAtMs }: Row): number | null {
  if (reading === null || reading.waiting === null) return null;
  if (reading.waiting === 0) return 0;
  return reading.oldestSinceMs === null ? null : Math.max(0, Math.round(trueAtMs - reading.oldestSinceMs));
}

/** All backlogs, in no order. */
export function standingsOf(facts: StandingFacts): Standing[] {
  const worst = worstByBacklog(facts.problems);
  return facts.rows.map((row) => {
    const problem = worst.get(row.id) ?? null;
    const state = stateOf(row, problem, facts);
    // That a stream without a group is unknown is its nature and asks for nothing: it comes after what is well.
    const natural = problem === null && hasNoProgress(row.reading?.stream ?? null);
    const severity = natural ? WORST_FIRST.length : WORST_FIRST.indexOf(state);
    const { id, ref, reading, trueAtMs } = row;
    return { id, ref, reading, trueAtMs, problem, state, oldestMs: oldestOf(row), severity };
  });
}

export function worstFirst(a: Standing, b: Standing): number {
  return (
    a.severity - b.severity ||
    (b.oldestMs ?? 0) - (a.oldestMs ?? 0) ||
    (b.reading?.waiting ?? 0) - (a.reading?.waiting ?? 0) ||
    (b.reading?.running ?? 0) - (a.reading?.running ?? 0) ||
    (a.ref.name < b.ref.name ? -1 : a.ref.name > b.ref.name ? 1 : 0)
  );
}

/** The first `max` in the order of {@link worstFirst}: one comparison each, where sorting would take a dozen. */
export function worstOf(standings: readonly Standing[], max: number): Standing[] {
  const worst: Standing[] = [];
  for (const standing of standings) {
    const last = worst[max - 1];
    if (last !== undefined && worstFirst(standing, last) >= 0) continue;
    let [low, high] = [0, worst.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = worst[middle];
      if (other !== undefined && worstFirst(other, standing) <= 0) low = middle + 1;
      else high = middle;
    }
    worst.splice(low, 0, standing);
    if (worst.length > max) worst.pop();
  }
  return worst;
}
