import { deflateSync } from "node:zlib";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { type RqDriver, rqMatrix, startDriver, startWorker } from "@/test/rq/harness";
import { createFailureIndex } from "./failure-index";
import { resultsKey, rqTime } from "./keys";

const FUTURE_S = 4_000_000_000;
const NOW_MS = 1_700_000_000_000;

const errorAt = (func: string, detail: string) =>
  `Traceback (most recent call last):\n  File "/app/jobs.py", line 7, in ${func}\n    x\nTimeoutError: ${detail}\n`;

interface Made {
  queue?: string;
  func?: string;
  score?: number;
  endedMs?: number;
  error?: string;
  fields?: Record<string, string | Buffer>;
}

/** A failed job as RQ leaves it, without RQ: for figures that real jobs would take too long to make. */
async function fail(redis: Redis, id: string, made: Made = {}): Promise<void> {
  const { queue = "q", func = "jobs.f", score = FUTURE_S, endedMs = NOW_MS, error = errorAt("f", id) } = made;
  await redis
    .pipeline()
    .hset(`rq:job:${id}`, {
      status: "failed",
      origin: queue,
      data: deflateSync(Buffer.from(`["${func}", null, [], {}]`)),
      ended_at: rqTime(endedMs),
      ...made.fields,
    })
    .zadd(`rq:failed:${queue}`, score, id)
    .xadd(resultsKey(id), "*", "type", "2", "exc_string", deflateSync(error).toString("base64"))
    .exec();
}

