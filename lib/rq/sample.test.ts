import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { type RqDriver, rqMatrix, startDriver, startWorker } from "@/test/rq/harness";
import { type SampleRequest, sampleQueues } from "./sample";

const NOW = 1_800_000_000_000;
const NOW_S = NOW / 1_000;

const ask = (queue: string, more: Partial<SampleRequest> = {}): SampleRequest => ({
  queue,
  finishedMark: undefined,
  suspectAll: false,
  ...more,
});

describe.skipIf(noRedis)("a look at a queue", () => {
  let server: TestRedis;
  let client: Redis;

  beforeAll(async () => {
    server = await startRedis();
    client = server.client();
  });
  beforeEach(() => client.flushall());
  afterAll(() => server.stop());

  const look = async (request: SampleRequest, nowMs = NOW) => {
    const [sample] = await sampleQueues({ tracked: client, plain: client }, [request], nowMs);
    if (sample === undefined) throw new Error("no sample");
    return sample;
  };

  it("finds zeros in an empty queue, and that nothing will change by itself", async () => {
    const { reading, stock } = await look(ask("q"));
    expect(reading).toMatchObject({ waiting: 0, running: 0, failed: 0, oldestSinceMs: null, dueMs: null });
    expect(stock).toBe(0);
  });

  it("leaves out what has expired and counts what must still be there", async () => {
    await client.zadd("rq:finished:q", NOW_S - 1, "old", NOW_S + 100, "new", "+inf", "kept");
    await client.zadd("rq:failed:q", NOW_S - 1, "old", NOW_S + 100, "new", -1, "kept");
    await client.zadd("rq:wip:q", NOW_S - 1, "lost", NOW_S + 80, "runs");
    await client.zadd("rq:scheduled:q", NOW_S - 6, "late", NOW_S - 1, "now", NOW_S + 60, "soon");
    const { reading, stock } = await look(ask("q"));
    expect(reading.counts).toMatchObject({
      finished: 2,
      failed: 2,
      started: 1,
      abandoned: 1,
      scheduled: 3,
      overdue: 1,
    });
    expect(stock).toBe(2);
  });

  it("knows when time alone makes it untrue", async () => {
    await client.zadd("rq:scheduled:q", NOW_S + 60, "soon");
    expect((await look(ask("q"))).reading.dueMs).toBe(NOW + 65_000);
    await client.zadd("rq:wip:q", NOW_S + 20, "near");
    expect((await look(ask("q"))).reading.dueMs).toBe(NOW + 20_000);
    await client.zadd("rq:wip:q", NOW_S + 90, "near");
    expect((await look(ask("q"))).reading.dueMs).toBe(NOW + 60_000);
  });

  it("takes the oldest of the first ten and the last, also behind ghosts and younger jobs at the front", async () => {
    const put = (id: string, ageMs: number) =>
      client.hset(`rq:job:${id}`, "enqueued_at", new Date(NOW - ageMs).toISOString());
    await client.rpush("rq:queue:q", "ghost", "young", "old", "young");
    await put("young", 1_000);
    await put("old", 60_000);
    expect((await look(ask("q"))).reading.oldestSinceMs).toBe(NOW - 60_000);
    await client.del("rq:queue:q");
    await client.rpush("rq:queue:q", "ghost");
    expect((await look(ask("q"))).reading).toMatchObject({
      oldestSinceMs: null,
      quality: { oldest_ms: "unknown" },
    });
  });

  it("keeps one key of the wrong type to its own figure", async () => {
    await client.set("rq:failed:q", "text");
    await client.rpush("rq:queue:q", "a");
    const { reading } = await look(ask("q"));
    expect(reading).toMatchObject({ waiting: 1, running: 0, failed: null, quality: { failed: "unknown" } });
  });

  it("counts what was added to finished although other entries expired meanwhile", async () => {
    await client.zadd("rq:finished:q", NOW_S + 1, "expires", NOW_S + 500, "stays");
    const first = await look(ask("q", { finishedMark: null }));
    expect(first.finished).toMatchObject({ since: null, next: { count: 1 } });
    await client.zadd("rq:finished:q", NOW_S + 510, "b", NOW_S + 510, "c");
    for (const [laterMs, added] of [
      [5_000, 2],
      [59_000, 2],
    ] as const) {
      const next = await look(ask("q", { finishedMark: first.finished.next }), NOW + laterMs);
      expect((next.finished.since?.count ?? 0) - (first.finished.next?.count ?? 0)).toBe(added);
    }
  });

  it("suspects only started jobs near their deadline, or all after a worker died", async () => {
    await client.zadd("rq:wip:q", NOW_S + 10, "near", NOW_S + 80, "far");
    const ids = (sample: Awaited<ReturnType<typeof look>>) =>
      sample.suspects.map(({ member }) => String(member));
    expect(ids(await look(ask("q")))).toEqual(["near"]);
    expect(ids(await look(ask("q", { suspectAll: true })))).toEqual(["near", "far"]);
  });

  it("reads names that are no UTF-8 and queues whose names look like other keys", async () => {
    const bytes = Buffer.from([0x72, 0xff]);
    await client.rpush(Buffer.concat([Buffer.from("rq:queue:"), bytes]), "a");
    expect((await look(ask(`b64:${bytes.toString("base64url")}`))).reading.waiting).toBe(1);
    await client.rpush("rq:queue:x:intermediate", "a", "b");
    expect((await look(ask("x:intermediate"))).reading.waiting).toBe(2);
    expect((await look(ask("x"))).reading.counts?.intermediate).toBe(2);
  });
});

