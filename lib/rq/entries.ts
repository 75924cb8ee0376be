/** Entries of a registry's sorted set, their order on the page, and the part of the set that is alive. */
import type { Order } from "../api/inputs";
import type { Place } from "../api/schemas/jobs";
import { troubleOf } from "../redis/errors";
import { type Command, list, type Reply, textOf } from "../redis/pipeline";
import type { Key } from "./keys";

export interface Entry {
  member: Buffer;
  score: number;
}

/** An entry of one of several queues. */
export interface Placed extends Entry {
  queue: string;
}

export type Registry = Exclude<Place, "queued">;

export function scoreOf(reply: Reply): number | null {
  const text = textOf(reply);
  if (text === null) return null;
  if (text === "inf" || text === "+inf") return Infinity;
  if (text === "-inf") return -Infinity;
  const score = Number(text);
  return Number.isFinite(score) ? score : null;
}

/** As Redis reads it back to the same double. */
export function scoreArg(score: number): string {
  return score === Infinity ? "+inf" : score === -Infinity ? "-inf" : String(score);
}

/**
 * A flat `WITHSCORES` reply. A key of another type holds no entries.
 * @throws the error reply otherwise (no permission, say)
 */
export function entriesOf(reply: Reply): Entry[] {
  if (reply instanceof Error) {
    if (troubleOf(reply) === "wrong-type") return [];
    throw reply;
  }
  const flat = list(reply);
  const entries: Entry[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const member = flat[index];
    const score = scoreOf(flat[index + 1]);
    if (member !== undefined && score !== null) entries.push({ member, score });
  }
  return entries;
}

/** Below zero when `a` stands before `b` on the page. Redis breaks ties of the score by the members' bytes. */
export function compareEntries(a: Entry, b: Entry, order: Order): number {
  const up = a.score < b.score ? -1 : a.score > b.score ? 1 : Buffer.compare(a.member, b.member);
  return order === "newest" ? -up : up;
}

/** A range of scores; an open end is not part of it. */
export interface Range {
  low: number;
  lowOpen: boolean;
  high: number;
  highOpen: boolean;
}

const ALL: Range = { low: -Infinity, lowOpen: false, high: Infinity, highOpen: false };

/**
 * The living part of a registry, in display order. Scores of `failed` and `finished` are expiry times: from 0 to
 * now an entry has expired and only waits for a worker to clean it up. RQ writes "never expires" as -1 in
 * `failed` and as +inf in `finished`.
 */
export function liveRanges(place: Registry, order: Order, nowS: number): Range[] {
  if (place !== "failed" && place !== "finished") return [ALL];
  const forever: Range = { ...ALL, high: 0, highOpen: true };
  const ahead: Range = { ...ALL, low: nowS, lowOpen: true };
  return order === "newest" ? [ahead, forever] : [forever, ahead];
}

export function inside(range: Range, score: number): boolean {
  return (
    (range.lowOpen ? score > range.low : score >= range.low) &&
    (range.highOpen ? score < range.high : score <= range.high)
  );
}

/** Scores from which a page goes on, in its order. */
export interface Bound {
  score: number;
  inclusive: boolean;
}

/** What of `range` lies at or after the bound; `null` = nothing. */
function clip(range: Range, order: Order, bound: Bound): Range | null {
  const { score, inclusive } = bound;
  const cut: Range =
    order === "newest"
      ? score < range.high || (score === range.high && !inclusive)
        ? { ...range, high: score, highOpen: !inclusive || (score === range.high && range.highOpen) }
        : range
      : score > range.low || (score === range.low && !inclusive)
        ? { ...range, low: score, lowOpen: !inclusive || (score === range.low && range.lowOpen) }
        : range;
  if (cut.low > cut.high || (cut.low === cut.high && (cut.lowOpen || cut.highOpen))) return null;
  return cut;
}

/**
 * Commands whose replies, one after the other, are the first `n` entries (and more) at or after a bound; by
 * score, so O(log N + n) wherever they lie.
 */
export function scoreReads(
  key: Key,
  ranges: readonly Range[],
  order: Order,
  bound: Bound | null,
  n: number,
): Command[] {
  const commands: Command[] = [];
  for (const range of ranges) {
    const part = bound === null ? range : clip(range, order, bound);
    if (part === null) continue;
    const low = `${part.lowOpen ? "(" : ""}${scoreArg(part.low)}`;
    const high = `${part.highOpen ? "(" : ""}${scoreArg(part.high)}`;
    const [name, from, to] =
      order === "newest" ? ["ZREVRANGEBYSCORE", high, low] : ["ZRANGEBYSCORE", low, high];
    commands.push([name, key, from, to, "WITHSCORES", "LIMIT", 0, n]);
  }
  return commands;
}
