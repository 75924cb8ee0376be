/**
 * The streams of the demo, by the programs of examples/streams: one group whose workers reclaim, one in which a worker
 * dies now and then, a stream that is read without a group, and a message that nobody can process.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import { ensureGroup } from "../streams/group";
import { fieldsOf, GROUP, makeTask, STREAM } from "../streams/tasks";
import { keep, nodeProgram, run } from "./children";

/** Tasks a second, on average. */
const RATE = 3;
/** So many are there at once, so that nobody has to wait for the first ones. */
const FIRST_TASKS = 60;
/** No task of the producer has this number. */
const POISON = 60_000;
/** A message is tried again after so long: the fifth try, which makes it a poison message, comes within half a minute. */
const RECLAIM_MS = 4_000;
const POISON_EVERY_MS = [5 * 60_000, 9 * 60_000] as const;
/** Deliveries from which on a pending message is the poison that is there already, and how many are looked at. */
const POISONOUS = 3;
const LOOKED_AT = 200;

/** Messages that the second group's worker handles before it dies, in its first life and later. */
const FIRST_LIFE = 12;
const LIFE = [150, 400] as const;
/** Messages that it holds when it dies. */
const IN_HAND = 12;
/** It is told to be dead after a minute, and comes back long after that. */
const AWAY_MS = [4 * 60_000, 7 * 60_000] as const;

export const between = ([least, most]: readonly [number, number]) =>
  Math.round(least + Math.random() * (most - least));

/** Adds a message that always fails, unless the last one is still there: one at a time is enough to look at. */
async function addPoison(redis: Redis): Promise<void> {
  const pending = await redis.xpending(STREAM, GROUP, "-", "+", LOOKED_AT);
  const there = pending.some((row) => Array.isArray(row) && Number(row[3]) >= POISONOUS);
  if (!there) await redis.xadd(STREAM, "*", ...fieldsOf(makeTask(POISON)));
}

async function poison(redis: Redis): Promise<never> {
  for (;;) {
    await addPoison(redis);
    await pause(between(POISON_EVERY_MS));
  }
}

const notifier = (name: string, ...args: string[]) =>
  nodeProgram(
    "worker.ts",
    name,
    ...["--group", "notificar_clientes", "--reclaim", "0", "--failing", "0", "--took", "20"],
    ...args,
  );

/** One life of the worker that dies with messages in hand; its next one begins with those, if they are still there. */
const shortLived = (redisUrl: string, handles: number) =>
  run(redisUrl, notifier("notificador_2", "--batch", String(IN_HAND), "--die-after", String(handles)));

async function dyingWorker(redisUrl: string): Promise<never> {
  for (;;) {
    await pause(between(AWAY_MS));
    await shortLived(redisUrl, between(LIFE));
  }
}

/** Runs for ever. @param onBegun called when there is something to look at */
export async function startStreams(redisUrl: string, redis: Redis, onBegun: () => void): Promise<void> {
  await run(redisUrl, nodeProgram("producer.ts", "--count", String(FIRST_TASKS)));
  // The group has to be there before its poison is looked for.
  await ensureGroup(redis, STREAM, GROUP);
  onBegun();
  const worker = (name: string) =>
    keep(redisUrl, () =>
      nodeProgram("worker.ts", name, "--reclaim", String(RECLAIM_MS), "--failing", String(POISON)),
    );
  await Promise.all([
    poison(redis),
    worker("worker_1"),
    worker("worker_2"),
    keep(redisUrl, () => nodeProgram("producer.ts", "--forever", "--rate", String(RATE))),
    keep(redisUrl, () => nodeProgram("reader.ts", "--forever")),
    // The other one comes when the first has died: it would take what that one is to die with.
    shortLived(redisUrl, FIRST_LIFE).then(() =>
      Promise.all([dyingWorker(redisUrl), keep(redisUrl, () => notifier("notificador_1"))]),
    ),
  ]);
}
