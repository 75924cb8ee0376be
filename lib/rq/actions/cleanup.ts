/**
 * Cleanup: takes out of lists and registries what stands for no job any more, that is ghosts (the hash is gone) and
 * results whose time has passed. Started jobs are never touched: whether one is abandoned needs more than a look.
 *
 * RQ 1.x and 2.x enter a job into `rq:scheduled` a moment before they write its hash. An entry is therefore removed
 * only when its hash was missing at a first look and is still missing some seconds later.
 */
import type { Redis } from "ioredis";
import { PLACES, type Place } from "@/lib/api/schemas/jobs";
import type { ItemOutcome } from "@/lib/api/schemas/operations";
import { nameFromBytes } from "@/lib/names";
import { MARK_TTL_S, type Work } from "@/lib/operations/contract";
import { argOf, timed } from "@/lib/operations/invoke";
import { batch, count } from "@/lib/redis/pipeline";
import { type Arg, script } from "@/lib/redis/scripts";
import { jobKey, type Key, placeKey } from "../keys";
import { itemOutcome, parseOutcome } from "./outcome";
import { ITEMS_MAX, listEntries, queueNames, redisSeconds, registryMembers } from "./select";

const sweepScript = script("rq/lua/sweep.lua");

/** Time between the two looks. */
const SETTLE_MS = 5_000;
/** Entries of a list that one call may walk over: about 1 ms. */
const WALK_MAX = 50_000;
/** A ghost deeper in a list than this stays: finding it would hold Redis for more than 4 ms. */
const DEPTH_MAX = 200_000;

interface Entry {
  id: string;
  place: Place;
  queue: string;
  kind: "ghost" | "head" | "tail" | "failed" | "finished";
  /** Entries of a list that must be walked to find it. */
  walk: number;
}

async function missing(read: Redis, ids: readonly string[]): Promise<boolean[]> {
  const replies = await batch(
    read,
    ids.map((id) => ["EXISTS", jobKey(id)] as const),
  );
  return replies.map((reply) => reply === 0);
}

async function inRegistry(
  read: Redis,
  place: Exclude<Place, "queued" | "started">,
  queue: string,
  nowS: number,
  add: (entry: Entry) => boolean,
): Promise<void> {
  for await (const page of registryMembers(read, place, queue)) {
    const ids = page.map(({ member }) => nameFromBytes(member));
    const gone = await missing(read, ids);
    for (const [index, id] of ids.entries()) {
      const score = page[index]?.score ?? Number.NaN;
      const expires = place === "failed" || place === "finished" ? place : null;
      const kind = gone[index] ? "ghost" : expires !== null && score >= 0 && score <= nowS ? expires : null;
      if (kind !== null && !add({ id, place, queue, kind, walk: 0 })) return;
    }
  }
}

async function inList(read: Redis, queue: string, add: (entry: Entry) => boolean): Promise<void> {
  const [reply] = await batch(read, [["LLEN", placeKey("queued", queue)]]);
  const length = count(reply) ?? 0;
  if (length === 0) return;
  for await (const page of listEntries(read, queue)) {
    const ids = page.map(({ member }) => nameFromBytes(member));
    const gone = await missing(read, ids);
    for (const [index, id] of ids.entries()) {
      if (!gone[index]) continue;
      const fromTail = page[index]?.fromTail ?? 0;
      const fromHead = Math.max(0, length - 1 - fromTail);
      const kind = fromTail < fromHead ? "tail" : "head";
      if (!add({ id, place: "queued", queue, kind, walk: Math.min(fromTail, fromHead) + 1 })) return;
    }
  }
}

async function findEntries(read: Redis): Promise<{ entries: Entry[]; truncated: boolean }> {
  const entries: Entry[] = [];
  let truncated = false;
  const add = (entry: Entry) => {
    truncated = entries.length >= ITEMS_MAX;
    if (!truncated) entries.push(entry);
    return !truncated;
  };
  const nowS = await redisSeconds(read);
  for (const queue of await queueNames(read)) {
    for (const place of PLACES) {
      if (place === "queued") await inList(read, queue, add);
      else if (place !== "started") await inRegistry(read, place, queue, nowS, add);
      if (truncated) return { entries, truncated };
    }
  }
  return { entries, truncated };
}

/**
 * @param settleMs time that must pass between seeing a ghost and removing it
 * Cost of the plan: reads every entry of every queue, 1,000 a round trip.
 */
export async function planCleanup(
  connections: { read: Redis; write: Redis },
  settleMs = SETTLE_MS,
): Promise<Work> {
  const { entries, truncated } = await findEntries(connections.read);
  const settled = performance.now() + settleMs;
  return {
    size: entries.length,
    truncated,
    idAt: (index) => entries[index]?.id ?? "",
    batch: { first: 100, min: 1, max: 250 },
    paced: true,
    fits: (from, wanted) => {
      let walk = 0;
      let fitting = 0;
      for (const entry of entries.slice(from, from + wanted)) {
        walk += entry.walk > DEPTH_MAX ? 0 : entry.walk;
        if (walk > WALK_MAX && fitting > 0) break;
        fitting += 1;
      }
      return fitting;
    },
    run: async (from, to, marks) => {
      const early = settled - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      return sweep(connections.write, entries.slice(from, to), from, marks);
    },
  };
}

async function sweep(write: Redis, entries: readonly Entry[], from: number, marks: string) {
  const keys: Key[] = [marks];
  const args: Arg[] = [MARK_TTL_S];
  const outcomes: ItemOutcome[] = entries.map(({ id }) => ({
    id,
    outcome: "skipped",
    reason: "unsupported",
    status: null,
    final: null,
  }));
  const swept: number[] = [];
  entries.forEach(({ id, place, queue, kind, walk }, at) => {
    if (walk > DEPTH_MAX) return;
    keys.push(placeKey(place, queue), jobKey(id));
    // The same id may stand in several places, and several times in a list: its number in the plan tells them apart.
    args.push(`${from + at}`, argOf(id), kind);
    swept.push(at);
  });
  if (swept.length === 0) return { outcomes, redisMs: 0 };
  const { replies, redisMs } = await timed(write, sweepScript, keys, args);
  swept.forEach((at, index) => {
    const id = entries[at]?.id ?? "";
    outcomes[at] = itemOutcome(id, parseOutcome(replies[index], "cleanup"));
  });
  return { outcomes, redisMs };
}
