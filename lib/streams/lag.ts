/**
 * How many entries a group was not given yet. Redis' own figure is null after deletions and too high after a trim
 * overtook the group, so it is only one witness: the position of the group between the first and the last entry proves
 * the rest, or bounds it. Redis' counters miss entries that went away unread and never count one twice, hence
 * `length - entriesRead <= lag <= g`; numbers that an operator gave with ENTRIESREAD are believed, as Redis does.
 *
 * Source: src/t_stream.c (streamEstimateDistanceFromFirstEverEntry, XINFO) of 7.0 to 8.8; test/streams/lag-contract.
 */
import type { Quality } from "../api/schemas/common";
import type { Lag, LagReason } from "../api/schemas/streams";
import { type CounterProof, isProven } from "./counter";
import { ageOf, compareIds, parseId } from "./ids";
import type { GroupInfo } from "./replies";

/** All from one look: facts of different moments prove nothing. `undefined` = was not asked for. */
export interface LagFacts {
  length: number;
  /** IDs of the first and the last entry; null = the stream is empty. */
  first: string | null | undefined;
  last: string | null | undefined;
  lastGenerated: string | undefined;
  /** Highest ID that was ever XDELed, `0-0` = none; trimming leaves it. null = the server has none (before 7.0). */
  maxDeleted: string | null | undefined;
  /** Entries ever added; null = the server has no such counter. */
  added: number | null | undefined;
  group: GroupInfo;
  /** `lagFixed` of this server's features. */
  fixed: boolean;
  /** Its counter is doubted: `doubtAfter` of the last look. */
  sawBehindFirst: boolean;
  /** `proofAfter` of the last look; makes the lag exact on versions whose counters are not repaired. */
  proof?: CounterProof | null;
  /** How many entries had been added when this ID was the newest; from own looks, null = not known. */
  addedAt(id: string): number | null;
}

const NONE = "0-0";

interface Bounds {
  low: number;
  high: number;
}

const known = (
  low: number,
  high: number,
  value: number,
  quality: Quality,
  reason: LagReason | null,
): Lag => ({
  value,
  quality,
  low,
  high,
  reason,
});
const exact = (value: number) => known(value, value, value, "exact", null);
const clamp = (value: number, { low, high }: Bounds) => Math.min(high, Math.max(low, Math.round(value)));

/** What the position alone proves. IDs start above 0-0, so a group at 0-0 has everything before it. */
function byPosition({ length, first, last, lastGenerated, group }: LagFacts): Bounds {
  const position = group.lastDelivered;
  const all = { low: length, high: length };
  const none = { low: 0, high: 0 };
  if (length === 0) return none;
  if (compareIds(position, NONE) === 0) return all;
  const end = last ?? lastGenerated;
  if (end !== undefined && compareIds(position, end) >= 0) return none;
  if (first === undefined || first === null) return { low: last ? 1 : 0, high: length };
  const order = compareIds(position, first);
  if (order < 0) return all;
  if (order === 0) return { low: length - 1, high: length - 1 };
  return { low: last ? 1 : 0, high: length - 1 };
}

/** Narrowed by Redis' counters; null when these contradict the position. */
function byCounters({ length, added, group }: LagFacts, { low, high }: Bounds): Bounds | null {
  const { entriesRead, lag } = group;
  const narrowed = {
    low: Math.max(low, entriesRead === null ? 0 : length - entriesRead),
    high: Math.min(
      high,
      lag ?? high,
      typeof added === "number" && entriesRead !== null ? added - entriesRead : high,
    ),
  };
  return narrowed.low <= narrowed.high ? narrowed : null;
}

/**
 * The best guess without another command: the own index of added entries, else the place of the ID between the first
 * and the last. The latter takes production as even, which holds for times and for counters alike.
 */
function estimate({ length, first, last, added, group, addedAt }: LagFacts): number | null {
  const before = typeof added === "number" ? addedAt(group.lastDelivered) : null;
  if (before !== null && typeof added === "number") return added - before;
  if (!first || !last) return null;
  const [from, at, to] = [first, group.lastDelivered, last].map((id) => parseId(id).ms);
  if (from === undefined || at === undefined || to === undefined || from === to) return null;
  return (length * Number(to - at)) / Number(to - from);
}

