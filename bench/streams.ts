/** Watching streams: what a tick asks of Redis as they grow in number and in size, and how fast answers are. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Redis } from "ioredis";
import { createStreamsSource } from "@/lib/streams/source";
import { withOwnCore } from "./cores";
import { connect } from "./http";
import { growthExponent, median, quantile, sleep } from "./measure";
import type { Finding } from "./report";
import {
  CONSUMERS,
  type Fleet,
  GROUPS,
  STREAM_LIFE,
  seedStreams,
  startStreamLife,
  streamName,
} from "./seed-streams";
import { HOW_LONG, measureTick, type Tick } from "./tick";
import { startVigia } from "./vigia";

const SIZES = [100, 1_000, 5_000] as const;
const HARD_SIZES = [100, 5_000] as const;
const ROUNDS = 3;
const WARM_UP_MS = 30_000;
/** By then groups that hold entries and do not move are known for it. */
const STANDING_STILL_MS = 75_000;
/** Twenty streams are known at the first look. */
const SETTLED_MS = 12_000;
const SMALL_BYTES = 100;
const LARGE_BYTES = 1_000_000;
const LARGE_STREAMS = 20;

/** Most groups have nothing pending at a given moment. */
const HOLDING_EVERY = 10;

const fleetOf = (streams: number, bytes = SMALL_BYTES, holdingEvery = HOLDING_EVERY): Fleet => ({
  streams,
  holdingEvery,
  bytes,
});

async function round(
  redis: Redis,
  redisUrl: string,
  fleet: Fleet,
  warmUpMs = WARM_UP_MS,
): Promise<Tick & { delayP99Ms: number }> {
  await seedStreams(redis, fleet);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  const tick = await measureTick(redis, redisUrl, {
    sources: () => {
      delay.enable();
      return [createStreamsSource({ patterns: [] }).source];
    },
    life: () => startStreamLife(redis, fleet),
    backlogs: fleet.streams * GROUPS,
    warmUpMs,
  });
  delay.disable();
  return { ...tick, delayP99Ms: delay.percentile(99) / 1e6 };
}

async function growth(redis: Redis, redisUrl: string): Promise<Finding[]> {
  const ticks = new Map<number, (Tick & { delayP99Ms: number })[]>(SIZES.map((size) => [size, []]));
  for (let n = 0; n < ROUNDS; n += 1)
    for (const size of SIZES) {
      const tick = await round(redis, redisUrl, fleetOf(size));
      console.log(
        `  ${size} streams: ${tick.commands.toFixed(0)} commands, ${tick.cpuMs.toFixed(2)} ms, ${tick.sentKb.toFixed(0)} kB a tick, loop delay p99 ${tick.delayP99Ms.toFixed(0)} ms`,
      );
      ticks.get(size)?.push(tick);
    }
  const hard = new Map<number, Tick[]>(HARD_SIZES.map((size) => [size, []]));
  for (let n = 0; n < ROUNDS; n += 1)
    for (const size of HARD_SIZES) {
      const tick = await round(redis, redisUrl, fleetOf(size, SMALL_BYTES, 1), STANDING_STILL_MS);
      console.log(
        `  ${size} streams that all hold: ${tick.commands.toFixed(0)} commands, ${tick.cpuMs.toFixed(2)} ms`,
      );
      hard.get(size)?.push(tick);
    }
  const hardAt = (size: number, field: keyof Tick) =>
    median((hard.get(size) ?? []).map((tick) => tick[field]));
  const hardListed = (field: keyof Tick, digits: number) =>
    HARD_SIZES.map((size) => hardAt(size, field).toFixed(digits)).join(" / ");
  const at = (size: number, field: keyof Tick | "delayP99Ms") =>
    median((ticks.get(size) ?? []).map((tick) => tick[field]));
  const listed = (field: keyof Tick, digits: number) =>
    SIZES.map((size) => at(size, field).toFixed(digits)).join(" / ");
  return [
    {
      what: `Redis CPU a tick: growth from 100 to 5,000 streams of ${GROUPS} groups of ${CONSUMERS} consumers`,
      figure: growthExponent(SIZES.map((size) => ({ size, figure: at(size, "cpuMs") }))),
      unit: "exponent",
      target: { kind: "at most", value: 0.25 },
      detail: `${listed("cpuMs", 2)} ms and ${listed("commands", 0)} commands at ${SIZES.join(" / ")} streams, less what the changes cost alone; in every tenth stream the consumers of one group hold an entry each; medians of ${ROUNDS} ${HOW_LONG}; ${STREAM_LIFE}`,
    },
    {
      what: "… the same when one group of every stream holds entries, which Redis tells nothing of",
      figure: growthExponent(HARD_SIZES.map((size) => ({ size, figure: hardAt(size, "cpuMs") }))),
      unit: "exponent",
      target: { kind: "at most", value: 0.25 },
      detail: `${hardListed("cpuMs", 2)} ms and ${hardListed("commands", 0)} commands at ${HARD_SIZES.join(" / ")} streams: each is asked again within 10 s, or 25 s once it has stood still, because an acknowledgement changes it silently; medians of ${ROUNDS} rounds`,
    },
    {
      what: "Delay of Vigia's event loop at 5,000 streams, p99",
      figure: at(5_000, "delayP99Ms"),
      unit: "ms",
      target: { kind: "at most", value: 50 },
      detail: `first looks included; medians of ${ROUNDS} rounds`,
    },
  ];
}

