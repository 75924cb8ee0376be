/**
 * One page of a queue's list. A list has no keys to continue by, and both its ends move: producers push at the
 * tail, workers pop at the head. So a cursor remembers how far from its own end the page stopped, and short
 * hashes of the ids around that place; the next page looks for them in a window around it.
 *
 * Nothing is left out while fewer than `WINDOW_WIDE` ids were pushed or taken between two pages; beyond that, ids
 * may be shown again but the list is still walked to its end.
 */
import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { z } from "zod";
import type { Order } from "../api/inputs";
import { troubleOf } from "../redis/errors";
import { batch, type Command, count, list, type Reply } from "../redis/pipeline";
import { queueKey } from "./keys";

const WINDOW_NEAR = 100;
const WINDOW_WIDE = 2_000;
/** Ids remembered on each side of the place. */
const ANCHORS = 3;

const hash = z.string().regex(/^[0-9a-f]{12}$/);
export const queueCursor = z.strictObject({
  o: z.enum(["newest", "oldest"]),
  /** Distance from the end that the order begins at. */
  d: z.number().int().min(0),
  /** Ids that come next, and ids that were shown last, nearest first. */
  n: z.array(hash).max(ANCHORS),
  p: z.array(hash).max(ANCHORS),
});
export type QueueCursor = z.infer<typeof queueCursor>;

export interface QueuePage {
  ids: Buffer[];
  next: QueueCursor | null;
  total: number | null;
}

const short = (id: Buffer) => createHash("sha256").update(id).digest("hex").slice(0, 12);

/** Ids at display positions `from` to `to`, both inclusive. */
function range(queue: string, order: Order, from: number, to: number): Command {
  const key = queueKey(queue);
  return order === "newest" ? ["LRANGE", key, -(to + 1), -(from + 1)] : ["LRANGE", key, from, to];
}

function idsOf(reply: Reply, order: Order): Buffer[] {
  if (reply instanceof Error) {
    if (troubleOf(reply) === "wrong-type") return [];
    throw reply;
  }
  const ids = list(reply);
  return order === "newest" ? ids.reverse() : ids;
}

/** Index in the window at which the page begins, or null when no remembered id is there. */
function startIn(window: readonly Buffer[], cursor: QueueCursor, expected: number): number | null {
  const hashes = window.map(short);
  // An id may be listed twice: the place nearest to the expected one is meant.
  const find = (anchor: string) =>
    hashes.reduce<number | null>((best, hash, index) => {
      if (hash !== anchor) return best;
      return best === null || Math.abs(index - expected) < Math.abs(best - expected) ? index : best;
    }, null);
  for (const anchor of cursor.n) {
    const index = find(anchor);
    if (index !== null) return index;
  }
  for (const anchor of cursor.p) {
    const index = find(anchor);
    if (index !== null) return index + 1;
  }
  return null;
}

interface Window {
  /** Display position of the window's first id. */
  from: number;
  ids: Buffer[];
  length: number | null;
}

const reachesEnd = (window: Window) => window.from + window.ids.length >= (window.length ?? 0);

async function readWindow(
  redis: Redis,
  queue: string,
  order: Order,
  around: { place: number; reach: number; n: number },
): Promise<Window> {
  const from = Math.max(0, around.place - around.reach);
  const [length, reply] = await batch(redis, [
    ["LLEN", queueKey(queue)],
    range(queue, order, from, around.place + around.reach + around.n - 1),
  ]);
  return { from, ids: idsOf(reply, order), length: count(length) };
}

/**
 * One round trip of two commands, two when the list moved by more than `WINDOW_NEAR` since the page before.
 * @param order `newest` = last pushed first; `oldest` = next to run first
 */
export async function readQueue(
  redis: Redis,
  queue: string,
  order: Order,
  cursor: QueueCursor | null,
  limit: number,
): Promise<QueuePage> {
  const n = limit + ANCHORS;
  if (cursor === null) {
    const window = await readWindow(redis, queue, order, { place: 0, reach: 0, n });
    return cut(window, 0, order, limit);
  }
  for (const reach of [WINDOW_NEAR, WINDOW_WIDE]) {
    const window = await readWindow(redis, queue, order, { place: cursor.d, reach, n });
    const start = startIn(window.ids, cursor, cursor.d - window.from);
    // Found so near to the window's edge that a part of the page lies outside: the wide window has it.
    const whole = start !== null && (start + n <= window.ids.length || reachesEnd(window));
    if (start !== null && whole) return cut(window, start, order, limit);
  }
  // Oldest first: what was remembered has been popped, and with it all before it. Newest first: the place is
  // where it was, or nearer to the head than we can search; ids are then shown again rather than left out.
  const place = order === "oldest" ? 0 : cursor.d;
  const window = await readWindow(redis, queue, order, { place, reach: 0, n });
  return cut(window, 0, order, limit);
}

function cut(window: Window, start: number, order: Order, limit: number): QueuePage {
  const ids = window.ids.slice(start, start + limit);
  const following = window.ids.slice(start + limit, start + limit + ANCHORS);
  const next: QueueCursor | null =
    following.length === 0
      ? null
      : {
          o: order,
          d: window.from + start + ids.length,
          n: following.map(short),
          p: ids.slice(-ANCHORS).reverse().map(short),
        };
  return { ids, next, total: window.length };
}
