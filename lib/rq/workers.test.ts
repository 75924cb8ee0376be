import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { type RqDriver, type RqWorker, rqMatrix, startDriver, startWorker } from "@/test/rq/harness";
import { members, readWorkers } from "./workers";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const iso = (ms: number) => new Date(ms).toISOString();

describe.skipIf(noRedis)("readWorkers", () => {
  let server: TestRedis;
  let client: Redis;

  beforeAll(async () => {
    server = await startRedis();
    client = server.client();
  });
  beforeEach(() => client.flushall());
  afterAll(() => server.stop());

  const put = async (name: string, fields: Record<string, string>, ttlS: number | null) => {
    await client.sadd("rq:workers", `rq:worker:${name}`);
    if (Object.keys(fields).length === 0) return;
    await client.hset(`rq:worker:${name}`, fields);
    if (ttlS !== null) await client.expire(`rq:worker:${name}`, ttlS);
  };
  const one = async (fields: Record<string, string>, ttlS: number | null) => {
    await put("w", fields, ttlS);
    const { workers } = await readWorkers(client, Date.now());
    return workers[0];
  };
  const born = { birth: iso(Date.now() - 3_600_000), queues: "a,b", state: "idle" };

  it.each([
    ["an idle worker that beat 400 s ago under a TTL of 480 s", 400, 80, "idle", "idle"],
    ["an idle worker whose beat is overdue by its own TTL", 450, 30, "idle", "late"],
    ["a busy worker that beat 40 s ago under a TTL of 90 s", 40, 50, "busy", "busy"],
    ["a busy worker that missed two beats", 70, 20, "busy", "late"],
    ["a busy SimpleWorker in a job of 180 s", 150, 90, "busy", "busy"],
  ])("judges %s by the TTL that it granted", async (_title, ageS, ttlS, state, expected) => {
    const fields = { ...born, state, last_heartbeat: iso(Date.now() - ageS * 1_000) };
    const worker = await one(fields, ttlS);
    expect(worker).toMatchObject({ state: expected, alive: true, queues: ["a", "b"] });
  });

  it("calls a worker dead whose hash is gone or that said goodbye, and a leftover hash a ghost", async () => {
    expect(await one({}, null)).toMatchObject({ state: "dead", alive: false });
    await client.flushall();
    const now = iso(Date.now());
    expect(await one({ ...born, last_heartbeat: now, death: now }, 60)).toMatchObject({
      state: "dead",
      alive: false,
    });
    await client.flushall();
    expect(await one({ last_heartbeat: now, state: "busy" }, null)).toMatchObject({
      state: "ghost",
      alive: false,
    });
  });

  it("puts trouble first and keeps names that are no UTF-8", async () => {
    const now = iso(Date.now());
    await put("idle", { ...born, last_heartbeat: now }, 480);
    await put("gone", {}, null);
    await client.sadd("rq:workers", Buffer.concat([Buffer.from("rq:worker:"), Buffer.from([0xff, 0xfe])]));
    const { workers, suspended, truncated } = await readWorkers(client, Date.now());
    expect(workers.map((worker) => worker.name)).toEqual(["b64:__4", "gone", "idle"]);
    expect({ suspended, truncated }).toEqual({ suspended: false, truncated: false });
  });

  it("reads a large index in bounded steps and says when it was cut", async () => {
    const pipeline = client.pipeline();
    for (let index = 0; index < 12_000; index += 1) pipeline.sadd("index", `m${index}`);
    await pipeline.exec();
    const all = await members(client, "index", 20_000);
    expect(all).toMatchObject({ complete: true });
    expect(all.members).toHaveLength(12_000);
    expect(await members(client, "index", 3_000)).toMatchObject({ complete: false });
  });
});

describe.skipIf(noRedis).each(rqMatrix)("real workers of RQ $id", ({ rq }) => {
  describe.skipIf(rq === null)("are read as they are", () => {
    let server: TestRedis;
    let driver: RqDriver;
    let worker: RqWorker;

    beforeAll(async () => {
      if (rq === null) return;
      server = await startRedis();
      driver = await startDriver(rq, server.url);
      worker = await startWorker(rq, server.url, { queues: ["high", "low"], name: "w1" });
    });
    afterEach(() => worker?.kill());
    afterAll(async () => {
      await driver?.stop();
      await server?.stop();
    });

    it("busy with its job and function, counted, then dead", async () => {
      const client = server.client();
      const read = async () => (await readWorkers(client, Date.now())).workers[0];
      for (let tries = 0; tries < 100 && (await read())?.state !== "idle"; tries += 1) await sleep(50);
      expect(await read()).toMatchObject({ name: "w1", state: "idle", alive: true, queues: ["high", "low"] });
      await driver.call("enqueue", { queue: "low", func: "vigia_jobs.echo" });
      const [id] = await driver.call<string[]>("enqueue", {
        queue: "low",
        func: "vigia_jobs.nap",
        args: [30],
      });
      for (let tries = 0; tries < 100 && (await read())?.current_job !== id; tries += 1) await sleep(50);
      expect(await read()).toMatchObject({
        state: "busy",
        current_job: id,
        current_job_func: "vigia_jobs.nap",
        successful_jobs: 1,
        failed_jobs: 0,
      });
      expect((await read())?.current_job_started_ms).toBeGreaterThan(Date.now() - 15_000);
      await worker.kill();
      await client.del("rq:worker:w1");
      expect(await read()).toMatchObject({ state: "dead", alive: false });
    });
  });
});
