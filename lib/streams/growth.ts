/** Whether the backlog of a group only grows; slopes of hundreds of points are dear, so they are judged in turn. */
import { type BacklogHistory, backlogId } from "../source";
import { theilSen } from "../trend";
import { behindMsOf } from "./facts";
import type { GroupState } from "./state";

const WINDOW_MS = 10 * 60_000;
const POINTS_MIN = 6;
/** In seconds of waiting, not in entries: a fast group of eleven is no problem. */
const BEHIND_MIN_MS = 30_000;
const ENTRIES_MIN = 5;
/** About 10 ms of a look. */
const JUDGED_A_LOOK = 50;
/** A verdict that could not be renewed for so long is dropped. */
const VERDICT_MS = 60_000;

export interface Growth {
  grewBy: number;
  windowMs: number;
}

function growthOf(group: GroupState, history: BacklogHistory): Growth | null {
  const { stepMs, values } = history.unfinished(backlogId(group.ref), WINDOW_MS);
  const known = values.filter((value) => value !== null);
  if (known.length < POINTS_MIN) return null;
  const [first = 0] = known;
  const last = known.at(-1) ?? 0;
  const top = Math.max(...known);
  // It never drained to half of its maximum.
  if (last - first < ENTRIES_MIN || Math.min(...known.slice(known.indexOf(top))) <= top / 2) return null;
  if ((theilSen(values) ?? 0) <= 0) return null;
  const start = values.findIndex((value) => value !== null);
  return { grewBy: Math.round(last - first), windowMs: (values.length - 1 - start) * stepMs };
}

export interface GrowthWatch {
  /** Judges some of these groups; the others keep their last verdict. */
  judge(groups: readonly GroupState[], history: BacklogHistory, nowMs: number): void;
  /** null = it does not grow, or it cannot be told. */
  of(group: GroupState): Growth | null;
}

export function createGrowthWatch(): GrowthWatch {
  let verdicts = new Map<GroupState, { atMs: number; growth: Growth | null }>();
  return {
    judge: (groups, history, nowMs) => {
      const late = groups.filter(
        (group) => group.lag.value !== null && (behindMsOf(group, nowMs) ?? 0) >= BEHIND_MIN_MS,
      );
      const kept = new Map<GroupState, { atMs: number; growth: Growth | null }>();
      for (const group of late) {
        const verdict = verdicts.get(group);
        if (verdict !== undefined && nowMs - verdict.atMs < VERDICT_MS) kept.set(group, verdict);
      }
      verdicts = kept;
      const turn = [...late].sort((a, b) => (kept.get(a)?.atMs ?? 0) - (kept.get(b)?.atMs ?? 0));
      for (const group of turn.slice(0, JUDGED_A_LOOK))
        verdicts.set(group, { atMs: nowMs, growth: growthOf(group, history) });
    },
    of: (group) => verdicts.get(group)?.growth ?? null,
  };
}