describe.skipIf(noRedis).each(rqMatrix)("a look at queues of RQ $id", ({ rq }) => {
  describe.skipIf(rq === null)("agrees with RQ's own counts", () => {
    let server: TestRedis;
    let driver: RqDriver;
    beforeAll(async () => {
      if (rq === null) return;
      server = await startRedis();
      driver = await startDriver(rq, server.url);
    });
    afterAll(async () => {
      await driver?.stop();
      await server?.stop();
    });

    it("in every place", { timeout: 60_000 }, async () => {
      if (rq === null) return;
      const client = server.client();
      await driver.call("enqueue", { queue: "q", func: "vigia_jobs.echo", count: 3 });
      await driver.call("enqueue", { queue: "q", func: "vigia_jobs.fail", count: 2 });
      const worker = await startWorker(rq, server.url, {
        queues: ["q"],
        name: "w",
        simple: true,
        burst: true,
      });
      for (
        let tries = 0;
        tries < 100 && (await client.zcard("rq:finished:q")) + (await client.zcard("rq:failed:q")) < 5;
        tries += 1
      )
        await new Promise((resolve) => setTimeout(resolve, 100));
      await worker.kill();
      const [parent] = await driver.call<string[]>("enqueue", { queue: "q", func: "vigia_jobs.echo" });
      await driver.call("enqueue", { queue: "q", func: "vigia_jobs.echo", depends_on: parent });
      await driver.call("enqueue", { queue: "q", func: "vigia_jobs.echo", at_in: 600, count: 2 });
      const [canceled] = await driver.call<string[]>("enqueue", { queue: "q", func: "vigia_jobs.echo" });
      await driver.call("cancel", { job_id: canceled });
      const [sample] = await sampleQueues({ tracked: client, plain: client }, [ask("q")], Date.now());
      const own = await driver.call<Record<string, number>>("counts", { queue: "q" });
      const { overdue, abandoned, intermediate, ...counts } = sample?.reading.counts ?? {};
      expect(counts).toEqual(own);
      expect({ overdue, abandoned, intermediate }).toEqual({ overdue: 0, abandoned: 0, intermediate: 0 });
      expect(counts).toMatchObject({
        queued: 1,
        finished: 3,
        failed: 2,
        deferred: 1,
        scheduled: 2,
        canceled: 1,
      });
    });
  });
});
