import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Redis } from "ioredis";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ItemOutcome } from "@/lib/api/schemas/operations";
import { createOperations, marksKey, type Operations } from "@/lib/operations/operations";
import type { Connection } from "@/lib/redis/connection";
import { rqActions } from "@/lib/rq/actions/actions";
import { jobKey } from "@/lib/rq/keys";
import { streamActions } from "@/lib/streams/actions/actions";
import { noRedis, startRedis, type TestRedis } from "../redis";
import { type RqDriver, rqMatrix, startDriver, startWorker } from "./harness";
import { connect, copyState, differences, dump, urlOf } from "./oracle";

const me = { name: "tester", from: "127.0.0.1" };
const log = pino({ level: "silent" });
const failures = { idsOf: () => [] };

describe.each(rqMatrix)("beside RQ $id", ({ rq }) => {
  describe.skipIf(noRedis || rq === null)("actions", () => {
    let server: TestRedis;
    let redis: Redis;
    let driver: RqDriver;
    let connection: Connection;
    let operations: Operations;

    beforeAll(async () => {
      if (rq === null) return;
      server = await startRedis();
      redis = server.client();
      driver = await startDriver(rq, urlOf(server, 0));
      connection = await connect(urlOf(server, 1));
      operations = createOperations({
        connection,
        actions: { rq: rqActions({ connection, failures }), streams: streamActions({ connection }) },
        log,
      });
    });
    beforeEach(() => redis.flushall());
    afterAll(async () => {
      await operations?.close();
      await connection?.close();
      await driver?.stop();
      await server?.stop();
    });

    const enqueue = async (more: Record<string, unknown> = {}): Promise<string> => {
      const [id] = await driver.call<string[]>("enqueue", more);
      if (id === undefined) throw new Error("RQ gave no id");
      return id;
    };
    /** Runs what is in the queues of one database with a real worker, to the end. */
    const work = async (db = 0, queues: string[] = ["default"]): Promise<void> => {
      if (rq === null) return;
      const worker = await startWorker(rq, urlOf(server, db), {
        queues,
        name: `w-${randomUUID()}`,
        burst: true,
      });
      await new Promise<void>((resolve) => {
        const look = () => {
          try {
            process.kill(worker.pid, 0);
            setTimeout(look, 50);
          } catch {
            resolve();
          }
        };
        look();
      });
    };
    const failed = async (more: Record<string, unknown> = {}): Promise<string> => {
      const id = await enqueue({ func: "vigia_jobs.fail", args: ["no"], ...more });
      await work();
      expect(await redis.hget(`rq:job:${id}`, "status")).toBe("failed");
      return id;
    };
    const act = (
      action: "retry" | "cancel" | "stop",
      id: string,
      operationId?: string,
    ): Promise<ItemOutcome> => operations.one(action, id, operationId, me);
    /** RQ acts on database 0, Vigia on its copy; what differs afterwards. */
    const compare = async (
      id: string,
      action: "retry" | "cancel",
      rqOp: string,
      args: Record<string, unknown> = {},
    ) => {
      await copyState(redis);
      await driver.call(rqOp, { job_id: id, ...args });
      expect(await act(action, id)).toMatchObject({ outcome: "done", reason: null });
      return differences(await dump(redis, 0), await dump(redis, 1));
    };
    const inDb1 = async <T>(look: (db1: Redis) => Promise<T>): Promise<T> => {
      await redis.select(1);
      const found = await look(redis);
      await redis.select(0);
      return found;
    };

    it("retry leaves every key as RQ's requeue does, but for the failure TTL that RQ leaves on the job", async () => {
      const id = await failed({ meta: { team: "billing" }, retry: null, result_ttl: 600 });
      expect(await compare(id, "retry", "requeue")).toEqual([
        { key: `rq:job:${id}`, field: "(ttl)", rq: expect.any(Number), vigia: -1 },
      ]);
    });

    it("retry of a job with a ttl of its own expires it after that, as RQ does", async () => {
      const id = await failed({ ttl: 900 });
      expect(await compare(id, "retry", "requeue")).toEqual([]);
      expect((await dump(redis, 1))[`rq:job:${id}`]?.ttl).toBeGreaterThan(800);
    });

    it("retry lists the queue in rq:queues, also where RQ 2 forgets it", async () => {
      const id = await failed();
      await redis.srem("rq:queues", "rq:queue:default");
      const found = (await compare(id, "retry", "requeue")).filter(({ field }) => field !== "(ttl)");
      expect(found).toEqual(
        rq?.id === "2" ? [{ key: "rq:queues", field: "(key)", rq: null, vigia: ["rq:queue:default"] }] : [],
      );
    });

    it("retry removes the mark of RQ's maintenance that would fail the next run", async () => {
      const id = await failed();
      const key = `rq:queue:default:intermediate:first_seen:${id}`;
      await redis.set(key, "1", "EX", 86_400);
      const found = (await compare(id, "retry", "requeue")).filter(({ field }) => field !== "(ttl)");
      expect(found).toEqual([{ key, field: "(key)", rq: "1", vigia: null }]);
    });

    it("retry writes no timeout into a job that has none, where RQ writes its default", async () => {
      const id = await failed();
      await redis.hdel(`rq:job:${id}`, "timeout");
      const found = (await compare(id, "retry", "requeue")).filter(({ field }) => field !== "(ttl)");
      expect(found).toEqual([{ key: `rq:job:${id}`, field: "timeout", rq: "180", vigia: null }]);
    });

    it("retry of a canceled job equals the requeue of RQ's canceled registry", async () => {
      const id = await enqueue({ args: [1] });
      await driver.call("cancel", { job_id: id });
      expect(await compare(id, "retry", "requeue", { registry: "canceled" })).toEqual([]);
    });

    it("cancel of a queued job equals RQ's", async () => {
      await enqueue();
      const id = await enqueue();
      await enqueue();
      expect(await compare(id, "cancel", "cancel")).toEqual([]);
    });

    it("cancel of a scheduled job equals RQ's", async () => {
      expect(await compare(await enqueue({ at_in: 3_600 }), "cancel", "cancel")).toEqual([]);
    });

    it("cancel of a deferred job equals RQ's, and also takes it from its parents", async () => {
      const parent = await enqueue();
      const id = await enqueue({ depends_on: parent });
      expect(await compare(id, "cancel", "cancel")).toEqual([
        { key: `rq:job:${parent}:dependents`, field: "(key)", rq: [id], vigia: null },
      ]);
    });

    it("a real worker runs a retried job once", async () => {
      const marker = `/tmp/vigia-${randomUUID()}`;
      const id = await enqueue({ func: "vigia_jobs.fail_once", args: [marker] });
      await work();
      await copyState(redis);
      await act("retry", id);
      const before = await inDb1((db) => db.xlen(`rq:results:${id}`));
      await work(1);
      expect(await inDb1((db) => db.hget(`rq:job:${id}`, "status"))).toBe("finished");
      expect(await inDb1((db) => db.xlen(`rq:results:${id}`))).toBe(before + 1);
    });

    it("a real worker does not run a canceled job", async () => {
      const id = await enqueue();
      await copyState(redis);
      await act("cancel", id);
      await work(1);
      expect(await inDb1((db) => db.hget(`rq:job:${id}`, "status"))).toBe("canceled");
      expect(await inDb1((db) => db.exists(`rq:results:${id}`))).toBe(0);
    });

    it("gives one push to 50 callers at once, and tells the others that it is queued", async () => {
      const id = await failed();
      await copyState(redis);
      const other = await connect(urlOf(server, 1));
      const second = createOperations({
        connection: other,
        actions: {
          rq: rqActions({ connection: other, failures }),
          streams: streamActions({ connection: other }),
        },
        log,
      });
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, i) => (i % 2 ? operations : second).one("retry", id, undefined, me)),
      );
      await other.close();
      expect(outcomes.filter(({ outcome }) => outcome === "done")).toHaveLength(1);
      expect(
        outcomes.filter(({ reason, status }) => reason === "conflict" && status === "queued"),
      ).toHaveLength(49);
      expect(await inDb1((db) => db.lrange("rq:queue:default", 0, -1))).toEqual([id]);
    });

    it("gives a double click with one operation id one effect and one answer", async () => {
      const id = await failed();
      await copyState(redis);
      const operationId = randomUUID();
      const outcomes = await Promise.all([1, 2, 3].map(() => act("retry", id, operationId)));
      expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
      expect(outcomes[0]).toMatchObject({ outcome: "done", status: "queued" });
      expect(await inDb1((db) => db.llen("rq:queue:default"))).toBe(1);
      expect(await inDb1((db) => db.ttl(marksKey(operationId)))).toBeGreaterThan(86_000);
      await expect(act("cancel", id, operationId)).rejects.toMatchObject({ code: "CONFLICT" });
    });

    it("removes the ghost when a job's hash is gone, and calls it gone", async () => {
      const id = await failed();
      await redis.del(`rq:job:${id}`);
      await copyState(redis);
      const operation = await operations.start(
        { action: "retry", selector: { queue: "default", place: "failed" } },
        me,
      );
      await expect.poll(() => operation.state).toBe("done");
      expect(operation.skipped).toEqual({ gone: 1 });
      expect(await inDb1((db) => db.zcard("rq:failed:default"))).toBe(0);
      expect(await act("retry", id)).toMatchObject({ outcome: "skipped", reason: "gone" });
    });

    it("changes nothing of a job that a worker took meanwhile", async () => {
      const id = await failed();
      await redis.hset(`rq:job:${id}`, "status", "started");
      await copyState(redis);
      const before = await dump(redis, 1);
      expect(await act("retry", id)).toMatchObject({
        outcome: "skipped",
        reason: "conflict",
        status: "started",
      });
      expect(await act("cancel", id)).toMatchObject({ outcome: "skipped", reason: "use-stop" });
      expect(await dump(redis, 1)).toEqual(before);
    });

    it("says starting of a job that a worker has popped and not begun", async () => {
      const id = await enqueue();
      await redis.lmove("rq:queue:default", "rq:queue:default:intermediate", "LEFT", "RIGHT");
      await copyState(redis);
      const before = await dump(redis, 1);
      expect(await act("cancel", id)).toMatchObject({ reason: "starting", status: "queued" });
      expect(await dump(redis, 1)).toEqual(before);
    });

    it("refuses to cancel what no longer waits", async () => {
      const id = await failed();
      await copyState(redis);
      const before = await dump(redis, 1);
      expect(await act("cancel", id)).toMatchObject({ reason: "conflict", status: "failed" });
      expect(await dump(redis, 1)).toEqual(before);
    });

    it("refuses jobs with a rate limit", async () => {
      const [id, waiting] = [await failed(), await enqueue()];
      await redis.hset(`rq:job:${id}`, "rate_limit_key", "k");
      await redis.hset(`rq:job:${waiting}`, "rate_limit_key", "k");
      await copyState(redis);
      const before = await dump(redis, 1);
      expect(await act("retry", id)).toMatchObject({ reason: "unsupported", status: "failed" });
      expect(await act("cancel", waiting)).toMatchObject({ reason: "unsupported", status: "queued" });
      expect(await dump(redis, 1)).toEqual(before);
    });

    it("makes a worker that finishes the parent look again when its child is canceled", async () => {
      const parent = await enqueue();
      const id = await enqueue({ depends_on: parent });
      await copyState(redis);
      const worker = server.client({ db: 1 });
      await worker.watch(`rq:job:${parent}:dependents`);
      expect(await act("cancel", id)).toMatchObject({ outcome: "done" });
      expect(await worker.multi().rpush("rq:queue:default", id).exec()).toBeNull();
    });

    it("leaves a job loadable for RQ", async () => {
      const id = await failed({ args: ["x"], meta: { a: 1 } });
      await copyState(redis);
      await act("retry", id);
      if (rq === null) return;
      const reader = await startDriver(rq, urlOf(server, 1));
      expect(await reader.call("fetch", { job_id: id })).toMatchObject({
        status: "queued",
        func_name: "vigia_jobs.fail",
        meta: "{'a': 1}",
      });
      await reader.stop();
    });

    it("stops a running job and says what its worker made of it", async () => {
      const id = await enqueue({ func: "vigia_jobs.nap", args: [60] });
      await copyState(redis);
      if (rq === null) return;
      const worker = await startWorker(rq, urlOf(server, 1), { queues: ["default"], name: "stoppable" });
      await expect
        .poll(() => inDb1((db) => db.hget(`rq:job:${id}`, "status")), { timeout: 10_000 })
        .toBe("started");
      const operationId = randomUUID();
      const outcome = await act("stop", id, operationId);
      expect(outcome).toMatchObject({ outcome: "done", status: "stopped", final: "stopped" });
      expect(await act("stop", id, operationId)).toEqual(outcome);
      expect(await act("stop", id)).toMatchObject({ reason: "not-running", status: "stopped" });
      expect(await inDb1((db) => db.zscore("rq:failed:default", id))).not.toBeNull();
      await worker.stop();
    });

    it("tells a worker once about a run, whoever asks, because a second command would kill the worker", async () => {
      const nap = { func: "vigia_jobs.nap", args: [60], on_stopped: "vigia_jobs.dawdle" };
      const id = await enqueue(nap);
      await copyState(redis);
      if (rq === null) return;
      const worker = await startWorker(rq, urlOf(server, 1), { queues: ["default"], name: "spared" });
      const heard: string[] = [];
      const listener = server.client();
      listener.on("message", (_channel, message) => heard.push(message));
      await listener.subscribe("rq:pubsub:spared");
      const started = () =>
        expect
          .poll(() => inDb1((db) => db.hget(`rq:job:${id}`, "status")), { timeout: 10_000 })
          .toBe("started");
      await started();
      const first = act("stop", id);
      // By now the work-horse is gone, and the callback runs.
      await new Promise((resolve) => setTimeout(resolve, 400));
      const stopped = { outcome: "done", status: "stopped", final: "stopped" };
      expect(await act("stop", id)).toMatchObject(stopped);
      expect(await first).toMatchObject(stopped);
      expect(heard).toHaveLength(1);
      // It lives, and hears of the next run.
      expect(await act("retry", id)).toMatchObject({ outcome: "done" });
      await started();
      expect(await act("stop", id)).toMatchObject(stopped);
      expect(heard).toHaveLength(2);
      await worker.stop();
    });

    it("says worker-gone when nobody listens for the command", async () => {
      const id = await enqueue({ func: "vigia_jobs.nap", args: [60] });
      await copyState(redis);
      if (rq === null) return;
      const worker = await startWorker(rq, urlOf(server, 1), { queues: ["default"], name: "doomed" });
      await expect
        .poll(() => inDb1((db) => db.hget(`rq:job:${id}`, "status")), { timeout: 10_000 })
        .toBe("started");
      const horses = readFileSync(`/proc/${worker.pid}/task/${worker.pid}/children`, "utf8");
      await worker.kill();
      // A work-horse outlives its worker, and holds the worker's subscription open as long as it runs.
      for (const pid of horses.trim().split(" ")) process.kill(Number(pid), "SIGKILL");
      await expect.poll(() => redis.pubsub("NUMSUB", "rq:pubsub:doomed")).toEqual(["rq:pubsub:doomed", 0]);
      expect(await act("stop", id)).toMatchObject({
        outcome: "skipped",
        reason: "worker-gone",
        status: "started",
      });
    });

    it("acts on ids and queues that are any bytes", async () => {
      const id = await failed();
      const [oddId, oddQueue] = [Buffer.from([0xff, 0xfe, 0, 0x3a, 0x0d]), Buffer.from([0xfd, 0x2f, 0x3a])];
      const name = (bytes: Buffer) => `b64:${bytes.toString("base64url")}`;
      await redis.rename(`rq:job:${id}`, Buffer.concat([Buffer.from("rq:job:"), oddId]));
      await redis.hset(Buffer.concat([Buffer.from("rq:job:"), oddId]), "origin", oddQueue);
      await redis.zadd(Buffer.concat([Buffer.from("rq:failed:"), oddQueue]), 2e9, oddId);
      await copyState(redis);
      expect(await act("retry", name(oddId))).toMatchObject({ outcome: "done", status: "queued" });
      const list = Buffer.concat([Buffer.from("rq:queue:"), oddQueue]);
      expect(await inDb1((db) => db.lrangeBuffer(list, 0, -1))).toEqual([oddId]);
      expect(await act("cancel", name(oddId))).toMatchObject({ outcome: "done", status: "canceled" });
      expect(await inDb1((db) => db.hget(jobKey(name(oddId)), "status"))).toBe("canceled");
    });
  });
});
