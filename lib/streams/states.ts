/** How streams and groups stand, by the open problems: rows and pages say the same. Pure. */
import type { Health } from "../api/schemas/common";
import type { Problem } from "../api/schemas/problems";
import type { Lag, StreamRow } from "../api/schemas/streams";
import { WORST_FIRST } from "../source";
import type { StreamsWatch } from "./watch";

export interface State {
  state: Health;
  /** Kind of the worst problem; null = there is none. */
  problem: string | null;
}

export type States = (stream: string, group: string) => State | null;

/** @param problems open ones, worst first */
export function statesOf(problems: readonly Problem[]): States {
  const worst = new Map<string, State>();
  for (const { evidence, severity } of problems) {
    if (!("stream" in evidence)) continue;
    const id = `${evidence.stream}/${evidence.group}`;
    if (!worst.has(id)) worst.set(id, { state: severity, problem: evidence.kind });
  }
  return (stream, group) => worst.get(`${stream}/${group}`) ?? null;
}

/** A group that was never looked at, or of which nobody can tell what is left to do, is unknown, never well. */
export function stateOfGroup(
  states: States,
  watch: StreamsWatch,
  { stream, group, lag }: { stream: string; group: string; lag: Lag },
): State {
  const known = watch.group(stream, group) !== null && lag.value !== null;
  return states(stream, group) ?? { state: known ? "ok" : "unknown", problem: null };
}

const rank = (state: Health) => WORST_FIRST.indexOf(state);
const worse = (a: Health, b: Health): Health => (rank(a) <= rank(b) ? a : b);

/** A row with the states that its groups' problems give. */
export function withStates(row: StreamRow, states: States): StreamRow {
  const groups = row.groups.map((group) => ({ ...group, ...states(row.stream, group.group) }));
  return { ...row, groups, state: groups.reduce((state, group) => worse(state, group.state), row.state) };
}

/** Worst first, then what has most to do. */
export function worstFirst(a: StreamRow, b: StreamRow): number {
  const todo = (row: StreamRow) => (row.lag ?? 0) + (row.pending ?? 0);
  return rank(a.state) - rank(b.state) || todo(b) - todo(a) || (a.stream < b.stream ? -1 : 1);
}
