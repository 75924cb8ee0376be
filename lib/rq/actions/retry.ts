import type { Redis } from "ioredis";
import { keyOf } from "@/lib/names";
import type { Batch } from "@/lib/operations/contract";
import { MARK_TTL_S } from "@/lib/operations/contract";
import { argOf } from "@/lib/operations/invoke";
import { type Script, script } from "@/lib/redis/scripts";
import { dependenciesKey, dependentsKey, jobKey, type Key, placeKey, QUEUES } from "../keys";
import type { Selected } from "./items";
import { runSlice } from "./run";

const retryScript = script("rq/lua/retry.lua");

const PLACES = new Set(["failed", "canceled"]);

/** `rq:queue:Q:intermediate:first_seen:ID`; both names may be any bytes. */
export function firstSeenKey(queue: string, id: string): Key {
  const prefix = keyOf("rq:queue:", queue, ":intermediate:first_seen:");
  if (typeof prefix === "string") return keyOf(prefix, id);
  return Buffer.concat([prefix, Buffer.from(argOf(id))]);
}

/**
 * Puts failed, stopped or canceled jobs back into their queues, each atomically.
 * @param marks key of the operation's marks
 * @param using another text of the script, for tests that plant faults
 * @see lib/rq/lua/retry.lua
 */
export function retryJobs(
  redis: Redis,
  items: Selected["items"],
  place: Selected["place"],
  marks: string,
  using: Script = retryScript,
): Promise<Batch> {
  return runSlice(redis, "retry", using, items, marks, ({ queues, queueArgs, known }) => {
    const keys: Key[] = [marks, QUEUES];
    for (const queue of queues)
      keys.push(placeKey("failed", queue), placeKey("canceled", queue), placeKey("queued", queue));
    const args = [MARK_TTL_S, place !== null && PLACES.has(place) ? place : "", queues.length, ...queueArgs];
    for (const { item } of known) {
      keys.push(jobKey(item.id));
      args.push(argOf(item.id));
    }
    for (const { item, queueNumber } of known) {
      keys.push(dependentsKey(item.id), dependenciesKey(item.id), firstSeenKey(item.queue, item.id));
      args.push(queueNumber);
    }
    return { keys, args };
  });
}