describe.skipIf(noRedis)("the index of failures", () => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = server.client();
  });
  afterAll(() => server.stop());
  beforeEach(() => redis.flushall());

  it("groups jobs by their error, largest group first, with functions and queues as facets", async () => {
    await fail(redis, "a", { endedMs: NOW_MS - 5_000 });
    await fail(redis, "b", { func: "jobs.g", endedMs: NOW_MS });
    await fail(redis, "c", { error: errorAt("other", "x") });
    await fail(redis, "d", { queue: "r" });
    const index = createFailureIndex();
    await index.refresh(redis, "q", NOW_MS);
    await index.refresh(redis, "r", NOW_MS);
    const [largest, second] = index.groups();
    expect(largest).toMatchObject({
      error_type: "TimeoutError",
      jobs: 3,
      first_seen_ms: NOW_MS - 5_000,
      last_seen_ms: NOW_MS,
      functions: [
        { name: "jobs.f", jobs: 2 },
        { name: "jobs.g", jobs: 1 },
      ],
      queues: [
        { name: "q", jobs: 2 },
        { name: "r", jobs: 1 },
      ],
    });
    expect(second?.jobs).toBe(1);
    expect(index.parsed()).toBe(4);
    expect(index.groups({ queue: "r" })).toMatchObject([{ jobs: 1, sample_job_id: "d" }]);
    expect(index.idsOf(largest?.fingerprint ?? "", "q")).toEqual([
      { queue: "q", id: "b" },
      { queue: "q", id: "a" },
    ]);
    expect(index.errorOf("q", "c")).toMatchObject({ error: "TimeoutError: x" });
    expect(index.errorOf("r", "c")).toBeNull();
  });

  it("forgets jobs that left, notices those that failed again and leaves expired ones out", async () => {
    await fail(redis, "gone");
    await fail(redis, "again");
    await fail(redis, "forever", { score: -1 });
    await fail(redis, "expired", { score: NOW_MS / 1_000 - 1 });
    const index = createFailureIndex();
    await index.refresh(redis, "q", NOW_MS);
    expect(index.parsed()).toBe(3);
    expect(index.errorOf("q", "expired")).toBeNull();

    await redis.zrem("rq:failed:q", "gone");
    const other = { error: errorAt("other", "new"), endedMs: NOW_MS + 1_000 };
    await fail(redis, "again", { ...other, score: FUTURE_S + 1 });
    await fail(redis, "forever", { ...other, score: -1 });
    await index.refresh(redis, "q", NOW_MS);
    expect(index.errorOf("q", "gone")).toBeNull();
    expect(index.errorOf("q", "again")?.error).toBe("TimeoutError: new");
    expect(index.errorOf("q", "forever")?.error).toBe("TimeoutError: new");
    expect(index.groups()).toMatchObject([{ jobs: 2 }]);

    index.drop("q");
    expect(index.groups()).toEqual([]);
  });

  it("counts neither ghosts nor what it cannot know, and reads no huge text", async () => {
    await redis.zadd("rq:failed:q", FUTURE_S, "ghost");
    await fail(redis, "huge", { error: "" });
    await redis.xadd(resultsKey("huge"), "*", "type", "1", "return_value", Buffer.alloc(2_000_000, 0x41));
    await fail(redis, "legacy", { fields: { exc_info: deflateSync("shop.Refused: card 7") } });
    await redis.del(resultsKey("legacy"));
    await fail(redis, "silent", { error: "" });
    await fail(redis, "opaque", {
      fields: { data: Buffer.from("ffee", "hex"), description: "jobs.h(1, 'x')" },
    });
    await redis.hset("rq:job:odd", "data", "x").then(() => redis.zadd("rq:failed:q", FUTURE_S, "odd"));
    await redis.set(resultsKey("odd"), "a string where a stream should be");
    const index = createFailureIndex();
    await index.refresh(redis, "q", NOW_MS);
    expect(index.parsed()).toBe(5);
    expect(index.errorOf("q", "ghost")).toBeNull();
    expect(index.errorOf("q", "huge")?.error).toBe("The error text is too large to be read.");
    expect(index.errorOf("q", "legacy")?.error).toBe("shop.Refused: card 7");
    expect(index.errorOf("q", "silent")?.error).toBe("No error text was kept.");
    expect(index.errorOf("q", "odd")?.error).toBe("No error text was kept.");
    expect(index.groups().flatMap(({ functions }) => functions.map(({ name }) => name))).toContain("jobs.h");
  });

  it("keeps names that are not text apart by their bytes", async () => {
    const id = Buffer.from("6a00ff", "hex");
    await redis.hset(Buffer.concat([Buffer.from("rq:job:"), id]), "data", '["jobs.f", null, [], {}]');
    await redis.zadd("rq:failed:q", FUTURE_S, id);
    const index = createFailureIndex();
    await index.refresh(redis, "q", NOW_MS);
    expect(index.groups()).toMatchObject([{ sample_job_id: "b64:agD_" }]);
  });

  it("reads the newest thousand first, then two hundred at a time, and says when it is behind", async () => {
    const many = async (from: number, to: number) => {
      for (let n = from; n < to; n += 1)
        await fail(redis, `j${n}`, { score: FUTURE_S + n, endedMs: NOW_MS + n });
    };
    await many(0, 1_300);
    const index = createFailureIndex();
    // Processor time between two turns of the event loop: how long others would have waited for it.
    const turns: number[] = [];
    let since = process.cpuUsage();
    const beat = setInterval(() => {
      const { user, system } = process.cpuUsage(since);
      turns.push((user + system) / 1_000);
      since = process.cpuUsage();
    }, 1);
    await index.refresh(redis, "q", NOW_MS);
    clearInterval(beat);
    expect(index.parsed()).toBe(1_000);
    expect(index.errorOf("q", "j1299")).not.toBeNull();
    expect(index.errorOf("q", "j299")).toBeNull();
    expect(index.behind("q")).toBe(false);
    expect(Math.max(...turns)).toBeLessThan(100);

    await many(1_300, 1_550);
    await index.refresh(redis, "q", NOW_MS);
    expect(index.parsed()).toBe(1_200);
    expect(index.behind("q")).toBe(true);
    await index.refresh(redis, "q", NOW_MS);
    expect(index.parsed()).toBe(1_250);
    expect(index.behind("q")).toBe(false);

    // Behind the newest thousand jobs are checked in turn.
    await redis.zremrangebyrank("rq:failed:q", 0, 399);
    await index.refresh(redis, "q", NOW_MS);
    expect(index.errorOf("q", "j350")).toBeNull();
    expect(index.parsed()).toBe(1_150);
    expect(await redis.zcard("rq:failed:q")).toBe(1_150);
  }, 60_000);

  it("stays within its total and lets every queue have its share", async () => {
    const index = createFailureIndex(60);
    for (let n = 0; n < 90; n += 1)
      await fail(redis, `a${n}`, { queue: "a", score: FUTURE_S + n, endedMs: NOW_MS + n });
    for (let n = 0; n < 90; n += 1)
      await fail(redis, `b${n}`, { queue: "b", score: FUTURE_S + n, endedMs: NOW_MS + n });
    await index.refresh(redis, "a", NOW_MS);
    expect(index.parsed()).toBe(60);
    await index.refresh(redis, "b", NOW_MS);
    expect(index.groups()).toMatchObject([
      {
        queues: [
          { name: "a", jobs: 30 },
          { name: "b", jobs: 30 },
        ],
      },
    ]);
    expect(index.errorOf("a", "a89")).not.toBeNull();
    expect(index.errorOf("a", "a0")).toBeNull();
    await index.refresh(redis, "a", NOW_MS);
    expect(index.parsed()).toBe(60);
  });

  it("throws for a registry that Redis will not read, and stays as it was", async () => {
    await fail(redis, "a");
    const index = createFailureIndex();
    await index.refresh(redis, "q", NOW_MS);
    await redis.del("rq:failed:q");
    await redis.set("rq:failed:q", "not a registry");
    await expect(index.refresh(redis, "q", NOW_MS)).rejects.toThrow(/WRONGTYPE/);
    expect(index.parsed()).toBe(1);
  });

  it("writes nothing", async () => {
    await fail(redis, "a");
    await redis.config("RESETSTAT");
    await createFailureIndex().refresh(redis, "q", NOW_MS);
    const stats = await redis.info("commandstats");
    const called = [...stats.matchAll(/^cmdstat_([^:]+):/gm)].map(([, name]) => name);
    expect(new Set(called)).toEqual(
      new Set([
        "config|resetstat",
        "hget",
        "hstrlen",
        "memory|usage",
        "xrevrange",
        "zrangebyscore",
        "zrevrangebyscore",
      ]),
    );
  });
});

