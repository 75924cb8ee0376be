import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { type RqDriver, type RqWorker, rqMatrix, startDriver, startWorker } from "@/test/rq/harness";
import { type JobPage, jobPage, PLACES, type Place } from "../api/schemas/jobs";
import { nameFromBytes } from "../names";
import { type JobListQuery, listJobs } from "./job-list";
import { jobKey, registryKey } from "./keys";

const UNPARSED = { errorOf: () => null };

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  if (noRedis) return;
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  if (!noRedis) await redis.flushall();
});

function page(queue: string, place: Place, more: Partial<JobListQuery> = {}): Promise<JobPage> {
  return listJobs(
    redis,
    { queue, place, order: "newest", cursor: undefined, limit: 50, nowMs: Date.now(), ...more },
    UNPARSED,
  );
}

const ids = ({ items }: JobPage) => items.map((job) => job.job_id);

async function settled(driver: RqDriver, id: string, wanted: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await driver.call("status", { job_id: id })) === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`job ${id} did not become ${wanted}`);
}

describe.skipIf(noRedis).each(rqMatrix)("jobs of a queue, RQ $id", ({ rq }) => {
  describe.skipIf(rq === null)("as real RQ keeps them", () => {
    let driver: RqDriver;
    const workers: RqWorker[] = [];
    let made = 0;
    beforeAll(async () => {
      if (rq !== null) driver = await startDriver(rq, server.url);
    });
    afterEach(async () => {
      for (const worker of workers.splice(0)) await worker.kill();
    });
    afterAll(() => driver?.stop());

    async function work(queues: string[], burst: boolean): Promise<void> {
      if (rq === null) return;
      made += 1;
      const worker = await startWorker(rq, server.url, { queues, name: `w-${made}`, burst });
      workers.push(worker);
    }

    it.each(["default", "a:b", "x:intermediate", "fila é ☃"])(
      "lists every place of the queue %s",
      async (queue) => {
        const [done, broken] = [
          await driver.call<string[]>("enqueue", {
            queue,
            func: "vigia_jobs.add",
            args: [1],
            kwargs: { b: 2 },
          }),
          await driver.call<string[]>("enqueue", { queue, func: "vigia_jobs.upload", args: [7] }),
        ];
        await work([queue], true);
        await settled(driver, done[0] ?? "", "finished");
        await settled(driver, broken[0] ?? "", "failed");
        // A burst worker that still looks round would take what comes next.
        for (const worker of workers.splice(0)) await worker.stop();
        const waiting = await driver.call<string[]>("enqueue", { queue, count: 3 });
        const later = await driver.call<string[]>("enqueue", { queue, at_in: 3_600 });
        const depending = await driver.call<string[]>("enqueue", { queue, depends_on: waiting[0] });
        const dropped = await driver.call<string[]>("enqueue", { queue });
        await driver.call("cancel", { job_id: dropped[0] });

        const pages = new Map<Place, JobPage>();
        for (const place of PLACES) pages.set(place, jobPage.parse(await page(queue, place)));
        expect(Object.fromEntries([...pages].map(([place, found]) => [place, ids(found)]))).toEqual({
          queued: [...waiting].reverse(),
          started: [],
          failed: broken,
          scheduled: later,
          deferred: depending,
          finished: done,
          canceled: dropped,
        });
        expect(pages.get("failed")?.items[0]).toMatchObject({
          status: "failed",
          origin: queue,
          func_name: "vigia_jobs.upload",
          description: "vigia_jobs.upload(7)",
          error: "TimeoutError: S3 upload timed out after 30 s (document 7)",
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
          ghost: false,
          timeout_s: 180,
          ended_at: expect.any(Number),
          due_ms: null,
        });
        expect(pages.get("scheduled")?.items[0]?.due_ms).toBeGreaterThan(Date.now() + 3_500_000);
        expect(pages.get("queued")).toMatchObject({ total: 3, next_cursor: null });
      },
    );

    it("lists a running job once, with its worker, and says when that one has died", async () => {
      const [id = ""] = await driver.call<string[]>("enqueue", { func: "vigia_jobs.nap", args: [60] });
      await work(["default"], false);
      await settled(driver, id, "started");
      const [row] = (await page("default", "started")).items;
      expect(row).toMatchObject({
        job_id: id,
        status: "started",
        worker_name: `w-${made}`,
        worker_alive: true,
      });
      expect(row?.due_ms).toBeGreaterThan(Date.now());
      await workers[0]?.kill();
      await redis.del(`rq:worker:w-${made}`);
      expect((await page("default", "started")).items[0]).toMatchObject({ worker_alive: false });
    });
  });
});

