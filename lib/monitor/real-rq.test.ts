/** The first problems, made by real RQ: a worker that is killed in a job, and jobs that fail alike. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRedisUrl } from "@/lib/config";
import { type Connection, openConnection } from "@/lib/redis/connection";
import { createFailureIndex } from "@/lib/rq/failure-index";
import { createRqSource } from "@/lib/rq/source";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { type RqDriver, rqMatrix, startDriver, startWorker } from "@/test/rq/harness";
import { createMonitor, type Monitor } from "./monitor";

async function until(holds: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("it never held");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const FULL = process.env.VIGIA_FULL === "1";

describe.skipIf(noRedis).each(rqMatrix)("with RQ $id the monitor", ({ rq }) => {
  describe.skipIf(rq === null)("tells", () => {
    let server: TestRedis;
    let driver: RqDriver;
    let connection: Connection;
    let monitor: Monitor;

    beforeAll(async () => {
      if (rq === null) return;
      server = await startRedis();
      driver = await startDriver(rq, server.url);
      const target = parseRedisUrl("main", server.url);
      if (typeof target === "string") throw new Error(target);
      connection = openConnection(target, { readOnly: true });
      monitor = createMonitor({
        connection,
        sources: [createRqSource({ failures: createFailureIndex() })],
        intervalMs: 500,
        redisFrom: "REDIS_URL",
        readOnly: true,
      });
      monitor.start();
      monitor.subscribe(() => undefined);
    });
    afterAll(async () => {
      await monitor?.stop();
      await connection?.close();
      await driver?.stop();
      await server?.stop();
    });

    const problem = (kind: string) => monitor.problems().find(({ evidence }) => evidence.kind === kind);

    it("of a job whose worker was killed, and no more when the job is gone", {
      timeout: 60_000,
    }, async () => {
      if (rq === null) return;
      const client = server.client();
      const worker = await startWorker(rq, server.url, { queues: ["naps"], name: "sleeper" });
      const [id] = await driver.call<string[]>("enqueue", {
        queue: "naps",
        func: "vigia_jobs.nap",
        args: [60],
        job_ids: ["the-nap"],
      });
      await until(() => monitor.overview().totals.workers_busy === 1);
      await until(async () => (await client.hget(`rq:job:${id}`, "status")) === "started");
      expect(problem("job-worker-gone")).toBeUndefined();
      await worker.kill();
      // What its TTL would do 90 s later.
      await client.del("rq:worker:sleeper");
      await until(() => problem("job-worker-gone") !== undefined);
      expect(problem("job-worker-gone")?.evidence).toMatchObject({
        queue: "naps",
        total: 1,
        cleanup_expected: false,
        jobs: [{ job_id: "the-nap", func_name: "vigia_jobs.nap", worker_name: "sleeper" }],
      });
      await driver.call("enqueue", { queue: "naps", func: "vigia_jobs.echo", job_ids: ["waits"] });
      await until(() => problem("queue-no-worker") !== undefined);
      expect(problem("queue-no-worker")?.evidence).toMatchObject({
        queue: "naps",
        last_worker: "sleeper",
        last_worker_died: true,
      });
      await client.del("rq:queue:naps");
      await until(() => problem("queue-no-worker") === undefined);
      await client.del("rq:wip:naps");
      await until(() => problem("job-worker-gone") === undefined);
    });

    it("of jobs that failed alike, with the cause", { timeout: 60_000 }, async () => {
      if (rq === null) return;
      await driver.call("enqueue", { queue: "uploads", func: "vigia_jobs.upload", args: [1], count: 6 });
      await until(() => problem("queue-no-worker") !== undefined);
      const worker = await startWorker(rq, server.url, { queues: ["uploads"], name: "w", simple: true });
      await until(() => problem("same-failure") !== undefined);
      expect(problem("same-failure")).toMatchObject({
        severity: "failing",
        evidence: { error_type: "TimeoutError", jobs: 6, queues: [{ name: "uploads", jobs: 6 }] },
      });
      await until(() => problem("queue-no-worker") === undefined);
      const { totals } = monitor.overview();
      expect(totals).toMatchObject({ failed: 6, failed_last_hour: 6, runs_last_hour: 6, workers_live: 1 });
      await worker.stop();
    });

    it("of a job that its living worker does not end, and of a worker that signed off", {
      timeout: 60_000,
    }, async () => {
      if (rq === null) return;
      const client = server.client();
      const worker = await startWorker(rq, server.url, { queues: ["slow"], name: "patient" });
      await driver.call("enqueue", {
        queue: "slow",
        func: "vigia_jobs.nap",
        args: [60],
        job_ids: ["endless"],
      });
      await until(async () => (await client.hget("rq:job:endless", "status")) === "started");
      // As if it had begun an hour ago, far beyond its limit of three minutes.
      await client.hset("rq:job:endless", "started_at", new Date(Date.now() - 3_600_000).toISOString());
      await until(() => problem("job-overruns") !== undefined);
      expect(problem("job-overruns")).toMatchObject({
        id: "job-overruns:slow",
        severity: "degraded",
        evidence: {
          total: 1,
          jobs: [{ job_id: "endless", func_name: "vigia_jobs.nap", worker_name: "patient", by: "timeout" }],
        },
      });
      await driver.call("stop", { job_id: "endless" });
      await until(() => problem("job-overruns") === undefined);
      await worker.stop();
      await driver.call("enqueue", { queue: "slow", func: "vigia_jobs.echo", job_ids: ["late"] });
      await until(() => problem("queue-no-worker") !== undefined);
      expect(problem("queue-no-worker")?.evidence).toMatchObject({
        queue: "slow",
        last_worker: "patient",
        last_worker_died: false,
      });
      await client.del("rq:queue:slow");
      await until(() => problem("queue-no-worker") === undefined);
    });

    // Growth needs a minute of history before it may be told.
    it.skipIf(!FULL)(
      "of a queue that takes in more than its worker finishes, and how many more it needs",
      {
        timeout: 180_000,
      },
      async () => {
        if (rq === null) return;
        const worker = await startWorker(rq, server.url, { queues: ["flood"], name: "overworked" });
        const enqueue = () =>
          driver.call("enqueue", { queue: "flood", func: "vigia_jobs.nap", args: [1], count: 3 });
        const grown = () => problem("backlog-grows");
        await until(async () => {
          await enqueue();
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          return grown() !== undefined;
        }, 150_000);
        const evidence = grown()?.evidence;
        expect(evidence).toMatchObject({ kind: "backlog-grows", queue: "flood", workers_live: 1 });
        if (evidence?.kind !== "backlog-grows") throw new Error("another kind");
        expect(evidence.in_per_s ?? 0).toBeGreaterThan(evidence.out_per_s ?? 0);
        expect(evidence.grew_by).toBeGreaterThan(20);
        await worker.kill();
        await server.client().del("rq:queue:flood");
        await until(() => grown() === undefined);
      },
    );
  });
});
