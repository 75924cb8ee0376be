/**
 * One page of a registry, at the same cost at any depth. A page continues after an entry, found by its rank while
 * it is there. When it has gone or has a new score since, its old place is searched for by score and, among
 * entries of one second (a bulk failure has thousands), by bytes.
 */
import type { Redis } from "ioredis";
import type { Order } from "../api/inputs";
import { batch, type Command, count } from "../redis/pipeline";
import {
  compareEntries,
  type Entry,
  entriesOf,
  inside,
  liveRanges,
  type Range,
  type Registry,
  scoreArg,
  scoreOf,
  scoreReads,
} from "./entries";
import { type Key, registryKey } from "./keys";

export interface RegistryQuery {
  queue: string;
  place: Registry;
  order: Order;
  /** The last entry of the page before; null = from the beginning. */
  after: Entry | null;
  limit: number;
  /** Redis' clock, Unix seconds. */
  nowS: number;
}

export interface RegistryPage {
  entries: Entry[];
  more: boolean;
}

/** Ranks asked at once while an old place is searched for: 100,000 ties need five round trips. */
const PROBES = 16;
/** Entries before the expected rank that are read too, so that removals between two commands are noticed. */
const SLACKS = [1, 64, 1_024] as const;
const ROUNDS_MAX = 8;

const command = (order: Order, up: string, down: string) => (order === "newest" ? down : up);

/** Rank, in display order, of the first entry after `after`. */
async function rankAfter(redis: Redis, key: Key, after: Entry, order: Order): Promise<number> {
  const [score, rank] = await batch(redis, [
    ["ZSCORE", key, after.member],
    [command(order, "ZRANK", "ZREVRANK"), key, after.member],
  ]);
  if (scoreOf(score) === after.score && typeof rank === "number") return rank + 1;
  const at = scoreArg(after.score);
  const counts: Command[] =
    order === "newest"
      ? [
          ["ZCOUNT", key, `(${at}`, "+inf"],
          ["ZCOUNT", key, at, "+inf"],
        ]
      : [
          ["ZCOUNT", key, "-inf", `(${at}`],
          ["ZCOUNT", key, "-inf", at],
        ];
  const [before, upTo] = await batch(redis, counts);
  let low = count(before) ?? 0;
  let high = count(upTo) ?? 0;
  while (low < high) {
    const step = Math.max(1, Math.ceil((high - low) / (PROBES + 1)));
    const ranks: number[] = [];
    for (let probe = Math.min(low + step - 1, high - 1); probe < high; probe += step) ranks.push(probe);
    const replies = await batch(
      redis,
      ranks.map((probe): Command => [command(order, "ZRANGE", "ZREVRANGE"), key, probe, probe, "WITHSCORES"]),
    );
    const passed = replies.findIndex((reply) => {
      const [entry] = entriesOf(reply);
      return entry === undefined || compareEntries(entry, after, order) > 0;
    });
    const lastBefore = ranks[(passed < 0 ? ranks.length : passed) - 1];
    const firstAfter = passed < 0 ? undefined : ranks[passed];
    if (lastBefore !== undefined) low = lastBefore + 1;
    if (firstAfter !== undefined) high = firstAfter;
  }
  return low;
}

interface Found {
  entries: Entry[];
  /** Nothing of the range follows. */
  ended: boolean;
}

/** The first `n` entries of a range after an entry whose score lies in it. */
async function readAfter(
  redis: Redis,
  key: Key,
  range: Range,
  after: Entry,
  order: Order,
  n: number,
): Promise<Found> {
  for (const slack of SLACKS) {
    const start = await rankAfter(redis, key, after, order);
    const from = Math.max(0, start - slack);
    const to = start + n - 1;
    const [reply] = await batch(redis, [
      [command(order, "ZRANGE", "ZREVRANGE"), key, from, to, "WITHSCORES"],
    ]);
    const window = entriesOf(reply);
    const [first] = window;
    const last = window.at(-1);
    // If the window begins after the cursor, entries before it were removed meanwhile and some may be missed.
    const sound = from === 0 || (first !== undefined && compareEntries(first, after, order) <= 0);
    if (!sound && slack !== SLACKS[SLACKS.length - 1]) continue;
    const ended =
      window.length <= to - from ||
      (last !== undefined && compareEntries(last, after, order) > 0 && !inside(range, last.score));
    const entries = window.filter(
      (entry) => compareEntries(entry, after, order) > 0 && inside(range, entry.score),
    );
    return { entries: entries.slice(0, n), ended };
  }
  return { entries: [], ended: true };
}

/** All of the range after an entry, until `n` are found or it ends. */
async function fillAfter(
  redis: Redis,
  key: Key,
  range: Range,
  after: Entry,
  order: Order,
  n: number,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let round = 0; round < ROUNDS_MAX && entries.length < n; round += 1) {
    // More than one round only while entries are added before the cursor between two commands.
    const found = await readAfter(redis, key, range, entries.at(-1) ?? after, order, n - entries.length);
    entries.push(...found.entries);
    if (found.ended) break;
  }
  return entries;
}

/**
 * Living entries after `after`. Two pipelines at any depth, three on the page that crosses expired entries.
 * @throws the error reply when the key may not be read
 */
export async function readRegistry(redis: Redis, query: RegistryQuery): Promise<RegistryPage> {
  const { order, after, limit } = query;
  const key = registryKey(query.place, query.queue);
  const ranges = liveRanges(query.place, order, query.nowS);
  const wanted = limit + 1;
  const entries: Entry[] = [];
  const within = after === null ? -1 : ranges.findIndex((range) => inside(range, after.score));
  const range = ranges[within];
  if (after !== null && range !== undefined)
    entries.push(...(await fillAfter(redis, key, range, after, order, wanted)));
  if (entries.length < wanted) {
    const bound = after === null ? null : { score: after.score, inclusive: false };
    const commands = scoreReads(key, ranges.slice(within + 1), order, bound, wanted - entries.length);
    for (const reply of await batch(redis, commands)) entries.push(...entriesOf(reply));
  }
  return { entries: entries.slice(0, limit), more: entries.length > limit };
}

/** How many entries live, or null where Redis would not tell. */
export async function countRegistries(
  redis: Redis,
  place: Registry,
  queues: readonly string[],
  nowS: number,
): Promise<(number | null)[]> {
  const expires = place === "failed" || place === "finished";
  const replies = await batch(
    redis,
    queues.flatMap((queue): Command[] => {
      const key = registryKey(place, queue);
      return expires
        ? [
            ["ZCARD", key],
            ["ZCOUNT", key, 0, nowS],
          ]
        : [["ZCARD", key]];
    }),
  );
  const width = expires ? 2 : 1;
  return queues.map((_, index) => {
    const all = count(replies[index * width]);
    const expired = expires ? count(replies[index * width + 1]) : 0;
    return all === null || expired === null ? null : Math.max(0, all - expired);
  });
}
