/**
 * The streams of the demo, by the programs of examples/streams: a group with a message that nobody can process, one in
 * which a worker dies now and then, and a stream that is read without a group.
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
/** A message that failed is tried again after so long, until it was delivered so often that it counts as poison. */
const RETRY_MS = 500;
const POISONOUS = 5;
/** Then it rests, so that it can be set aside: Vigia leaves alone what was delivered in the last minute. */
const RESTS_MS = [5 * 60_000, 9 * 60_000] as const;
const LOOK_MS = 500;
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

async function hasPoison(redis: Redis): Promise<boolean> {
  const pending = await redis.xpending(STREAM, GROUP, "-", "+", LOOKED_AT);
  return pending.some((row) => Array.isArray(row) && Number(row[3]) >= POISONOUS);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(LOOK_MS);
}

/** A worker for the time that `lasts` takes. */
async function working(redisUrl: string, reclaimMs: number, lasts: () => Promise<void>): Promise<void> {
  const end = new AbortController();
  const ended = keep(redisUrl, () => worker("worker_1", reclaimMs), end.signal);
  await lasts();
  end.abort();
  await ended;
}

/** Every few minutes a message that nobody can process comes, if the last one was set aside meanwhile. */
async function poison(redisUrl: string, redis: Redis): Promise<never> {
  for (;;) {
    await redis.xadd(STREAM, "*", ...fieldsOf(makeTask(POISON)));
    await working(redisUrl, RETRY_MS, () => until(() => hasPoison(redis)));
    await working(redisUrl, 0, async () => {
      await pause(between(RESTS_MS));
      await until(async () => !(await hasPoison(redis)));
    });
  }
}

const worker = (name: string, reclaimMs: number) =>
  nodeProgram("worker.ts", name, "--reclaim", String(reclaimMs), "--failing", String(POISON));

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
  await Promise.all([
    poison(redisUrl, redis),
    keep(redisUrl, () => worker("worker_2", 0)),
    keep(redisUrl, () => nodeProgram("producer.ts", "--forever", "--rate", String(RATE))),
    keep(redisUrl, () => nodeProgram("reader.ts", "--forever")),
    // The other one comes when the first has died: it would take what that one is to die with.
    shortLived(redisUrl, FIRST_LIFE).then(() =>
      Promise.all([dyingWorker(redisUrl), keep(redisUrl, () => notifier("notificador_1"))]),
    ),
  ]);
}
