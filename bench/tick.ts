/** What one look of the sampler costs Redis, beside changes whose own cost is taken off. */
import type { Redis } from "ioredis";
import { parseConfig } from "@/lib/config";
import { createMonitor } from "@/lib/monitor/monitor";
import { openConnection } from "@/lib/redis/connection";
import type { Source } from "@/lib/source";
import { difference, type Load, load, sleep } from "./measure";

const INTERVAL_MS = 2_000;
const WINDOW_MS = 16_000;
/** For ten seconds after data was removed and seeded, the server's allocator gives pages back. */
const PURGED_MS = 12_000;
export const HOW_LONG = `rounds of ${WINDOW_MS / 1_000} s, a tick every ${INTERVAL_MS / 1_000} s`;

export interface Tick {
  commands: number;
  cpuMs: number;
  /** What Redis sent, kB. */
  sentKb: number;
}

/** Changes while a measurement runs. */
export interface Life {
  /** Commands sent so far, to be taken off what the server counted. */
  sent(): number;
  stop(): void;
}

export interface TickOptions {
  sources: () => Source[];
  /** The same number of changes a second at every size. */
  life: () => Life;
  /** Backlogs that must be known when the measuring begins. */
  backlogs: number;
  /** The first rounds over everything are not what a tick costs afterwards. */
  warmUpMs: number;
}

async function changesAlone(redis: Redis, begin: () => Life): Promise<Load> {
  const life = begin();
  const before = await load(redis);
  await sleep(WINDOW_MS);
  const spent = difference(await load(redis), before);
  life.stop();
  return { ...spent, commands: spent.commands - life.sent() };
}

/** Medians belong to the caller: this is one round. */
export async function measureTick(redis: Redis, redisUrl: string, options: TickOptions): Promise<Tick> {
  // Ten times a second the server's own housekeeping takes more than a small tick does, and less while it is awake anyway.
  await redis.config("SET", "hz", 1);
  try {
    await sleep(PURGED_MS);
    return await measureRound(redis, redisUrl, options);
  } finally {
    await redis.config("SET", "hz", 10);
  }
}

async function measureRound(redis: Redis, redisUrl: string, options: TickOptions): Promise<Tick> {
  // The changes and the server's own housekeeping, in a window of the same length: taken off below.
  const alone = await changesAlone(redis, options.life);
  const settings = parseConfig({ REDIS_URL: redisUrl, VIGIA_INTERVAL_MS: String(INTERVAL_MS) });
  const connection = openConnection(settings.redis, { readOnly: true });
  const monitor = createMonitor({
    connection,
    sources: options.sources(),
    intervalMs: settings.intervalMs,
    redisFrom: settings.redisFrom,
    readOnly: true,
  });
  monitor.start();
  const unsubscribe = monitor.subscribe(() => undefined);
  const life = options.life();
  try {
    await sleep(options.warmUpMs);
    const seen = monitor.overview().totals.backlogs;
    if (seen !== options.backlogs)
      throw new Error(`the sampler sees ${seen} of ${options.backlogs} backlogs`);
    const sentBefore = life.sent();
    const tickBefore = monitor.overview().tick;
    const before = await load(redis);
    await sleep(WINDOW_MS);
    const spent = difference(await load(redis), before);
    const ticks = monitor.overview().tick - tickBefore;
    if (ticks < 3) throw new Error(`only ${ticks} ticks in ${WINDOW_MS / 1_000} s`);
    return {
      commands: (spent.commands - (life.sent() - sentBefore)) / ticks,
      cpuMs: Math.max(0, spent.cpuMs - alone.cpuMs) / ticks,
      sentKb: Math.max(0, spent.sentBytes - alone.sentBytes) / ticks / 1_000,
    };
  } finally {
    life.stop();
    unsubscribe();
    await monitor.stop();
    await connection.close();
  }
}
