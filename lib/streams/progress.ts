/**
 * What moved in a group between two looks, from counters that Redis keeps. Pure.
 *   in         entries added
 *   delivered  growth of entries-read; where Redis does not know it, growth of what was added less the lag
 *   acked      delivered less the growth of the pending entries: includes entries that a deleted consumer held
 */
import type { Lag } from "../api/schemas/streams";
import { compareIds } from "./ids";

export interface Position {
  /** Entries ever added to the stream; null = not known. */
  added: number | null;
  /** The group's entries-read. */
  read: number | null;
  lag: Lag;
  pending: number;
  lastDelivered: string;
}

export interface Progress {
  in: number;
  delivered: number;
  acked: number;
  /** False where a part had to be left out or guessed. */
  exact: boolean;
  /** Whether it is known that nothing was acknowledged. */
  quiet: boolean;
}

/** What was delivered, or null where nothing tells. */
function deliveredBetween(before: Position, now: Position): { count: number; exact: boolean } | null {
  if (before.read !== null && now.read !== null) return { count: now.read - before.read, exact: true };
  if (before.lastDelivered === now.lastDelivered) return { count: 0, exact: true };
  const [lagBefore, lagNow] = [before.lag.value, now.lag.value];
  if (before.added === null || now.added === null || lagBefore === null || lagNow === null) return null;
  // What was trimmed unread also shrinks a lag.
  return { count: now.added - lagNow - (before.added - lagBefore), exact: false };
}

/** null when the group was made anew or put back: nothing between these two looks can be counted. */
export function progressBetween(before: Position, now: Position): Progress | null {
  const back = compareIds(now.lastDelivered, before.lastDelivered) < 0;
  const unread = before.read !== null && now.read !== null && now.read < before.read;
  if (back || unread) return null;
  const added = before.added === null || now.added === null ? null : now.added - before.added;
  const delivered = deliveredBetween(before, now);
  const freed = before.pending - now.pending;
  const acked = Math.max(0, (delivered?.count ?? 0) + freed);
  return {
    in: Math.max(0, added ?? 0),
    delivered: Math.max(0, delivered?.count ?? 0),
    acked,
    exact: added !== null && delivered?.exact === true,
    quiet: delivered?.exact === true && acked === 0,
  };
}