describe.skipIf(noRedis)("a list of jobs", () => {
  const soon = () => Math.floor(Date.now() / 1_000) + 600;

  it("walks by cursors and refuses one that it did not make", async () => {
    for (let index = 0; index < 7; index += 1)
      await redis.zadd(registryKey("canceled", "q"), 100 + index, `id-${index}`);
    const first = await page("q", "canceled", { limit: 3 });
    const second = await page("q", "canceled", { limit: 3, cursor: first.next_cursor ?? "" });
    const third = await page("q", "canceled", { limit: 3, cursor: second.next_cursor ?? "" });
    expect([first, second, third].flatMap(ids)).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `id-${n}`));
    expect(third).toMatchObject({ next_cursor: null, total: 7 });
    const foreign = [
      "x",
      "%%%",
      "e30",
      Buffer.from("null").toString("base64url"),
      Buffer.from('{"s":"1e999","m":"a"}').toString("base64url"),
      Buffer.from('{"s":"1","m":7}').toString("base64url"),
      `${first.next_cursor}!`,
      "A".repeat(20_000),
    ];
    for (const cursor of foreign)
      for (const place of ["canceled", "queued"] as const)
        await expect(page("q", place, { cursor }), `${place} ${cursor.slice(0, 40)}`).rejects.toMatchObject({
          code: "INVALID_INPUT",
        });
  });

  it("keeps ids and queues that are not text", async () => {
    const queue = nameFromBytes(Buffer.from([0x71, 0xff, 0xfe]));
    const id = nameFromBytes(Buffer.from([0xff, 0xfe]));
    const key = registryKey("failed", queue);
    await redis.zadd(key, soon(), Buffer.from([0xff, 0xfe]));
    await redis.zadd(key, soon() - 1, "text");
    await redis.hset(jobKey(id), "status", "failed", "origin", Buffer.from([0x71, 0xff, 0xfe]));
    const first = await page(queue, "failed", { limit: 1 });
    expect(first.items[0]).toMatchObject({ job_id: id, origin: queue, status: "failed" });
    expect(ids(await page(queue, "failed", { limit: 1, cursor: first.next_cursor ?? "" }))).toEqual(["text"]);
  });

  it("marks an id whose hash has gone, or holds only a late heartbeat, as a ghost", async () => {
    await redis.rpush("rq:queue:q", "gone", "leftover", "text");
    await redis.hset("rq:job:leftover", "last_heartbeat", "2024-01-01T00:00:00.000000Z");
    await redis.set("rq:job:text", "not a hash");
    const { items } = await page("q", "queued", { order: "oldest" });
    expect(items.map((job) => [job.job_id, job.ghost, job.status])).toEqual([
      ["gone", true, null],
      ["leftover", true, null],
      ["text", false, null],
    ]);
  });

  it("shows one row for a job with several executions, bare or not, on whatever page they are", async () => {
    const execution = (digit: string) => digit.repeat(32);
    const wip = registryKey("started", "q");
    await redis.zadd(wip, 1_000, `job:${execution("a")}`, 3_000, `job:${execution("b")}`, 900, "job");
    await redis.zadd(wip, 2_000, "other:with:colons", 500, `1.16:${execution("c")}`);
    await redis.zadd("rq:executions:job", 1_060, execution("a"), 3_060, execution("b"));
    await redis.hset("rq:job:other:with:colons", "status", "started");
    // An id of RQ 1.16 may itself look like a member of 2.x; its hash tells.
    await redis.hset(`rq:job:1.16:${execution("c")}`, "status", "started");
    const shown: string[] = [];
    let cursor: string | undefined;
    do {
      const found = await page("q", "started", { limit: 1, cursor });
      shown.push(...ids(found));
      cursor = found.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(shown).toEqual(["job", "other:with:colons", `1.16:${execution("c")}`]);
  });

  it("never reads what is large", async () => {
    await redis.zadd(registryKey("failed", "q"), soon(), "big");
    await redis.hset("rq:job:big", {
      status: "failed",
      data: "d".repeat(3_000_000),
      description: "x".repeat(200_000),
      exc_info: "e".repeat(2_000_000),
      meta: "m".repeat(1_000_000),
    });
    await redis.xadd("rq:results:big", "*", "type", "2", "exc_string", "A".repeat(2_000_000));
    await redis.config("RESETSTAT");
    const { items } = await page("q", "failed");
    expect(items[0]).toMatchObject({
      job_id: "big",
      status: "failed",
      description: null,
      error: "The error text is too large to be read.",
      func_name: null,
    });
    const sent = Number(/total_net_output_bytes:(\d+)/.exec(await redis.info("stats"))?.[1]);
    expect(sent).toBeLessThan(20_000);
  });

  it("cuts a long description and takes the function from it only when the call cannot be read", async () => {
    await redis.rpush("rq:queue:q", "a", "b", "c");
    await redis.hset("rq:job:a", { status: "queued", description: `pkg.func(${"x".repeat(500)})` });
    await redis.hset("rq:job:b", { status: "queued", description: "Send the mail (daily)" });
    await redis.hset("rq:job:c", {
      status: "queued",
      description: "other.name(1)",
      data: '["real.name", null, [1], {}]',
    });
    const { items } = await page("q", "queued", { order: "oldest" });
    expect(items.map((job) => job.func_name)).toEqual(["pkg.func", null, "real.name"]);
    expect(items[0]?.description).toHaveLength(300);
  });

  it("costs four commands a row and two trips, at page 2 as at page 1,000", async () => {
    const key = registryKey("failed", "q");
    for (let start = 0; start < 51_000; start += 1_000)
      await redis.zadd(
        key,
        ...Array.from({ length: 1_000 }, (_, n) => [soon() + start + n, `job-${start + n}`]).flat(),
      );
    await redis.hset("rq:job:none", "a", "b");
    const cursorAt = async (rank: number) => {
      const [member = "", score = ""] = await redis.zrevrange(key, rank, rank, "WITHSCORES");
      return Buffer.from(JSON.stringify({ s: score, m: member })).toString("base64url");
    };
    const cost = async (rank: number) => {
      const cursor = await cursorAt(rank);
      await redis.config("RESETSTAT");
      const found = await page("q", "failed", { cursor });
      expect(found.items).toHaveLength(50);
      const rows = (await redis.info("commandstats")).matchAll(/cmdstat_([^:]+):calls=(\d+)/g);
      return Object.fromEntries(
        [...rows].filter(([, name]) => !name?.startsWith("config")).map(([, name, n]) => [name, n]),
      );
    };
    const early = await cost(49);
    expect(await cost(49_999)).toEqual(early);
    expect(early).toMatchObject({ hmget: "50" });
  });

  it("answers with an empty list where a key is of another type", async () => {
    for (const place of PLACES) {
      const key = place === "queued" ? "rq:queue:q" : registryKey(place, "q");
      await redis.hset(key, "a", "b");
      expect(await page("q", place), place).toEqual({ items: [], next_cursor: null, total: null });
    }
  });
});