async function largeEntries(redis: Redis, redisUrl: string): Promise<Finding[]> {
  const ticks: Record<"small" | "large", Tick[]> = { small: [], large: [] };
  for (let n = 0; n < ROUNDS; n += 1)
    for (const [which, bytes] of [
      ["small", SMALL_BYTES],
      ["large", LARGE_BYTES],
    ] as const) {
      const fleet = fleetOf(LARGE_STREAMS, bytes, 1);
      await seedStreams(redis, fleet);
      const tick = await measureTick(redis, redisUrl, {
        sources: () => [createStreamsSource({ patterns: [] }).source],
        // Adding megabytes costs Redis far more than watching: nothing changes here, all groups hold entries.
        life: () => ({ sent: () => 0, stop: () => undefined }),
        backlogs: fleet.streams * GROUPS,
        warmUpMs: SETTLED_MS,
      });
      console.log(`  ${which} entries: ${tick.cpuMs.toFixed(2)} ms, ${tick.sentKb.toFixed(1)} kB a tick`);
      ticks[which].push(tick);
    }
  const of = (which: "small" | "large", field: keyof Tick) => median(ticks[which].map((tick) => tick[field]));
  return [
    {
      what: `Watching ${LARGE_STREAMS} streams with entries of 1 MB over watching small ones: Redis CPU a tick`,
      figure: of("large", "cpuMs") / of("small", "cpuMs"),
      unit: "×",
      target: { kind: "at most", value: 1.25 },
      detail: `${of("small", "cpuMs").toFixed(2)} → ${of("large", "cpuMs").toFixed(2)} ms, ${of("small", "sentKb").toFixed(1)} → ${of("large", "sentKb").toFixed(1)} kB sent a tick; medians of ${ROUNDS} alternating rounds`,
    },
  ];
}

/** What a tool does that knows nothing beforehand and asks one question at a time. */
async function oneByOne(redis: Redis, streams: number): Promise<number> {
  const began = performance.now();
  for (let index = 0; index < streams; index += 1) {
    const key = streamName(index);
    await redis.type(key);
    await redis.xinfo("STREAM", key);
    await redis.xinfo("GROUPS", key);
    for (let group = 0; group < GROUPS; group += 1) {
      await redis.xinfo("CONSUMERS", key, `group-${group}`);
      await redis.xpending(key, `group-${group}`);
    }
  }
  return performance.now() - began;
}

async function answers(redis: Redis, redisUrl: string): Promise<Finding[]> {
  const streams = 5_000;
  const fleet = fleetOf(streams);
  await seedStreams(redis, fleet);
  const vigia = await startVigia(redisUrl);
  const client = connect(vigia.url);
  const life = startStreamLife(redis, fleet);
  const naive: number[] = [];
  const ours: number[] = [];
  const all: number[] = [];
  try {
    await sleep(WARM_UP_MS);
    const seen: unknown = JSON.parse((await client.get("/api/v1/overview")).body);
    const told = (seen as { rows_total?: number }).rows_total;
    if (told !== streams * GROUPS)
      throw new Error(`the overview tells ${told} of ${streams * GROUPS} groups`);
    for (let n = 0; n < 100; n += 1) await client.get("/api/v1/overview");
    for (let n = 0; n < ROUNDS; n += 1) {
      naive.push(await oneByOne(redis, streams));
      const times: number[] = [];
      for (let asked = 0; asked < 40; asked += 1) times.push((await client.get("/api/v1/overview")).ms);
      ours.push(median(times));
      all.push(...times);
    }
  } finally {
    life.stop();
    client.close();
    await vigia.stop();
  }
  return [
    {
      what: "overview at 5,000 streams: times faster than asking Redis one question at a time",
      figure: median(naive) / median(ours),
      unit: "×",
      target: { kind: "at least", value: 200 },
      detail: `${median(naive).toFixed(0)} ms (35,000 questions by ioredis) against ${median(ours).toFixed(2)} ms, p99 ${quantile(all, 0.99).toFixed(1)} ms; medians of ${ROUNDS} alternating rounds`,
    },
  ];
}

