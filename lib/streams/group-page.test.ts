import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { serverMatrix } from "@/test/servers";
import { nothingWatched } from "@/test/streams/nothing-watched";
import { groupDetail } from "../api/schemas/streams";
import { nameFromBytes } from "../names";
import { readGroup } from "./group-page";
import type { States } from "./states";
import type { GroupWatch, StreamsWatch } from "./watch";

const noStates: States = () => null;

async function readAt(redis: Redis, stream = "s", group = "g", watch = nothingWatched(), nowMs = Date.now()) {
  return groupDetail.parse(await readGroup(redis, stream, group, { watch, states: noStates, nowMs }));
}

const claim = (redis: Redis, consumer: string, idleMs: number, deliveries: number, ...ids: string[]) =>
  redis.call("XCLAIM", "s", "g", consumer, 0, ...ids, "IDLE", idleMs, "RETRYCOUNT", deliveries, "JUSTID");

describe.each(serverMatrix)("a consumer group on $id", ({ path, id }) => {
  describe.skipIf(path === null)("read now", () => {
    let server: TestRedis;
    let redis: Redis;
    beforeAll(async () => {
      server = await startRedis([], path);
      redis = server.client();
    });
    afterAll(() => server.stop());

    it("tells its lag, what is pending of whom and for how long, and how far it is behind", async () => {
      const now = Date.now();
      for (let age = 100; age >= 1; age -= 1) await redis.xadd("s", `${now - age * 1_000}-0`, "f", "v");
      await redis.xgroup("CREATE", "s", "g", "0");
      await redis.xreadgroup("GROUP", "g", "w1", "COUNT", 10, "STREAMS", "s", ">");
      await redis.xreadgroup("GROUP", "g", "w2", "COUNT", 5, "STREAMS", "s", ">");
      await redis.xack("s", "g", `${now - 100_000}-0`);
      await claim(redis, "w2", 400_000, 6, `${now - 90_000}-0`, `${now - 89_000}-0`);
      const detail = await readAt(redis, "s", "g", nothingWatched(), now);
      expect(detail).toMatchObject({
        pending: 14,
        length: 100,
        behind_ms: 85_000,
        ids_are_times: true,
        last_delivered_id: `${now - 86_000}-0`,
        pending_oldest_id: `${now - 99_000}-0`,
        pending_oldest_ms: 99_000,
        redelivered: 2,
        max_deliveries: 6,
        poison: 2,
        consumers_complete: true,
        memory_trusted: true,
        trimming: "unknown",
        state: "unknown",
        dead_letters: null,
      });
      // Before 7.0 there are no counters: the place of the ID between the ends is all there is.
      if (id === "redis-6.2") {
        expect(detail.lag).toMatchObject({ quality: "estimated", reason: "no-counters" });
        expect(Math.abs((detail.lag.value ?? 0) - 85)).toBeLessThan(3);
      } else expect(detail.lag).toMatchObject({ value: 85, quality: "exact" });
      expect(detail.histogram).toMatchObject({ sampled: 14, total: 14 });
      expect(detail.histogram?.buckets.map(({ count }) => count)).toEqual([12, 0, 0, 0, 2, 0, 0, 0]);
      expect(detail.consumers.map(({ name, pending, oldest_ms }) => [name, pending, oldest_ms])).toEqual([
        ["w1", 9, 99_000],
        ["w2", 5, 90_000],
      ]);
      expect(detail.consumers[0]?.share).toBeCloseTo(9 / 14);
      expect(detail.redis_version).toMatch(/^\d+\.\d+/);
    });
  });
});

