/** What one tick of the sampler asks of Redis, at 10, 100 and 1,000 queues. */
import type { Redis } from "ioredis";
import { parseConfig } from "@/lib/config";
import { createMonitor } from "@/lib/monitor/monitor";
import { openConnection } from "@/lib/redis/connection";
import { createFailureIndex } from "@/lib/rq/failure-index";
import { createRqSource } from "@/lib/rq/source";
import { difference, growthExponent, type Load, load, median, sleep } from "./measure";
import type { Finding } from "./report";
import { LIFE, seedQueues, startLife, type Template } from "./seed";

const SIZES = [10, 100, 1_000] as const;
const ROUNDS = 3;
const INTERVAL_MS = 2_000;
const WINDOW_MS = 16_000;
/** The first rounds over all queues and their failed jobs are not what a tick costs afterwards. */
const WARM_UP_MS = 24_000;

interface Tick {
  commands: number;
  cpuMs: number;
}

async function changesAlone(redis: Redis, template: Template, queues: number): Promise<Load> {
  const life = startLife(redis, template, queues);
  const before = await load(redis);
  await sleep(WINDOW_MS);
  const spent = difference(await load(redis), before);
  life.stop();
  return { ...spent, commands: spent.commands - life.sent() };
}

async function oneRound(redis: Redis, redisUrl: string, template: Template, queues: number): Promise<Tick> {
  await seedQueues(redis, template, queues);
  // The changes and the server's own housekeeping, in a window of the same length: taken off below.
  const alone = await changesAlone(redis, template, queues);
  const settings = parseConfig({ REDIS_URL: redisUrl, VIGIA_INTERVAL_MS: String(INTERVAL_MS) });
  const connection = openConnection(settings.redis, { readOnly: true });
  const monitor = createMonitor({
    connection,
    sources: [createRqSource({ failures: createFailureIndex() })],
    intervalMs: settings.intervalMs,
    redisFrom: settings.redisFrom,
    readOnly: true,
  });
  monitor.start();
  const unsubscribe = monitor.subscribe(() => undefined);
  const life = startLife(redis, template, queues);
  try {
    await sleep(WARM_UP_MS);
    if (monitor.overview().totals.backlogs !== queues)
      throw new Error(`the sampler sees ${monitor.overview().totals.backlogs} of ${queues} queues`);
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
    };
  } finally {
    life.stop();
    unsubscribe();
    await monitor.stop();
    await connection.close();
  }
}

export async function measureSampler(redis: Redis, redisUrl: string, template: Template): Promise<Finding[]> {
  const ticks = new Map<number, Tick[]>(SIZES.map((size) => [size, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const size of SIZES) {
      const tick = await oneRound(redis, redisUrl, template, size);
      console.log(
        `  ${size} queues: ${tick.commands.toFixed(0)} commands, ${tick.cpuMs.toFixed(2)} ms a tick`,
      );
      ticks.get(size)?.push(tick);
    }
  const at = (size: number, field: keyof Tick) => median((ticks.get(size) ?? []).map((tick) => tick[field]));
  const points = (field: keyof Tick) => SIZES.map((size) => ({ size, figure: at(size, field) }));
  const listed = (field: keyof Tick, digits: number) =>
    points(field)
      .map((point) => point.figure.toFixed(digits))
      .join(" / ");
  return [
    {
      what: "Redis commands a tick: growth from 10 to 1,000 queues",
      figure: growthExponent(points("commands")),
      unit: "exponent",
      target: { kind: "at most", value: 0.25 },
      detail: `${listed("commands", 0)} commands at ${SIZES.join(" / ")} queues, inside scripts too; ${LIFE}`,
    },
    {
      what: "Redis CPU a tick: growth from 10 to 1,000 queues",
      figure: growthExponent(points("cpuMs")),
      unit: "exponent",
      target: { kind: "at most", value: 0.25 },
      detail: `${listed("cpuMs", 2)} ms at ${SIZES.join(" / ")} queues, less what the changes cost alone`,
    },
    {
      what: "Redis CPU of one tick at 1,000 queues",
      figure: at(1_000, "cpuMs"),
      unit: "ms",
      target: { kind: "at most", value: 15 },
      detail: `medians of ${ROUNDS} rounds of ${WINDOW_MS / 1_000} s, a tick every ${INTERVAL_MS / 1_000} s`,
    },
  ];
}
