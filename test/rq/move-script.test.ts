import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Operation, Selector } from "@/lib/api/schemas/operations";
import { keyOf, nameFromBytes, nameFromText } from "@/lib/names";
import { createOperations, marksKey, type Operations } from "@/lib/operations/operations";
import type { Connection } from "@/lib/redis/connection";
import { rqActions } from "@/lib/rq/actions/actions";
import { streamActions } from "@/lib/streams/actions/actions";
import { startProxy } from "../conservation/proxy";
import { noRedis, startRedis, type TestRedis } from "../redis";
import { connect } from "./oracle";

const me = { name: "tester", from: "127.0.0.1" };

describe.skipIf(noRedis)("a move", () => {
  let server: TestRedis;
  let redis: Redis;
  let connection: Connection;
  let operations: Operations;

  const dashboard = (to: Connection): Operations =>
    createOperations({
      connection: to,
      actions: {
        rq: rqActions({ connection: to, failures: { idsOf: () => [] } }),
        streams: streamActions({ connection: to }),
      },
      log: pino({ level: "silent" }),
    });

  beforeAll(async () => {
    server = await startRedis();
    redis = server.client();
    connection = await connect(server.url);
    operations = dashboard(connection);
  });
  beforeEach(() => redis.flushall());
  afterAll(async () => {
    await operations?.close();
    await connection?.close();
    await server?.stop();
  });

  /** Waiting jobs of a queue, the first one the next to run. */
  async function waiting(
    queue: string,
    ids: readonly string[],
    more: Record<string, string> = {},
  ): Promise<void> {
    const pipeline = redis.pipeline();
    pipeline.sadd("rq:queues", keyOf("rq:queue:", queue));
    ids.forEach((id, at) => {
      const enqueued_at = `2026-01-01T00:00:00.${String(at).padStart(6, "0")}Z`;
      pipeline.hset(`rq:job:${id}`, { status: "queued", data: "x", enqueued_at, ...more });
      pipeline.hset(`rq:job:${id}`, "origin", Buffer.from(keyOf("", queue)));
      pipeline.rpush(keyOf("rq:queue:", queue), id);
    });
    await pipeline.exec();
  }
  const listOf = (queue: string) => redis.lrange(keyOf("rq:queue:", queue), 0, -1);
  const move = async (selector: Selector, to: string, at_front = false): Promise<Operation> => {
    const { operation_id } = await operations.start({ action: "move", selector, to, at_front }, me);
    return (await operations.settled(operation_id, 30_000)).operation;
  };
  /** A dashboard whose Redis user may not run one command. */
  async function without<T>(denied: string, run: (limited: Operations) => Promise<T>): Promise<T> {
    await redis.call(
      "ACL",
      "SETUSER",
      "limited",
      "reset",
      "on",
      ">secret-one",
      "~*",
      "&*",
      "+@all",
      `-${denied}`,
    );
    const behind = await connect(`redis://limited:secret-one@127.0.0.1:${server.port}/0`);
    const limited = dashboard(behind);
    const found = await run(limited);
    await limited.close();
    await behind.close();
    return found;
  }
  const numbered = (count: number) => Array.from({ length: count }, (_, at) => `job-${at}`);

  it.each([false, true])("keeps the order of 1,000 jobs (at_front %s)", async (at_front) => {
    const ids = numbered(1_000);
    await waiting("a", ids);
    await waiting("b", ["x", "y"]);
    expect(await move({ place: "queued", queue: "a" }, "b", at_front)).toMatchObject({
      state: "done",
      done: 1_000,
      to: "b",
      at_front,
    });
    expect(await listOf("b")).toEqual(at_front ? [...ids, "x", "y"] : ["x", "y", ...ids]);
    expect(await redis.exists("rq:queue:a")).toBe(0);
    expect(await redis.hget("rq:job:job-999", "origin")).toBe("b");
  });

  it("moves a selection of several queues, the longest waiting first", async () => {
    await waiting("a", ["a0", "a1"]);
    await waiting("c", ["c0", "c1"], { enqueued_at: "2025-01-01T00:00:00.000000Z" });
    expect(await move({ ids: ["a1", "a0", "c0"] }, "b")).toMatchObject({ done: 3 });
    expect(await listOf("b")).toEqual(["c0", "a0", "a1"]);
    expect([await listOf("a"), await listOf("c")]).toEqual([[], ["c1"]]);
  });

  it("leaves the job's own times and TTL as they are", async () => {
    await waiting("a", ["j"], { ttl: "500", enqueued_at: "2026-01-01T00:00:00.000007Z" });
    await redis.expire("rq:job:j", 500);
    const before = await redis.hgetall("rq:job:j");
    await move({ ids: ["j"] }, "b");
    expect(await redis.hgetall("rq:job:j")).toEqual({ ...before, origin: "b" });
    expect(await redis.ttl("rq:job:j")).toBeGreaterThan(490);
    expect(await redis.smembers("rq:queues")).toContain("rq:queue:b");
  });

  it("says why it leaves a job alone, and changes nothing of it", async () => {
    await waiting("a", ["ghost", "odd", "limited", "listed-elsewhere", "popped", "nowhere"]);
    await waiting("b", ["there"]);
    await redis.del("rq:job:ghost", "rq:job:odd");
    await redis.set("rq:job:odd", "no hash");
    await redis.hset("rq:job:limited", "rate_limit_key", "api");
    await redis.hset("rq:job:listed-elsewhere", "origin", "c");
    await redis.lrem("rq:queue:a", 1, "popped");
    await redis.rpush("rq:queue:a:intermediate", "popped");
    await redis.lrem("rq:queue:a", 1, "nowhere");
    for (const status of ["started", "finished", "failed", "deferred", "scheduled", "canceled"])
      await redis.hset(`rq:job:${status}`, { status, origin: "a", data: "x" });
    const reasons: Record<string, string> = {
      limited: "unsupported",
      "listed-elsewhere": "not-in-queue",
      popped: "starting",
      nowhere: "not-in-queue",
      there: "same-queue",
      started: "running",
      finished: "conflict",
      failed: "conflict",
      deferred: "conflict",
      scheduled: "conflict",
      canceled: "conflict",
      absent: "gone",
    };
    const before = await listOf("b");
    const { items, done } = await move({ ids: Object.keys(reasons) }, "b");
    expect(done).toBe(0);
    expect(Object.fromEntries(items.map(({ id, reason }) => [id, reason]))).toEqual(reasons);
    expect(await listOf("b")).toEqual(before);
    // Of a whole queue, what its list holds is all there is to go by.
    const { items: listed } = await move({ place: "queued", queue: "a" }, "b");
    expect(Object.fromEntries(listed.map(({ id, reason }) => [id, reason]))).toEqual({
      ghost: "gone",
      odd: "wrong-type",
      limited: "unsupported",
      "listed-elsewhere": "moved",
    });
    expect(await listOf("a")).toEqual(["odd", "limited", "listed-elsewhere"]);
    expect(await listOf("b")).toEqual(before);
  });

  it("refuses what can be no target, and a queue that is not named", async () => {
    await waiting("a", ["j"]);
    const ids = { ids: ["j"] };
    const asked: [Selector, string][] = [
      [ids, ""],
      [ids, "b64:"],
      [ids, "b64:!!"],
      [ids, "a/b"],
      [ids, "a:intermediate"],
      [ids, "x".repeat(5_000)],
      [{ place: "queued" }, "b"],
      [{ place: "queued", queue: "a" }, "a"],
      [{ place: "deferred", queue: "a" }, "b"],
    ];
    for (const [selector, to] of asked) {
      await expect(move(selector, to)).rejects.toMatchObject({ code: "INVALID_INPUT" });
      await expect(
        operations.preview({ action: "move", selector, to, at_front: false }),
      ).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
    expect(await redis.keys("vigia:*")).toEqual([]);
  });

  it("moves from and to queues whose names are any bytes, with a slash, or very long", async () => {
    const names = [
      nameFromBytes(Buffer.from([0xff, 0x00, 0x2f, 0x3a, 0x0d])),
      nameFromText("team/mail:urgent, now"),
      "b64",
      "é".repeat(2_000),
    ];
    await waiting("a", ["j"]);
    let from = "a";
    for (const to of names) {
      expect(await move({ place: "queued", queue: from }, to)).toMatchObject({ done: 1 });
      expect(await redis.hgetBuffer("rq:job:j", "origin")).toEqual(Buffer.from(keyOf("", to)));
      expect([await listOf(from), await listOf(to)]).toEqual([[], ["j"]]);
      from = to;
    }
  });

  it("leaves everything as it is where the target's key is of another type", async () => {
    await waiting("a", ["j"]);
    await redis.set("rq:queue:b", "no list");
    expect(await move({ ids: ["j"] }, "b")).toMatchObject({ done: 0, skipped: { "wrong-type": 1 } });
    expect(await listOf("a")).toEqual(["j"]);
  });

  it.each(["rpush", "lpush", "lrem", "hset", "sadd", "del", "expire"])(
    "says that %s may not be done, and changes nothing",
    async (denied) => {
      await waiting("a", ["i", "j"]);
      const asked = {
        action: "move" as const,
        selector: { queue: "a", place: "queued" as const },
        to: "b",
        at_front: denied === "lpush",
      };
      const operation = await without(denied, async (limited) => {
        const { operation_id } = await limited.start(asked, me);
        return (await limited.settled(operation_id, 10_000)).operation;
      });
      expect(operation).toMatchObject({ state: "failed", done: 0 });
      expect(operation.error).toContain(denied.toUpperCase());
      expect(await listOf("a")).toEqual(["i", "j"]);
      expect(await redis.hget("rq:job:i", "origin")).toBe("a");
      expect(await redis.exists("rq:queue:b")).toBe(0);
    },
  );

  it("does nothing twice for one operation id, also from another dashboard", async () => {
    await waiting("a", ["j"]);
    const other = await connect(server.url);
    const again = dashboard(other);
    const asked = { action: "move" as const, selector: { ids: ["j"] }, at_front: false };
    const operation_id = randomUUID();
    const begin = async (from: Operations, to: string) => {
      await from.start({ ...asked, to, operation_id }, me);
      return (await from.settled(operation_id, 5_000)).operation;
    };
    expect(await begin(operations, "b")).toMatchObject({ done: 1 });
    // Somebody moves it on; the repeat must not bring it back.
    await move({ ids: ["j"] }, "c");
    expect(await begin(again, "b")).toMatchObject({ done: 1, left: 0 });
    expect([await listOf("a"), await listOf("b"), await listOf("c")]).toEqual([[], [], ["j"]]);
    await expect(operations.start({ ...asked, to: "d", operation_id }, me)).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await again.close();
    await other.close();
  });

  it("moves each job once when the reply is lost", async () => {
    const ids = numbered(300);
    await waiting("a", ids);
    const proxy = await startProxy(server.port);
    const behind = await connect(`redis://127.0.0.1:${proxy.port}/0`);
    const cut = dashboard(behind);
    proxy.cutReplyTo(marksKey(""));
    const { operation_id } = await cut.start(
      { action: "move", selector: { place: "queued", queue: "a" }, to: "b", at_front: false },
      me,
    );
    expect((await cut.settled(operation_id, 30_000)).operation).toMatchObject({ done: 300, unknown: 0 });
    expect(proxy.cuts).toBe(1);
    expect(await listOf("b")).toEqual(ids);
    await cut.close();
    await behind.close();
    await proxy.stop();
  });

  it("tells before whether somebody listens to the target", async () => {
    await waiting("a", ["j"]);
    const seen = async (to: string) =>
      (await operations.preview({ action: "move", selector: { ids: ["j"] }, to, at_front: false })).target;
    expect(await seen("b")).toEqual({ known: false, listeners: 0 });
    await redis.sadd("rq:queues", "rq:queue:b");
    await redis.sadd("rq:workers:b", "rq:worker:lives", "rq:worker:left", "rq:worker:gone");
    await redis.hset("rq:worker:lives", "birth", "2026-01-01T00:00:00.000000Z");
    await redis.hset("rq:worker:left", {
      birth: "2026-01-01T00:00:00.000000Z",
      death: "2026-01-01T00:00:01.000000Z",
    });
    expect(await seen("b")).toEqual({ known: true, listeners: 1 });
  });

  it("finds 5,000 jobs at the head of their list: no call holds Redis for long", async () => {
    await waiting("a", numbered(5_000));
    await redis.config("SET", "slowlog-log-slower-than", "0");
    await redis.config("SET", "slowlog-max-len", "100000");
    await redis.slowlog("RESET");
    await move({ place: "queued", queue: "a" }, "b");
    const slow = (await redis.call("SLOWLOG", "GET", "100000")) as [number, number, number, string[]][];
    const scripts = slow.filter(([, , , [name]]) => /^eval/i.test(name ?? "")).map(([, , us]) => us);
    expect(scripts.length).toBeGreaterThan(10);
    expect(Math.max(...scripts)).toBeLessThan(50_000);
  });
});
