/**
 * Moving waiting jobs to another queue. RQ has no such action; its own `enqueue_job` on another queue sets `origin`
 * too, because registries and the intermediate list are those of a job's origin.
 */
import type { Redis } from "ioredis";
import type { OperationPreview, Selector } from "@/lib/api/schemas/operations";
import { AppError } from "@/lib/errors";
import { bytesFromName, isName } from "@/lib/names";
import { type Batch, MARK_TTL_S } from "@/lib/operations/contract";
import { argOf } from "@/lib/operations/invoke";
import { batch, count, textOf } from "@/lib/redis/pipeline";
import { type Script, script } from "@/lib/redis/scripts";
import {
  intermediateKey,
  jobKey,
  type Key,
  placeKey,
  QUEUES,
  queueKey,
  queueWorkersKey,
  workerKey,
  workerOfMember,
} from "../keys";
import { members } from "../workers";
import type { Item, Layout, Selected } from "./items";
import { firstSeenKey } from "./retry";
import { type Call, runSlice } from "./run";

const moveScript = script("rq/lua/move.lua");

/** Workers of the target that are asked whether they live. */
const LISTENERS_MAX = 1_000;
/** RQ keeps lists and marks of its own under such names: a job in one of them would be lost to its workers. */
const RESERVED = ":intermediate";

/** @throws AppError INVALID_INPUT for a target that no queue can be, and for a selector that a move cannot have */
export function checkMove(selector: Selector, to: string): void {
  const bytes = isName(to) ? bytesFromName(to) : null;
  if (bytes === null || bytes.length === 0)
    throw new AppError(
      "INVALID_INPUT",
      "The target (to) must be the name of a queue, of at most 4,096 characters.",
    );
  if (bytes.includes(RESERVED))
    throw new AppError(
      "INVALID_INPUT",
      `The target (to) must not hold "${RESERVED}": RQ keeps lists of its own there.`,
    );
  if ("ids" in selector) return;
  if (selector.queue === undefined)
    throw new AppError("INVALID_INPUT", "A move needs the queue whose jobs shall be moved.");
  if (selector.queue === to)
    throw new AppError("INVALID_INPUT", "The target (to) is the queue that the jobs are in.");
}

/** Ids that were named one by one: the longest waiting first, whatever order they came in. One round trip. */
async function byWaiting(read: Redis, items: readonly Item[]): Promise<Item[]> {
  const replies = await batch(
    read,
    items.map(({ id }) => ["HGET", jobKey(id), "enqueued_at"] as const),
  );
  // RQ's times are texts of one form, whose order is theirs. Where there is none, at the end.
  const since = new Map(items.map(({ id }, at) => [id, textOf(replies[at]) || "~"]));
  return [...items].sort((a, b) => {
    const [first, second] = [since.get(a.id) ?? "", since.get(b.id) ?? ""];
    return first < second ? -1 : first > second ? 1 : 0;
  });
}

/** The items in the order in which they are moved: for the front the last one first, so that all keep their order. */
export async function inMovingOrder(read: Redis, selected: Selected, atFront: boolean): Promise<Selected> {
  const items = selected.place === null ? await byWaiting(read, selected.items) : [...selected.items];
  return { ...selected, items: atFront ? items.reverse() : items };
}

/** What is known of the target: two to three round trips. */
export async function targetOf(read: Redis, to: string): Promise<NonNullable<OperationPreview["target"]>> {
  const [known] = await batch(read, [["SISMEMBER", QUEUES, queueKey(to)]]);
  const listeners = await members(read, queueWorkersKey(to), LISTENERS_MAX);
  const names = listeners.members.map(workerOfMember).filter((name) => name !== null);
  const crew = await batch(
    read,
    names.map((name) => ["HMGET", workerKey(name), "birth", "death"] as const),
  );
  const living = crew.filter((reply) => {
    const [birth, death] = Array.isArray(reply) ? reply.map(textOf) : [];
    return Boolean(birth) && !death;
  });
  return { known: count(known) === 1, listeners: living.length };
}

/**
 * Moves waiting jobs to another queue, each atomically, in the order of the items.
 * @param marks key of the operation's marks
 * @param using another text of the script, for tests that plant faults
 * @see lib/rq/lua/move.lua
 */
export function moveJobs(
  redis: Redis,
  items: Selected["items"],
  target: { to: string; atFront: boolean },
  marks: string,
  using: Script = moveScript,
): Promise<Batch> {
  const { to, atFront } = target;
  const call = ({ queues, queueArgs, known }: Layout): Call => {
    const keys: Key[] = [marks, QUEUES, queueKey(to)];
    for (const queue of queues) keys.push(placeKey("queued", queue), intermediateKey(queue));
    const args = [MARK_TTL_S, atFront ? "front" : "back", argOf(to), queues.length, ...queueArgs];
    for (const { item, queueNumber } of known) {
      keys.push(jobKey(item.id), firstSeenKey(to, item.id));
      args.push(argOf(item.id), queueNumber);
    }
    return { keys, args };
  };
  return runSlice(redis, "move", using, items, marks, call, true);
}
