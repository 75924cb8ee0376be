import type { Redis } from "ioredis";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Operation } from "@/lib/api/schemas/operations";
import { createOperations, type Operations } from "@/lib/operations/operations";
import type { Connection } from "@/lib/redis/connection";
import { rqActions } from "@/lib/rq/actions/actions";
import { streamActions } from "@/lib/streams/actions/actions";
import { noRedis, startRedis, type TestRedis } from "../redis";
import { type RqDriver, rqMatrix, startDriver, startWorker } from "./harness";
import { connect, copyState, differences, dump, urlOf } from "./oracle";

const me = { name: "tester", from: "127.0.0.1" };

describe.each(rqMatrix)("a move beside RQ $id", ({ rq }) => {
  describe.skipIf(noRedis || rq === null)("to another queue", () => {
    let server: TestRedis;
    let redis: Redis;
    let db0: RqDriver;
    let db1: RqDriver;
    let connection: Connection;
    let operations: Operations;

    beforeAll(async () => {
      if (rq === null) return;
      server = await startRedis();
      redis = server.client();
      db0 = await startDriver(rq, urlOf(server, 0));
      db1 = await startDriver(rq, urlOf(server, 1));
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
    afterAll(async () => {
      await operations?.close();
      await connection?.close();
      await db0?.stop();
      await db1?.stop();
      await server?.stop();
    });

    const move = async (
      selector: { ids: string[] } | { place: "queued"; queue: string },
      to: string,
      at_front = false,
    ): Promise<Operation> => {
      const { operation_id } = await operations.start({ action: "move", selector, to, at_front }, me);
      return (await operations.settled(operation_id, 30_000)).operation;
    };
    const oneId = (ids: string[]): string => {
      const [id] = ids;
      if (id === undefined) throw new Error("RQ gave no id");
      return id;
    };

    it.each([false, true])(
      "leaves every key as RQ's own API does (at_front %s), but for enqueued_at",
      async (at_front) => {
        const ids = await db0.call<string[]>("enqueue", { queue: "mial", count: 3, args: [1], ttl: 900 });
        await db0.call("enqueue", { queue: "mail", args: [2] });
        const middle = oneId(ids.slice(1));
        await copyState(redis);
        await db0.call("enqueue_elsewhere", { job_id: middle, to: "mail", at_front });
        expect(await move({ ids: [middle] }, "mail", at_front)).toMatchObject({ state: "done", done: 1 });
        expect(differences(await dump(redis, 0), await dump(redis, 1))).toEqual([]);
        const since = async (db: number) => {
          await redis.select(db);
          return Date.parse((await redis.hget(`rq:job:${middle}`, "enqueued_at")) ?? "");
        };
        // RQ makes it look as if it had just come; here it keeps the time since which it waits.
        const ours = await since(1);
        expect(await since(0)).toBeGreaterThan(ours);
      },
    );

    it("is where RQ looks for it, and a worker of the target runs it exactly once", async () => {
      const ids = await db1.call<string[]>("enqueue", {
        queue: "mial",
        count: 3,
        func: "vigia_jobs.add",
        args: [1, 2],
      });
      await db1.call("enqueue", { queue: "mail", args: [5], job_ids: ["before"] });
      expect(await move({ place: "queued", queue: "mial" }, "mail")).toMatchObject({
        state: "done",
        done: 3,
      });
      expect(await db1.call("whereabouts", { job_id: oneId(ids.slice(2)) })).toEqual({
        origin: "mail",
        position: 3,
        listed: ["before", ...ids],
        queues: ["mail", "mial"],
      });
      if (rq === null) return;
      const worker = await startWorker(rq, urlOf(server, 1), {
        queues: ["mail"],
        name: "of-mail",
        simple: true,
      });
      for (const id of ids)
        await expect.poll(() => db1.call("status", { job_id: id }), { timeout: 20_000 }).toBe("finished");
      await worker.stop();
      await redis.select(1);
      expect(await Promise.all(ids.map((id) => redis.xlen(`rq:results:${id}`)))).toEqual([1, 1, 1]);
      // Nothing is left behind under either name, in no list and no registry.
      const left = ["mial", "mail"].flatMap((queue) => [
        `rq:queue:${queue}:intermediate`,
        `rq:wip:${queue}`,
        `rq:queue:${queue}`,
      ]);
      expect(await redis.exists(...left)).toBe(0);
      expect((await redis.zrange("rq:finished:mail", "0", "-1")).sort()).toEqual(["before", ...ids].sort());
      expect(await redis.exists("rq:finished:mial")).toBe(0);
      await redis.select(0);
    });

    it("leaves a job alone that a worker has popped, and one that runs", async () => {
      const id = oneId(
        await db1.call<string[]>("enqueue", { queue: "mial", func: "vigia_jobs.nap", args: [60] }),
      );
      await redis.select(1);
      await redis.lmove("rq:queue:mial", "rq:queue:mial:intermediate", "LEFT", "RIGHT");
      expect(await move({ ids: [id] }, "mail")).toMatchObject({ done: 0, skipped: { starting: 1 } });
      await redis.lmove("rq:queue:mial:intermediate", "rq:queue:mial", "LEFT", "RIGHT");
      await redis.select(0);
      if (rq === null) return;
      const worker = await startWorker(rq, urlOf(server, 1), { queues: ["mial"], name: "of-mial" });
      await expect.poll(() => db1.call("status", { job_id: id }), { timeout: 20_000 }).toBe("started");
      expect(await move({ ids: [id] }, "mail")).toMatchObject({ done: 0, skipped: { running: 1 } });
      await worker.kill();
    });
  });
});
