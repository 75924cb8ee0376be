/**
 * The oldest pending entries over all groups, merged. First each group that holds some shows its oldest; of n entries
 * wanted, only the n groups with the oldest can give one, and the group at rank r at most n - r.
 */
import type { Redis } from "ioredis";
import type { PendingAll, StreamRow } from "../api/schemas/streams";
import { keyOf } from "../names";
import { batch } from "../redis/pipeline";
import { WORST_FIRST } from "../source";
import { compareIds, isTimeId } from "./ids";
import { type PendingPlace, withFields } from "./pending-list";
import { pendingOf } from "./replies";
import type { StreamsWatch } from "./watch";

/** Groups that are asked for their oldest: some 3 µs of Redis' time each. */
const GROUPS_MAX = 1_000;

interface Holder {
  stream: string;
  group: string;
  pending: number;
  state: StreamRow["state"];
}

function holdersOf(rows: readonly StreamRow[]): Holder[] {
  return rows
    .flatMap(({ stream, groups }) =>
      groups.flatMap(({ group, pending, state }) =>
        pending === null || pending === 0 ? [] : [{ stream, group, pending, state }],
      ),
    )
    .sort((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state) || b.pending - a.pending);
}

/** Pending entries of groups from their oldest on; a group that went away or is denied gives none. */
async function oldestOf(
  redis: Redis,
  asks: readonly { stream: string; group: string; n: number }[],
): Promise<PendingPlace[][]> {
  const replies = await batch(
    redis,
    asks.map(
      ({ stream, group, n }) => ["XPENDING", keyOf("", stream), keyOf("", group), "-", "+", n] as const,
    ),
  );
  return asks.map(({ stream, group }, index) =>
    (pendingOf(replies[index]) ?? []).map((entry) => ({ ...entry, stream, group })),
  );
}

/** Oldest first; IDs that are no times say nothing of age and come last. */
function byAge(nowMs: number) {
  return (a: PendingPlace, b: PendingPlace) => {
    const [x, y] = [isTimeId(a.id, nowMs), isTimeId(b.id, nowMs)];
    if (x !== y) return x ? -1 : 1;
    return compareIds(a.id, b.id) || (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : 0);
  };
}

/**
 * Three round trips: one entry of at most 1,000 groups, `limit²/2` entries of at most `limit` groups, and the fields of
 * what is shown, about 4 MB; fewer than `limit` are shown when those are large.
 * @param nowMs Redis' clock
 */
export async function readPendingAll(
  redis: Redis,
  watch: StreamsWatch,
  limit: number,
  nowMs: number,
): Promise<PendingAll> {
  const holders = holdersOf(watch.rows(nowMs));
  const asked = holders.slice(0, GROUPS_MAX);
  const byOldest = byAge(nowMs);
  const heads = (
    await oldestOf(
      redis,
      asked.map((holder) => ({ ...holder, n: 1 })),
    )
  )
    .flat()
    .sort(byOldest)
    .slice(0, limit);
  const places = (
    await oldestOf(
      redis,
      heads.map(({ stream, group }, rank) => ({ stream, group, n: limit - rank })),
    )
  )
    .flat()
    .sort(byOldest)
    .slice(0, limit);
  const { items, denied } = await withFields(redis, places, nowMs);
  return {
    items,
    groups: holders.length,
    asked: asked.length,
    total: holders.reduce((sum, { pending }) => sum + pending, 0),
    fields_denied: denied,
    at_ms: nowMs,
  };
}