/** Why this figure is not exact. */
function reasonOf({ maxDeleted, first, fixed, group }: LagFacts): LagReason {
  if (!group.tellsLag) return "no-counters";
  if (group.lag !== null) return first === undefined && fixed ? "too-large" : "server-overcounts";
  // Redis withholds a lag for deleted entries ahead, or because it never knew where the group started.
  if (maxDeleted) return compareIds(maxDeleted, group.lastDelivered) >= 0 ? "deleted-ahead" : "unknown-start";
  return group.entriesRead === null ? "unknown-start" : "deleted-ahead";
}

/**
 * Entries that the group was not given yet, with bounds that hold in any case.
 * `exact`: proven. `estimated`: the value lies within the bounds, `reason` says what is not known. `unknown`: only the
 * bounds are known. Pure; costs no command.
 */
export function lagOf(facts: LagFacts): Lag {
  const { group, fixed, sawBehindFirst } = facts;
  const position = byPosition(facts);
  if (position.low === position.high) return exact(position.low);
  const narrowed = byCounters(facts, position);
  const bounds = narrowed ?? position;
  if (bounds.low === bounds.high) return exact(bounds.low);
  const reason = reasonOf(facts);
  const told = narrowed !== null && group.lag !== null && group.lag <= position.high ? group.lag : null;
  if (told !== null && (fixed || isProven(facts))) return exact(told);
  if (told !== null && !sawBehindFirst) return known(bounds.low, bounds.high, told, "estimated", reason);
  const guess = estimate(facts);
  if (guess === null) return { value: null, quality: "unknown", ...bounds, reason };
  return known(bounds.low, bounds.high, clamp(guess, bounds), "estimated", reason);
}

/**
 * Entries after the group's position that were trimmed away: it will never be given them. A position before the first
 * entry is no proof of a loss, the counters are. Deleted entries (XDEL) cannot be told from trimmed ones, and a
 * counter that was overtaken before makes the figure too high: then it is `estimated`, as an upper end.
 */
export function lostOf(facts: LagFacts): { lost: number | null; quality: Quality } {
  const { length, first, lastGenerated, maxDeleted, added, group, fixed, addedAt } = facts;
  const position = group.lastDelivered;
  const nothing = { lost: 0, quality: "exact" } as const;
  // Trimming takes from the head only: what comes after an entry that is there, or after all of them, was not trimmed.
  if (first && compareIds(position, first) >= 0) return nothing;
  if (lastGenerated !== undefined && compareIds(position, lastGenerated) >= 0) return nothing;
  if (typeof added !== "number") return { lost: null, quality: "unknown" };
  const gone = added - length;
  const start = compareIds(position, NONE) === 0;
  const read = start ? 0 : group.entriesRead;
  if (gone <= (read ?? 0)) return nothing;
  if (first === undefined) return { lost: null, quality: "unknown" };
  if (read === null) {
    const before = addedAt(position);
    if (before === null) return { lost: null, quality: "unknown" };
    return { lost: clamp(gone - before, { low: 0, high: gone }), quality: "estimated" };
  }
  const trimmedOnly =
    typeof maxDeleted === "string" && (maxDeleted === NONE || compareIds(maxDeleted, position) <= 0);
  return {
    lost: gone - read,
    quality: trimmedOnly && (fixed || start || isProven(facts)) ? "exact" : "estimated",
  };
}

export interface Behind {
  /** Age of the oldest entry that the group was not given yet, ms; 0 = none. null = not known, or IDs are no times. */
  ms: number | null;
  quality: Quality;
  /** It is at most this, by the time in the last delivered ID; null = not known. */
  atMostMs: number | null;
  /** Whether the ID of the next entry (`XRANGE key (lastDelivered + COUNT 1`) would tell. */
  nextWouldTell: boolean;
}

/**
 * How far behind a group is in time. Without `next` it tells what needs no command.
 * @param next ID of the first entry after the group's position, null = there is none
 */
export function behindOf(facts: LagFacts, nowMs: number, next?: string | null): Behind {
  const { first, group } = facts;
  const told = (ms: number | null): Behind => ({
    ms,
    quality: ms === null ? "unknown" : "exact",
    atMostMs: ms,
    nextWouldTell: false,
  });
  if (next === null || lagOf(facts).high === 0) return told(0);
  if (next !== undefined) return told(ageOf(next, nowMs));
  if (first && compareIds(group.lastDelivered, first) < 0) return told(ageOf(first, nowMs));
  const end = facts.last ?? facts.lastGenerated;
  return {
    ms: null,
    quality: "unknown",
    atMostMs: ageOf(group.lastDelivered, nowMs),
    nextWouldTell: end === undefined || ageOf(end, nowMs) !== null,
  };
}
