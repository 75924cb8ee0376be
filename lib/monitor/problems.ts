/**
 * Patience between a diagnosis and the page: a problem opens after two judgements agree and closes after three
 * good ones, so that a deploy or a single odd sample neither rings nor hides anything.
 */
import type { Problem } from "../api/schemas/problems";

const OPEN_AFTER = 2;
const CLOSE_AFTER = 3;

interface Watch {
  problem: Problem;
  bad: number;
  good: number;
  open: boolean;
}

export interface Problems {
  /** One judgement: everything that is wrong now. Gives the open problems, worst and longest first. */
  judge(found: readonly Problem[]): Problem[];
  open(): Problem[];
}

const bySeverity = (a: Problem, b: Problem) =>
  (a.severity === b.severity ? 0 : a.severity === "failing" ? -1 : 1) ||
  a.since_ms - b.since_ms ||
  (a.id < b.id ? -1 : 1);

export function createProblems(): Problems {
  const watches = new Map<string, Watch>();
  const open = () =>
    [...watches.values()]
      .filter((watch) => watch.open)
      .map((watch) => watch.problem)
      .sort(bySeverity);

  return {
    judge: (found) => {
      const seen = new Set<string>();
      for (const problem of found) {
        seen.add(problem.id);
        const watch = watches.get(problem.id) ?? { problem, bad: 0, good: 0, open: false };
        watches.set(problem.id, watch);
        watch.problem = { ...problem, since_ms: Math.min(problem.since_ms, watch.problem.since_ms) };
        watch.bad += 1;
        watch.good = 0;
        if (watch.bad >= OPEN_AFTER) watch.open = true;
      }
      for (const [id, watch] of watches) {
        if (seen.has(id)) continue;
        watch.good += 1;
        watch.bad = 0;
        if (!watch.open || watch.good >= CLOSE_AFTER) watches.delete(id);
      }
      return open();
    },
    open,
  };
}
