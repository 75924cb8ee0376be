/**
 * One page of the same registry of many queues, merged. The order is total: score, then queue, then the member's
 * bytes, so one position (a score, a queue, a member) says where every queue goes on, at any depth.
 *
 * First each queue that holds something shows its next entry. Of n entries wanted, only the n queues with the best
 * next entries can give one, and the queue at rank r at most n - r.
 */
import type { Redis } from "ioredis";
import type { Order } from "../api/inputs";
import { troubleOf } from "../redis/errors";
import { batch, type Command, type Reply } from "../redis/pipeline";
import {
  compareEntries,
  type Entry,
  entriesOf,
  liveRanges,
  type Placed,
  type Registry,
  scoreReads,
} from "./entries";
import { registryKey } from "./keys";
import { countRegistries, readRegistry } from "./registry-page";

export interface MergedQuery {
  queues: readonly string[];
  place: Registry;
  order: Order;
  after: Placed | null;
  limit: number;
  nowS: number;
}

export interface MergedPage {
  entries: Placed[];
  more: boolean;
  /** null where a queue's count could not be read. */
  total: number | null;
}

/** Below zero when `a` stands before `b` on the page. */
export function comparePlaced(a: Placed, b: Placed, order: Order): number {
  if (a.score === b.score && a.queue !== b.queue) return a.queue < b.queue ? -1 : 1;
  return compareEntries(a, b, order);
}

/** A queue that may not be read leaves a gap in the total; it does not fail the page. */
function readable(replies: readonly Reply[]): Entry[] {
  return replies.flatMap((reply) =>
    reply instanceof Error && troubleOf(reply) === "no-permission" ? [] : entriesOf(reply),
  );
}

interface Ask {
  queue: string;
  n: number;
}

/** The next entries of queues, in one pipeline: `n` or a few more of each. */
async function nextOf(redis: Redis, query: MergedQuery, asks: readonly Ask[]): Promise<Placed[]> {
  const { place, order, after, nowS } = query;
  const commands: Command[] = [];
  const parts = asks.map(({ queue, n }) => {
    // Of entries with the cursor's score, those of queues that sort before the cursor's were shown.
    const bound = after === null ? null : { score: after.score, inclusive: queue > after.queue };
    const start = commands.length;
    commands.push(...scoreReads(registryKey(place, queue), liveRanges(place, order, nowS), order, bound, n));
    return { queue, n, start, end: commands.length };
  });
  const replies = await batch(redis, commands);
  return parts.flatMap(({ queue, n, start, end }) =>
    readable(replies.slice(start, end))
      .slice(0, n)
      .map((entry): Placed => ({ ...entry, queue })),
  );
}

/**
 * Three round trips. Commands: one or two for each queue, and at most two more for each that holds something;
 * entries read: at most `limit²/2` when every queue takes part.
 */
export async function readMerged(redis: Redis, query: MergedQuery): Promise<MergedPage> {
  const { order, after, limit, place, nowS } = query;
  const wanted = limit + 1;
  const counts = await countRegistries(redis, place, query.queues, nowS);
  const total = counts.reduce<number | null>(
    (sum, value) => (sum === null || value === null ? null : sum + value),
    0,
  );
  const filled = query.queues.filter((queue, index) => counts[index] !== 0 && queue !== after?.queue);
  const own =
    after === null || !query.queues.includes(after.queue)
      ? []
      : (await readRegistry(redis, { ...query, queue: after.queue, after, limit: wanted })).entries.map(
          (entry): Placed => ({ ...entry, queue: after.queue }),
        );
  const heads = await nextOf(
    redis,
    query,
    filled.map((queue) => ({ queue, n: 1 })),
  );
  heads.sort((a, b) => comparePlaced(a, b, order));
  const rest = await nextOf(
    redis,
    query,
    heads.slice(0, wanted).map(({ queue }, rank) => ({ queue, n: wanted - rank })),
  );
  const entries = [...own, ...rest].sort((a, b) => comparePlaced(a, b, order));
  return { entries: entries.slice(0, limit), more: entries.length > limit, total };
}
