import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Redis } from "ioredis";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Operation, RepairMode, Selector } from "@/lib/api/schemas/operations";
import { createOperations, type Operations } from "@/lib/operations/operations";
import type { Connection } from "@/lib/redis/connection";
import { rqActions } from "@/lib/rq/actions/actions";
import { streamActions } from "@/lib/streams/actions/actions";
import { noRedis, startRedis, type TestRedis } from "../redis";
import { type RqDriver, type RqWorker, rqMatrix, startDriver, startWorker } from "./harness";
import { connect, copyState, type Difference, differences, dump, urlOf } from "./oracle";

const me = { name: "tester", from: "127.0.0.1" };
const marks = mkdtempSync(join(tmpdir(), "vigia-repair-"));

describe.each(rqMatrix)("a repair beside RQ $id", ({ rq }) => {
  describe.skipIf(noRedis || rq === null)("of jobs whose worker is gone", () => {
    let server: TestRedis;
    let redis: Redis;
    /** RQ of database 0, and of database 1, where Vigia acts. */
    let drivers: [RqDriver, RqDriver];
    let connection: Connection;
    let operations: Operations;
    const workers: RqWorker[] = [];
    let jobs = 0;

    beforeAll(async () => {
      if (rq === null) return;
      server = await startRedis();
      redis = server.client();
      drivers = [await startDriver(rq, urlOf(server, 0)), await startDriver(rq, urlOf(server, 1))];
      connection = await connect(urlOf(server, 1));
      operations = createOperations({
        connection,
        actions: {
          rq: rqActions({ connection, failures: { idsOf: () => [] } }),
          streams: streamActions({ connection }),
        },
        log: pino({ level: "silent" }),
      });
    });
    beforeEach(() => redis.flushall());
    afterEach(async () => {
      for (const worker of workers.splice(0)) await worker.kill();
    });
    afterAll(async () => {
      await operations?.close();
      await connection?.close();
      for (const driver of drivers ?? []) await driver.stop();
      await server?.stop();
    });

    const markerOf = (id: string) => join(marks, `${rq?.id}-${id}`);
    const runs = (id: string) => readFileSync(markerOf(id), "utf8").split("\n").length - 1;

    /** A job that a real worker of that database runs now. */
    const running = async (db: 0 | 1, more: Record<string, unknown> = {}) => {
      if (rq === null) throw new Error("RQ is not there");
      const id = `lost-${++jobs}`;
      await drivers[db].call("enqueue", {
        func: "vigia_jobs.hang_once",
        args: [markerOf(id)],
        job_ids: [id],
        ...more,
      });
      const worker = await startWorker(rq, urlOf(server, db), { queues: ["default"], name: `w-${id}` });
      workers.push(worker);
      await expect
        .poll(() => drivers[db].call("status", { job_id: id }), { timeout: 20_000 })
        .toBe("started");
      return { id, worker };
    };
    const inDb1 = async <T>(look: (db1: Redis) => Promise<T>): Promise<T> => {
      await redis.select(1);
      const found = await look(redis);
      await redis.select(0);
      return found;
    };
    const repair = async (mode: RepairMode, selector: Selector): Promise<Operation> => {
      const { operation_id } = await operations.start({ action: "repair", selector, mode }, me);
      return (await operations.settled(operation_id, 30_000)).operation;
    };

    it("does nothing while the worker lives, is only paused, or its job has ended", async () => {
      const { id, worker } = await running(1);
      const here = { place: "started", queue: "default" } as const;
      for (const mode of ["enqueue", "fail"] as const)
        expect(await repair(mode, { ids: [id] })).toMatchObject({ done: 0, skipped: { "worker-alive": 1 } });
      process.kill(worker.pid, "SIGSTOP");
      expect(await repair("enqueue", { ids: [id] })).toMatchObject({
        done: 0,
        skipped: { "worker-alive": 1 },
      });
      // Of a place, only what is lost is meant at all.
      expect(await operations.preview({ action: "repair", selector: here, mode: "enqueue" })).toMatchObject({
        matched: 0,
        eligible: 0,
      });
      process.kill(worker.pid, "SIGCONT");
      await inDb1((db) => db.hset("rq:job:waits", { status: "queued", origin: "default", data: "x" }));
      expect(await repair("enqueue", { ids: ["waits"] })).toMatchObject({
        done: 0,
        skipped: { "not-running": 1 },
      });
      expect(runs(id)).toBe(1);
    });

    it.each(["key removed", "key expired"])(
      "enqueues again: a new worker runs it to its end, once (%s)",
      async (how) => {
        const { id, worker } = await running(1);
        await worker.kill();
        await inDb1((db) =>
          how === "key removed"
            ? db.del(`rq:worker:${worker.name}`)
            : db.pexpire(`rq:worker:${worker.name}`, 300),
        );
        await expect.poll(() => inDb1((db) => db.exists(`rq:worker:${worker.name}`))).toBe(0);
        const here = { place: "started", queue: "default" } as const;
        expect(await operations.preview({ action: "repair", selector: here, mode: "enqueue" })).toMatchObject(
          {
            matched: 1,
            eligible: 1,
            skipped: {},
            sample: [id],
          },
        );
        expect(await repair("enqueue", here)).toMatchObject({ state: "done", matched: 1, done: 1 });
        expect(await drivers[1].call("whereabouts", { job_id: id })).toMatchObject({
          position: 0,
          listed: [id],
        });
        await inDb1(async (db) => {
          expect(await db.exists("rq:wip:default", `rq:executions:${id}`)).toBe(0);
          expect(await db.keys("rq:execution:*")).toEqual([]);
          expect(await db.ttl(`rq:job:${id}`)).toBe(-1);
        });
        // Asked once more there is nothing left to do.
        expect(await repair("enqueue", { ids: [id] })).toMatchObject({
          done: 0,
          skipped: { "not-running": 1 },
        });
        if (rq === null) return;
        workers.push(await startWorker(rq, urlOf(server, 1), { queues: ["default"], name: `after-${id}` }));
        await expect
          .poll(() => drivers[1].call("status", { job_id: id }), { timeout: 20_000 })
          .toBe("finished");
        expect(runs(id)).toBe(2);
        expect(await inDb1((db) => db.xlen(`rq:results:${id}`))).toBe(1);
      },
    );

    /** RQ cleans up on database 0, Vigia repairs on its copy: what differs, besides the texts that hold a moment. */
    const compare = async (more: Record<string, unknown>): Promise<{ id: string; found: Difference[] }> => {
      const { id, worker } = await running(0, more);
      await worker.kill();
      await redis.del(`rq:worker:${worker.name}`);
      await copyState(redis);
      await drivers[0].call("cleanup_started", { queue: "default" });
      expect(await repair("fail", { ids: [id] })).toMatchObject({ state: "done", done: 1, skipped: {} });
      const found = differences(await dump(redis, 0), await dump(redis, 1));
      // RQ 2 leaves what it noted of the execution to its TTL.
      return {
        id,
        found: found.filter(({ key, vigia }) => !(/^rq:executions?:/.test(key) && vigia === null)),
      };
    };

    it.each([{}, { failure_ttl: 600 }, { failure_ttl: -1 }])(
      "marks as failed as RQ's cleanup does, key by key (%o)",
      async (more) => {
        const { id, found } = await compare(more);
        const text =
          rq?.id === "1.16"
            ? { key: `rq:job:${id}`, field: "exc_info" }
            : { key: `rq:results:${id}`, field: "(value)" };
        expect(found).toEqual([{ ...text, rq: expect.any(String), vigia: expect.any(String) }]);
        const [theirs, ours] = await Promise.all(
          drivers.map((driver) => driver.call<Record<string, unknown>>("fetch", { job_id: id })),
        );
        const dateless = (exc: unknown) => String(exc).replace(/at .*/, "");
        expect({ ...ours, exc: dateless(ours?.exc) }).toEqual({ ...theirs, exc: dateless(theirs?.exc) });
        expect(ours).toMatchObject({ status: "failed" });
        // RQ's own requeue takes it from there.
        await drivers[1].call("requeue", { job_id: id });
        expect(await drivers[1].call("status", { job_id: id })).toBe("queued");
      },
    );

    it.each([{ max: 2 }, { max: 2, interval: [30, 90] }])(
      "retries where retries are left, as RQ's cleanup does (%o)",
      async (retry) => {
        const { id, found } = await compare({ retry });
        expect(found).toEqual([]);
        expect(await drivers[1].call("fetch", { job_id: id })).toMatchObject({
          status: "interval" in retry ? "scheduled" : "queued",
          retries_left: 1,
        });
      },
    );

    it("leaves a job to RQ that would release others as it fails", async () => {
      const { id, worker } = await running(1);
      await drivers[1].call("enqueue", { job_ids: ["heir"], depends_on: id });
      await inDb1((db) => db.hset("rq:job:heir", "allow_dependency_failures", "1"));
      await worker.kill();
      await inDb1((db) => db.del(`rq:worker:${worker.name}`));
      expect(await repair("fail", { ids: [id] })).toMatchObject({ done: 0, skipped: { dependents: 1 } });
      expect(await repair("enqueue", { ids: [id] })).toMatchObject({ done: 1 });
    });
  });
});
