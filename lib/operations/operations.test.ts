import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Cut, type CuttingProxy, startProxy } from "@/test/conservation/proxy";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { connect } from "@/test/rq/oracle";
import { operationRequest } from "../api/schemas/operations";
import type { Connection } from "../redis/connection";
import { rqActions } from "../rq/actions/actions";
import { streamActions } from "../streams/actions/actions";
import { createOperations, marksKey, type Operations } from "./operations";

const me = { name: "tester", from: "127.0.0.1" };
const lines: Record<string, unknown>[] = [];
const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });

describe.skipIf(noRedis)("operations", () => {
  let server: TestRedis;
  let proxy: CuttingProxy;
  let redis: Redis;
  let connection: Connection;
  let operations: Operations;
  const failures = { idsOf: (): { queue: string; id: string }[] => [] };
  const build = (on: Connection, settleMs = 50) =>
    createOperations({
      connection: on,
      actions: {
        rq: rqActions({ connection: on, failures, settleMs }),
        streams: streamActions({ connection: on }),
      },
      log,
    });

  beforeAll(async () => {
    server = await startRedis();
    proxy = await startProxy(server.port);
    redis = server.client();
    connection = await connect(`redis://127.0.0.1:${proxy.port}/0`);
    operations = build(connection);
  });
  beforeEach(async () => {
    await redis.flushall();
    lines.length = 0;
  });
  afterAll(async () => {
    await operations?.close();
    await connection?.close();
    await proxy?.stop();
    await server?.stop();
  });

  const place = async (
    status: string,
    ids: string[],
    queue = "default",
    more: Record<string, string> = {},
  ) => {
    const writes = redis.pipeline();
    writes.sadd("rq:queues", `rq:queue:${queue}`);
    for (const id of ids) {
      writes.hset(`rq:job:${id}`, { status, origin: queue, data: "x", ...more });
      if (status === "queued") writes.rpush(`rq:queue:${queue}`, id);
      else writes.zadd(`rq:${status === "stopped" ? "failed" : status}:${queue}`, "4000000000", id);
    }
    await writes.exec();
  };
  const names = (count: number, prefix = "j") => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  const allFailed = { action: "retry", selector: { place: "failed" } } as const;
  const ended = (operation: { ended_ms: number | null }) =>
    expect.poll(() => operation.ended_ms, { timeout: 15_000, interval: 5 }).not.toBeNull();
  /** Every key and its serialised value: equal before and after means that nothing was changed. */
  const image = async () => {
    const keys = (await redis.keys("*")).sort();
    return Promise.all(keys.map(async (key) => [key, (await redis.dumpBuffer(key))?.toString("hex")]));
  };

  it("retries all failed jobs of all queues, in batches, and its counts add up", async () => {
    await place("failed", names(700));
    await place("stopped", names(300, "s"), "mail");
    await place("failed", ["limited"], "default", { rate_limit_key: "k" });
    await redis.zadd("rq:failed:default", "4000000000", "ghost");
    const operation = await operations.start(allFailed, me);
    expect(operation.matched).toBe(1_002);
    await ended(operation);
    expect(operation).toMatchObject({
      state: "done",
      done: 1_000,
      skipped: { unsupported: 1, gone: 1 },
      unknown: 0,
      left: 0,
      truncated: false,
      actor: "tester",
    });
    expect(await redis.llen("rq:queue:default")).toBe(700);
    expect(await redis.llen("rq:queue:mail")).toBe(300);
    expect(await redis.zrange("rq:failed:default", "0", "-1")).toEqual(["limited"]);
    expect(operation.items.map(({ id, reason }) => [id, reason]).sort()).toEqual([
      ["ghost", "gone"],
      ["limited", "unsupported"],
    ]);
  });

  it("is one operation for one id, and refuses the id for something else", async () => {
    await place("failed", names(300));
    const id = randomUUID();
    const [first, second] = await Promise.all([
      operations.start({ ...allFailed, operation_id: id }, me),
      operations.start({ ...allFailed, operation_id: id }, me),
    ]);
    expect(second).toBe(first);
    await ended(first);
    expect(await operations.start({ ...allFailed, operation_id: id }, me)).toBe(first);
    expect(await redis.llen("rq:queue:default")).toBe(300);
    await expect(
      operations.start({ action: "cancel", selector: { place: "queued" }, operation_id: id }, me),
    ).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("stops between two batches: what was done stays done, the rest is left", async () => {
    await place("failed", names(5_000));
    const operation = await operations.start(allFailed, me);
    await expect.poll(() => operation.done, { interval: 1 }).toBeGreaterThan(0);
    expect(operations.stop(operation.operation_id).state).toBe("stopping");
    await ended(operation);
    expect(operation.state).toBe("stopped");
    expect(operation.left).toBeGreaterThan(0);
    expect(operation.done + operation.left).toBe(5_000);
    expect(await redis.llen("rq:queue:default")).toBe(operation.done);
    expect(await redis.zcard("rq:failed:default")).toBe(operation.left);
  });

  it("keeps the marks of a long plan in several keys, each with a day to live", async () => {
    await place("failed", names(5_400));
    const operation = await operations.start(allFailed, me);
    await ended(operation);
    const key = marksKey(operation.operation_id);
    expect([await redis.hlen(key), await redis.hlen(`${key}:1`)]).toEqual([5_000, 400]);
    expect(await redis.ttl(`${key}:1`)).toBeGreaterThan(86_000);
  });

  it.each<Cut>(["reply", "request", "half-request"])(
    "has one effect and the right report when the connection is cut in a %s",
    async (cut) => {
      await place("failed", names(1_000));
      const operation = await operations.start(allFailed, me);
      for (let i = 0; i < 4 && operation.ended_ms === null; i++) {
        proxy.cutNext(cut);
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
      await ended(operation);
      expect(operation).toMatchObject({ state: "done", done: 1_000, unknown: 0, left: 0, skipped: {} });
      expect((await redis.lrange("rq:queue:default", 0, -1)).sort()).toEqual(names(1_000).sort());
      await expect.poll(() => connection.write?.status).toBe("ready");
      await expect.poll(() => connection.read.status).toBe("ready");
    },
  );

  it("resolves a lost reply of a single action, also when the same id is asked again", async () => {
    await place("failed", ["a"]);
    const id = randomUUID();
    const before = proxy.cuts;
    proxy.cutReplyTo(marksKey(id));
    const outcome = await operations.one("retry", "a", id, me);
    expect(proxy.cuts).toBe(before + 1);
    expect(outcome).toMatchObject({ outcome: "done", status: "queued", operation_id: id });
    await expect.poll(() => connection.write?.status).toBe("ready");
    expect(await operations.one("retry", "a", id, me)).toEqual(outcome);
    expect(await redis.lrange("rq:queue:default", 0, -1)).toEqual(["a"]);
  });

  it("waits for a Redis that holds writes back; the late write and the repeated one have one effect", async () => {
    await place("failed", ["a"]);
    const id = randomUUID();
    await redis.call("CLIENT", "PAUSE", "5600", "WRITE");
    const outcome = await operations.one("retry", "a", id, me);
    expect(outcome).toMatchObject({ outcome: "done", status: "queued" });
    expect(await redis.lrange("rq:queue:default", 0, -1)).toEqual(["a"]);
  }, 20_000);

  it("refuses at once what never left this process", async () => {
    const closed = await connect(server.url);
    const lonely = build(closed);
    closed.write?.disconnect(false);
    await place("failed", ["a"]);
    await expect(lonely.one("retry", "a", undefined, me)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await closed.close();
  });

  it("previews without writing: counts, reasons, dependents, connection", async () => {
    await place("queued", ["a", "b"]);
    await place("started", ["c"]);
    await redis.sadd("rq:job:a:dependents", "x", "y");
    const before = await image();
    expect(
      await operations.preview({ action: "cancel", selector: { ids: ["a", "b", "c", "none"] } }),
    ).toMatchObject({
      matched: 4,
      eligible: 2,
      inspected: 4,
      skipped: { "use-stop": 1, gone: 1 },
      dependents: 2,
      at_least: false,
      connection: "main",
    });
    expect(await image()).toEqual(before);
  });

  it("counts what it does not look at one by one, without what has expired", async () => {
    await place("failed", names(1_500));
    await redis.zadd("rq:failed:default", "1000", "expired");
    const preview = await operations.preview(allFailed);
    expect(preview).toMatchObject({ matched: 1_500, eligible: 1_500, skipped: {} });
    expect(preview.inspected).toBe(1_000);
    expect((await operations.start(allFailed, me)).matched).toBe(1_500);
  });

  it("cancels a selection head first and leaves the order of the others", async () => {
    await place("queued", names(2_000));
    const some = names(2_000).filter((_, i) => i % 2 === 0);
    const operation = await operations.start(
      { action: "cancel", selector: { ids: some.slice(0, 1_000) } },
      me,
    );
    await ended(operation);
    expect(operation.done).toBe(1_000);
    expect(await redis.lrange("rq:queue:default", 0, -1)).toEqual(names(2_000).filter((_, i) => i % 2 === 1));
    const rest = await operations.start(
      { action: "cancel", selector: { place: "queued", queue: "default" } },
      me,
    );
    await ended(rest);
    expect(rest.done).toBe(1_000);
    expect(await redis.zcard("rq:canceled:default")).toBe(2_000);
  });

  it("refuses an empty selector and a place where the action has nothing to do", async () => {
    expect(operationRequest.safeParse({ action: "retry", selector: {} }).success).toBe(false);
    expect(operationRequest.safeParse({ action: "retry", selector: { ids: [] } }).success).toBe(false);
    await expect(
      operations.start({ action: "retry", selector: { place: "started" } }, me),
    ).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("says what may not be done, names the command and changes nothing", async () => {
    await place("failed", ["a", "b"]);
    await place("queued", ["q"]);
    const before = await image();
    for (const [denied, action, id] of [
      ["rpush", "retry", "a"],
      ["zrem", "retry", "a"],
      ["hset", "retry", "a"],
      ["persist", "retry", "a"],
      ["lrem", "cancel", "q"],
      ["zadd", "cancel", "q"],
      ["evalsha", "cancel", "q"],
    ] as const) {
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
      const limited = await connect(`redis://limited:secret-one@127.0.0.1:${server.port}/0`);
      await expect(build(limited).one(action, id, undefined, me)).rejects.toMatchObject({
        code: "FORBIDDEN",
        message: expect.stringContaining(denied.toUpperCase()),
      });
      await limited.close();
      expect(await image()).toEqual(before);
    }
  });

  it("changes nothing when Redis is out of memory", async () => {
    await place("failed", ["a"]);
    await place("queued", ["q"]);
    const before = await image();
    await redis.config("SET", "maxmemory", "1");
    try {
      for (const [action, id] of [
        ["retry", "a"],
        ["cancel", "q"],
      ] as const)
        await expect(operations.one(action, id, undefined, me)).rejects.toMatchObject({
          code: "UNAVAILABLE",
          message: expect.stringContaining("memory limit"),
        });
    } finally {
      await redis.config("SET", "maxmemory", "0");
    }
    expect(await image()).toEqual(before);
  });

  it("changes nothing where a key holds another type", async () => {
    const spoil: [key: string, action: "retry" | "cancel", status: string][] = [
      ["rq:failed:default", "retry", "failed"],
      ["rq:queue:default", "retry", "failed"],
      ["rq:queues", "retry", "failed"],
      ["rq:job:a", "retry", "failed"],
      ["rq:queue:default", "cancel", "queued"],
      ["rq:canceled:default", "cancel", "scheduled"],
      ["rq:scheduled:default", "cancel", "scheduled"],
    ];
    for (const [key, action, status] of spoil) {
      await redis.flushall();
      await place(status, ["a"]);
      await redis.del(key);
      await redis.set(key, "not yours");
      const before = (await image()).filter(([name]) => !name?.startsWith("vigia:"));
      const selector = {
        place: status === "failed" ? "failed" : status === "queued" ? "queued" : "scheduled",
      } as const;
      const outcome = await operations.one(action, "a", undefined, me).catch((error: Error) => error.message);
      if (typeof outcome !== "string") expect(["wrong-type", "gone"], key).toContain(outcome.reason);
      const bulk = await operations
        .start({ action, selector: { ...selector, queue: "default" } }, me)
        .catch(() => null);
      if (bulk !== null) await ended(bulk);
      expect((await image()).filter(([name]) => !name?.startsWith("vigia:"))).toEqual(before);
    }
  });

  it("changes nothing when it was started read-only, and says why", async () => {
    await place("failed", ["a"]);
    const quiet = await connect(server.url, true);
    const readOnly = build(quiet);
    for (const attempt of [
      () => readOnly.one("retry", "a", undefined, me),
      () => readOnly.start(allFailed, me),
      async () => readOnly.cleanup(me),
    ])
      await expect(attempt()).rejects.toMatchObject({
        code: "FORBIDDEN",
        message: expect.stringContaining("VIGIA_READ_ONLY"),
      });
    expect((await readOnly.preview(allFailed)).matched).toBe(1);
    await quiet.close();
  });

  it("works after the scripts were flushed from Redis", async () => {
    await place("failed", ["a", "b"]);
    await operations.one("retry", "a", undefined, me);
    await redis.script("FLUSH");
    expect(await operations.one("retry", "b", undefined, me)).toMatchObject({ outcome: "done" });
  });

  it("writes one line for each action, with who, what and what came of it", async () => {
    await place("failed", ["a", "b", "c"]);
    await operations.one("retry", "a", undefined, me);
    const operation = await operations.start(allFailed, me);
    await ended(operation);
    await expect.poll(() => lines.length).toBe(2);
    expect(lines[0]).toMatchObject({
      msg: "action",
      action: "retry",
      connection: "main",
      actor: "tester",
      from: "127.0.0.1",
      job_id: "a",
      outcome: "done",
      operation_id: expect.any(String),
      duration_ms: expect.any(Number),
    });
    expect(lines[1]).toMatchObject({
      action: "retry",
      ids: 2,
      done: 2,
      skipped: {},
      unknown: 0,
      state: "done",
    });
  });

  describe("cleanup", () => {
    it("removes ghosts and expired entries, and nothing that stands for a job", async () => {
      await place("failed", ["live"]);
      await place("finished", ["done"]);
      await place("queued", ["waiting"]);
      await place("scheduled", ["later"]);
      await place("started", ["running"]);
      await redis.zadd("rq:failed:default", "4000000000", "ghost1", "-1", "ghost2", "1000", "ghost3");
      await redis.zadd("rq:canceled:default", "1000", "ghost4");
      await redis.zadd("rq:scheduled:default", "1000", "ghost5");
      await redis.zadd("rq:finished:default", "1000", "later");
      await redis.lpush("rq:queue:default", "ghost6", "ghost6");
      await redis.rpush("rq:queue:default", "ghost7");
      await redis.zadd("rq:wip:default", "1000", "abandoned");
      const operation = operations.cleanup(me);
      expect(operations.cleanup(me)).toBe(operation);
      await ended(operation);
      expect(operation).toMatchObject({ state: "done", action: "cleanup", selector: null, done: 9, left: 0 });
      expect(await redis.zrange("rq:failed:default", "0", "-1")).toEqual(["live"]);
      expect(await redis.zrange("rq:finished:default", "0", "-1")).toEqual(["done"]);
      expect(await redis.exists("rq:canceled:default")).toBe(0);
      expect(await redis.zrange("rq:scheduled:default", "0", "-1")).toEqual(["later"]);
      expect(await redis.lrange("rq:queue:default", 0, -1)).toEqual(["waiting"]);
      expect(await redis.zrange("rq:wip:default", "0", "-1")).toEqual(["abandoned"]);
      expect(operations.cleanup(me).operation_id).not.toBe(operation.operation_id);
    });

    it("keeps an entry whose hash appears between its two looks, as RQ writes a scheduled job", async () => {
      await redis.sadd("rq:queues", "rq:queue:default");
      await redis.zadd("rq:scheduled:default", "4000000000", "new");
      const slow = build(connection, 300);
      const operation = slow.cleanup(me);
      await expect.poll(() => operation.matched).toBe(1);
      await redis.hset("rq:job:new", { status: "scheduled", origin: "default", data: "x" });
      await ended(operation);
      expect(operation).toMatchObject({ done: 0, skipped: { conflict: 1 } });
      expect(await redis.zrange("rq:scheduled:default", "0", "-1")).toEqual(["new"]);
    });
  });
});
