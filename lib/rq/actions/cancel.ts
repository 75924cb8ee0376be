import type { Redis } from "ioredis";
import { nameFromBytes } from "@/lib/names";
import type { Batch } from "@/lib/operations/contract";
import { MARK_TTL_S } from "@/lib/operations/contract";
import { argOf } from "@/lib/operations/invoke";
import { batch, list } from "@/lib/redis/pipeline";
import { type Script, script } from "@/lib/redis/scripts";
import { dependenciesKey, dependentsKey, intermediateKey, jobKey, type Key, placeKey } from "../keys";
import type { Item, Selected } from "./items";
import { runSlice } from "./run";

const cancelScript = script("rq/lua/cancel.lua");

const PLACES = new Set(["queued", "scheduled", "deferred"]);

/** More parents than this are not told; RQ itself would not survive them. */
const PARENTS_MAX = 1_000;

/**
 * Parents of the deferred items, read first because a script may only touch keys that it is given. A set that is
 * changed in between only loses the protection against a parent that finishes at that moment.
 */
async function parentsOf(
  redis: Redis,
  items: readonly Item[],
  place: Selected["place"],
): Promise<Map<string, string[]>> {
  const deferred = items.filter((item) => place === "deferred" || item.status === "deferred");
  const replies = await batch(
    redis,
    deferred.map((item) => ["SSCAN", dependenciesKey(item.id), "0", "COUNT", PARENTS_MAX] as const),
  );
  const parents = new Map<string, string[]>();
  deferred.forEach((item, index) => {
    const reply = replies[index];
    const members = Array.isArray(reply) ? list(reply[1]) : [];
    parents.set(item.id, members.slice(0, PARENTS_MAX).map(nameFromBytes));
  });
  return parents;
}

/**
 * Cancels queued, scheduled and deferred jobs, each atomically. A queued job costs Redis a walk along its list.
 * @param marks key of the operation's marks
 * @param using another text of the script, for tests that plant faults
 * @see lib/rq/lua/cancel.lua
 */
export async function cancelJobs(
  redis: Redis,
  items: Selected["items"],
  place: Selected["place"],
  marks: string,
  using: Script = cancelScript,
): Promise<Batch> {
  const parents = await parentsOf(redis, items, place);
  return runSlice(redis, "cancel", using, items, marks, ({ queues, queueArgs, known }) => {
    const keys: Key[] = [marks];
    for (const queue of queues)
      keys.push(
        placeKey("queued", queue),
        intermediateKey(queue),
        placeKey("deferred", queue),
        placeKey("scheduled", queue),
        placeKey("canceled", queue),
      );
    const args = [MARK_TTL_S, place !== null && PLACES.has(place) ? place : "", queues.length, ...queueArgs];
    for (const { item, queueNumber } of known) {
      const above = parents.get(item.id) ?? [];
      keys.push(jobKey(item.id), ...above.map(dependentsKey));
      args.push(argOf(item.id), queueNumber, above.length);
    }
    return { keys, args };
  });
}