const PENDING = 1_000_000;

async function seedPending(redis: Redis): Promise<void> {
  await redis.flushall();
  for (let from = 0; from < PENDING; from += 10_000) {
    const pipeline = redis.pipeline();
    for (let at = from; at < from + 10_000; at += 1)
      pipeline.xadd("huge", `${1_700_000_000_000 + at * 10}-0`, "id", at);
    await pipeline.exec();
  }
  await redis.xgroup("CREATE", "huge", "group", "0");
  for (let n = 0; n < 200; n += 1)
    await redis.xreadgroup(
      "GROUP",
      "group",
      `consumer-${n % 4}`,
      "COUNT",
      PENDING / 200,
      "STREAMS",
      "huge",
      ">",
    );
}

/** The command that held Redis longest since the log was reset, by wall time as Redis saw it. */
async function longestCommand(redis: Redis): Promise<{ ms: number; command: string }> {
  const entries: unknown = await redis.call("SLOWLOG", "GET", "-1");
  const told = (Array.isArray(entries) ? entries : []).flatMap((entry: unknown) => {
    if (!Array.isArray(entry)) return [];
    const [, , micros, args]: unknown[] = entry;
    const words = Array.isArray(args) ? args.slice(0, 7).map(String) : [];
    if (/^(slowlog|config|info)$/i.test(words[0] ?? "")) return [];
    return [{ ms: Number(micros) / 1_000, command: words.join(" ") }];
  });
  return told.sort((a, b) => b.ms - a.ms)[0] ?? { ms: 0, command: "nothing above 0.05 ms" };
}

async function visitHuge(redis: Redis, redisUrl: string) {
  const vigia = await startVigia(redisUrl);
  const client = connect(vigia.url);
  const paths = [
    "/api/v1/streams/huge/groups/group",
    "/api/v1/streams/huge/groups/group/pending?min_idle_ms=1",
  ];
  const ms: number[] = [];
  const held: { ms: number; command: string }[] = [];
  try {
    await sleep(8_000);
    for (let n = 0; n < 20; n += 1) for (const path of paths) await client.get(path);
    await redis.config("SET", "slowlog-log-slower-than", 50);
    await redis.config("SET", "slowlog-max-len", 10_000);
    for (let n = 0; n < 40; n += 1) {
      await redis.call("SLOWLOG", "RESET");
      for (const path of paths) {
        const answer = await client.get(path);
        if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
        ms.push(answer.ms);
      }
      held.push(await longestCommand(redis));
    }
    await redis.config("SET", "slowlog-log-slower-than", -1);
  } finally {
    client.close();
    await vigia.stop();
  }
  return { ms, held };
}

async function hugePendingList(redis: Redis, redisUrl: string, alone: boolean): Promise<Finding[]> {
  await seedPending(redis);
  const { ms, held } = await visitHuge(redis, redisUrl);
  const [longest] = held.sort((a, b) => b.ms - a.ms);
  const cores = alone ? "Redis on a core of its own" : "pauses of the machine included";
  return [
    {
      what: "Group page with 1,000,000 pending entries: its two questions to Vigia, p99",
      figure: quantile(ms, 0.99),
      unit: "ms",
      target: { kind: "at most", value: 100 },
      detail: `median ${median(ms).toFixed(1)} ms; 40 rounds of figures and first page of pending`,
    },
    {
      what: "… and the longest that one command of it held Redis",
      figure: longest?.ms ?? Number.NaN,
      unit: "ms",
      target: { kind: "at most", value: 3 },
      detail: `SLOWLOG, wall time, ${cores}: ${longest?.command}; of the longest of each of 40 visits the median is ${median(held.map((visit) => visit.ms)).toFixed(2)} ms`,
    },
  ];
}

export async function measureStreams(redis: Redis, redisUrl: string): Promise<Finding[]> {
  const pid = Number(/process_id:(\d+)/.exec(await redis.info("server"))?.[1]);
  return withOwnCore(pid, async (alone) => [
    ...(await growth(redis, redisUrl)),
    ...(await largeEntries(redis, redisUrl)),
    ...(await answers(redis, redisUrl)),
    ...(await hugePendingList(redis, redisUrl, alone)),
  ]);
}