describe.skipIf(noRedis).each(rqMatrix)("the index of failures of real RQ $id", ({ rq }) => {
  describe.skipIf(rq === null)("with a real worker", () => {
    let server: TestRedis;
    let redis: Redis;
    let driver: RqDriver;
    beforeAll(async () => {
      server = await startRedis();
      redis = server.client();
      if (rq !== null) driver = await startDriver(rq, server.url);
    });
    afterAll(async () => {
      await driver?.stop();
      await server.stop();
    });

    /** A real worker takes what is queued, until so many jobs have failed. */
    const work = async (failed: number) => {
      if (rq === null) return;
      const worker = await startWorker(rq, server.url, {
        queues: ["mail"],
        name: "w",
        burst: true,
        simple: true,
      });
      const deadline = Date.now() + 30_000;
      while ((await redis.zcard("rq:failed:mail")) < failed) {
        if (Date.now() > deadline) throw new Error("the worker did not finish");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await worker.stop();
    };

    it("makes one group of one mistake with other data, and follows a job that fails again differently", async () => {
      for (const id of ["1001", "77", "9f3c1e2a77"]) {
        await driver.call("enqueue", { queue: "mail", func: "vigia_jobs.upload", args: [id] });
      }
      const [again] = await driver.call<string[]>("enqueue", {
        queue: "mail",
        func: "vigia_jobs.fail",
        args: ["first"],
        kwargs: { kind: "ValueError" },
      });
      const [forever] = await driver.call<string[]>("enqueue", {
        queue: "mail",
        func: "vigia_jobs.fail",
        kwargs: { kind: "KeyError" },
        failure_ttl: -1,
      });
      await work(5);
      const index = createFailureIndex();
      await index.refresh(redis, "mail", Date.now());
      expect(index.parsed()).toBe(5);
      const [uploads, ...others] = index.groups();
      expect(uploads).toMatchObject({
        error_type: "TimeoutError",
        // The newest job gives the title; its id is a number or a hexadecimal one.
        message: expect.stringMatching(/^S3 upload timed out after <dur> \(document <(n|hex)>\)$/),
        jobs: 3,
        functions: [{ name: "vigia_jobs.upload", jobs: 3 }],
      });
      expect(others.map(({ jobs }) => jobs)).toEqual([1, 1]);
      expect(index.errorOf("mail", again ?? "")?.error).toBe("ValueError: first");
      expect(index.errorOf("mail", forever ?? "")?.error).toBe("KeyError: 'it broke'");
      const lastSeen = uploads?.last_seen_ms ?? 0;
      expect(Math.abs(Date.now() - lastSeen)).toBeLessThan(60_000);

      await driver.call("requeue", { job_id: again });
      await index.refresh(redis, "mail", Date.now());
      expect(index.errorOf("mail", again ?? "")).toBeNull();
      expect(index.parsed()).toBe(4);
      await work(5);
      await index.refresh(redis, "mail", Date.now());
      expect(index.parsed()).toBe(5);
    }, 90_000);
  });
});