describe.skipIf(noRedis)("the page of a consumer group", () => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = server.client();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await redis.flushall();
    await redis.xgroup("CREATE", "s", "g", "0", "MKSTREAM");
  });

  it("has zeros where nothing is pending or was ever added, and no oldest", async () => {
    expect(await readAt(redis)).toMatchObject({
      pending: 0,
      lag: { value: 0, quality: "exact" },
      behind_ms: 0,
      pending_oldest_ms: 0,
      pending_oldest_id: null,
      redelivered: 0,
      poison: 0,
      histogram: null,
      lost: 0,
      consumers: [],
      ids_are_times: true,
    });
  });

  it("has the evidence and the rates that watching gave", async () => {
    await redis.xadd("s", "*", "f", "v");
    await redis.xreadgroup("GROUP", "g", "w1", "STREAMS", "s", ">");
    const group: GroupWatch = {
      consumers: new Map([["w1", { usualGapMs: 10_000, rereadSeenMs: 5, ackedPerS: 1.5 }]]),
      reclaimSeenMs: 7,
      reclaimMinIdleMs: 30_000,
      quietSinceMs: null,
      sawBehindFirst: false,
      counterProof: null,
      inPerS: 1,
      outPerS: 1,
    };
    const watch: StreamsWatch = {
      ...nothingWatched(),
      group: () => group,
      stream: () => ({ trimming: "capped", evictedPerS: 1, inPerS: 1, addedAt: () => null }),
    };
    expect(await readAt(redis, "s", "g", watch)).toMatchObject({
      state: "ok",
      trimming: "capped",
      reclaiming: { seen_ms: 7, min_idle_ms: 30_000 },
      consumers: [{ usual_gap_ms: 10_000, dead_after_ms: 200_000, reread_seen_ms: 5, acked_per_s: 1.5 }],
    });
  });

  it("tells entries that were trimmed before the group was given them", async () => {
    for (let seq = 1; seq <= 10; seq += 1) await redis.xadd("s", `1-${seq}`, "f", "v");
    await redis.xreadgroup("GROUP", "g", "w1", "COUNT", 3, "STREAMS", "s", ">");
    await redis.xtrim("s", "MAXLEN", 4);
    expect(await readAt(redis)).toMatchObject({ lost: 3, lag: { value: 4, quality: "exact" } });
  });

  it("is not misled by memory that counts pending entries: a short stream with a long list", async () => {
    const pipeline = redis.pipeline();
    for (let seq = 1; seq <= 9_900; seq += 1) pipeline.xadd("s", `1-${seq}`, "f", "v");
    await pipeline.exec();
    await redis.xreadgroup("GROUP", "g", "w1", "COUNT", 9_899, "STREAMS", "s", ">");
    await redis.xtrim("s", "MAXLEN", 2);
    expect(await readAt(redis)).toMatchObject({
      length: 2,
      pending: 9_899,
      lag: { value: 1, quality: "exact" },
      lost: 0,
    });
  });

  it("lists 200 consumers, those that hold most first, and says that there are more", async () => {
    const pipeline = redis.pipeline();
    for (let index = 0; index < 250; index += 1)
      pipeline.call("XGROUP", "CREATECONSUMER", "s", "g", `w${String(index).padStart(3, "0")}`);
    pipeline.xadd("s", "*", "f", "v");
    pipeline.xreadgroup("GROUP", "g", "w240", "STREAMS", "s", ">");
    await pipeline.exec();
    const { consumers, consumers_complete } = await readAt(redis);
    expect(consumers.map(({ name }) => name).slice(0, 3)).toEqual(["w240", "w000", "w001"]);
    expect([consumers.length, consumers_complete]).toEqual([200, false]);
  });

  it("reads a sample of a long pending list, and says of how many", async () => {
    const now = Date.now();
    const pipeline = redis.pipeline();
    for (let index = 0; index < 6_000; index += 1)
      pipeline.xadd("s", `${now - 600_000 + index * 100}-0`, "f", "v");
    await pipeline.exec();
    await redis.xreadgroup("GROUP", "g", "w1", "COUNT", 4_500, "STREAMS", "s", ">");
    await redis.xreadgroup("GROUP", "g", "w2", "COUNT", 1_500, "STREAMS", "s", ">");
    const first = await redis.xrange("s", "-", "+", "COUNT", 3_000);
    await claim(redis, "w1", 3_600_000, 2, ...first.map(([id]) => id));
    const { histogram, redelivered, pending } = await readAt(redis);
    expect(pending).toBe(6_000);
    expect(histogram?.total).toBe(6_000);
    expect(histogram?.sampled).toBeGreaterThan(1_000);
    expect(histogram?.sampled).toBeLessThan(6_000);
    const halfHour = histogram?.buckets.find(({ from }) => from === 1_800_000)?.count ?? 0;
    expect(Math.abs(halfHour - 3_000)).toBeLessThan(450);
    expect(Math.abs((redelivered ?? 0) - 3_000)).toBeLessThan(450);
  });

  it("names the groups that there are when this one is not", async () => {
    await expect(readAt(redis, "s", "none")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining('It has "g".'),
    });
    await expect(readAt(redis, "nowhere")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await redis.zadd("z", 1, "x");
    await expect(readAt(redis, "z")).rejects.toMatchObject({ code: "UNSUPPORTED", facts: { type: "zset" } });
  });

  it("keeps names that are not UTF-8, and finds the dead letters beside them", async () => {
    const [key, group, consumer] = [Buffer.from([0xff]), Buffer.from([0xfe]), Buffer.from([0xfd])];
    await redis.callBuffer("XADD", key, "1-1", "f", "v");
    await redis.callBuffer("XGROUP", "CREATE", key, group, "0");
    await redis.callBuffer("XREADGROUP", "GROUP", group, consumer, "STREAMS", key, ">");
    const letters = Buffer.concat([key, Buffer.from(":dlq")]);
    await redis.callBuffer("XADD", letters, "1-1", "f", "v");
    const detail = await readAt(redis, nameFromBytes(key), nameFromBytes(group));
    expect(detail.consumers[0]).toMatchObject({
      name: nameFromBytes(consumer),
      pending: 1,
      oldest_id: "1-1",
    });
    expect(detail.dead_letters).toEqual({ stream: nameFromBytes(letters), length: 1 });
  });

  it("leaves out what the user may not ask, and stays", async () => {
    await redis.xadd("s", "*", "f", "v");
    await redis.xreadgroup("GROUP", "g", "w1", "STREAMS", "s", ">");
    await redis.call("ACL", "SETUSER", "u", "on", ">p", "~*", "+xinfo|groups", "+xinfo|consumers", "+xlen");
    const narrow = server.client({ username: "u", password: "p", enableReadyCheck: false });
    expect(await readAt(narrow)).toMatchObject({
      pending: 1,
      length: 1,
      memory_bytes: null,
      histogram: null,
      redelivered: null,
      pending_oldest_ms: null,
      redis_version: null,
      consumers: [{ name: "w1", pending: 1, oldest_ms: null }],
    });
  });

  it("reads no more than a few entries whatever their size, and none of 4 MB for their IDs alone", async () => {
    const client = server.client();
    const sent = async () => Number(/total_net_output_bytes:(\d+)/.exec(await client.info("stats"))?.[1]);
    for (let seq = 1; seq <= 8; seq += 1) await redis.xadd("s", `1-${seq}`, "blob", Buffer.alloc(4_194_304));
    await redis.xgroup("SETID", "s", "g", "1-4");
    const before = await sent();
    const detail = await readAt(client);
    expect((await sent()) - before).toBeLessThan(100_000);
    expect(detail.lag).toMatchObject({ quality: "unknown", low: 0, high: 8 });
  });
});
