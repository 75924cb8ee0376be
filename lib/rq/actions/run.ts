/** Runs a slice of items through one script and puts the outcomes back in the order of the items. */
import type { Redis } from "ioredis";
import type { ItemOutcome } from "@/lib/api/schemas/operations";
import type { Batch } from "@/lib/operations/contract";
import { argOf, timed } from "@/lib/operations/invoke";
import type { Arg, Script } from "@/lib/redis/scripts";
import type { Key } from "../keys";
import { goneOutcome, type Item, type Layout, layOut } from "./items";
import { itemOutcome, parseOutcome } from "./outcome";

export interface Call {
  keys: Key[];
  args: Arg[];
}

/**
 * @param call lays out keys and arguments of the items that have a queue
 * @param inOrder whether the script gets the items in their order, and not queue by queue
 * @returns outcomes in the order of `items`; an item without hash and queue is `gone`, unless this operation did it before
 */
export async function runSlice(
  redis: Redis,
  action: string,
  script: Script,
  items: readonly Item[],
  marks: string,
  call: (layout: Layout) => Call,
  inOrder = false,
): Promise<Batch> {
  const layout = layOut(items, inOrder);
  const outcomes: ItemOutcome[] = items.map((item) => goneOutcome(item.id));
  let redisMs = 0;
  if (layout.known.length > 0) {
    const { keys, args } = call(layout);
    const answer = await timed(redis, script, keys, args);
    redisMs = answer.redisMs;
    layout.known.forEach(({ item, at }, index) => {
      outcomes[at] = itemOutcome(item.id, parseOutcome(answer.replies[index], action));
    });
  }
  await recall(redis, action, marks, items, layout.unknown, outcomes);
  return { outcomes, redisMs };
}

/** A job that this operation has done may have run and expired since: its mark still tells. */
async function recall(
  redis: Redis,
  action: string,
  marks: string,
  items: readonly Item[],
  unknown: readonly number[],
  outcomes: ItemOutcome[],
): Promise<void> {
  if (unknown.length === 0) return;
  const ids = unknown.map((at) => items[at]?.id ?? "");
  const stored = await redis.callBuffer("HMGET", [marks, ...ids.map(argOf)]);
  if (!Array.isArray(stored)) return;
  unknown.forEach((at, index) => {
    const mark: unknown = stored[index];
    if (mark !== null) outcomes[at] = itemOutcome(ids[index] ?? "", parseOutcome(mark, action));
  });
}
