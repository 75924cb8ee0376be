import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Operation, RepairMode, Selector } from "@/lib/api/schemas/operations";
import { keyOf, nameFromBytes, nameFromText } from "@/lib/names";
import { createOperations, marksKey, type Operations } from "@/lib/operations/operations";
import type { Connection } from "@/lib/redis/connection";
import { rqActions } from "@/lib/rq/actions/actions";
import { streamActions } from "@/lib/streams/actions/actions";
import { startProxy } from "../conservation/proxy";
import { noRedis, startRedis, type TestRedis } from "../redis";
import { connect } from "./oracle";

const me = { name: "tester", from: "127.0.0.1" };
const EXECUTION = "0123456789abcdef0123456789abcdef";
const now = () => Math.floor(Date.now() / 1_000);

describe.skipIf(noRedis)("a repair", () => {
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

  /** A started job as RQ 2 lists it, or with `execution: ""` as RQ 1.16 does. */
  async function started(
    id: string,
    more: Record<string, string> = {},
    { deadline = now() + 60, execution = EXECUTION, queue = "q" } = {},
  ): Promise<void> {
    await redis.hset(keyOf("rq:job:", id), { status: "started", data: "x", worker_name: "dead", ...more });
    await redis.hset(keyOf("rq:job:", id), "origin", Buffer.from(keyOf("", queue)));
    const bytes = Buffer.from(keyOf("", id));
    const member = execution === "" ? bytes : Buffer.concat([bytes, Buffer.from(`:${execution}`)]);
    await redis.zadd(keyOf("rq:wip:", queue), deadline, member);
    await redis.sadd("rq:queues", keyOf("rq:queue:", queue));
  }
  const alive = (name: string, more: Record<string, string> = {}) =>
    redis.hset(`rq:worker:${name}`, { birth: "2026-01-01T00:00:00.000000Z", ...more });
  const repair = async (mode: RepairMode, selector: Selector): Promise<Operation> => {
    const { operation_id } = await operations.start({ action: "repair", selector, mode }, me);
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
  const here = { place: "started", queue: "q" } as const;
  const queued = (queue = "q") => redis.lrangeBuffer(keyOf("rq:queue:", queue), 0, -1);

  it("takes for lost what the diagnosis takes for lost", async () => {
    await alive("lives", { current_job: "runs" });
    await alive("left", { death: "2026-01-01T00:00:01.000000Z" });
    await redis.hset("rq:worker:ghost", "last_heartbeat", "2026-01-01T00:00:00.000000Z");
    await started("no-hash");
    await started("said-goodbye", { worker_name: "left" });
    await started("hash-without-birth", { worker_name: "ghost" });
    await started("runs", { worker_name: "lives" });
    await started("runs-late", { worker_name: "lives" }, { deadline: now() - 5 });
    await started("nobody-says", { worker_name: "" });
    await started("nobody-says-late", { worker_name: "" }, { deadline: now() - 5 });
    await alive("other", { current_job: "another" });
    await started("dropped", { worker_name: "other" }, { deadline: now() - 5 });
    await started("dropped-in-time", { worker_name: "other" });
    await alive("slow", { current_job: "long-past" });
    await started("long-past", { worker_name: "slow" }, { deadline: now() - 120 });
    const preview = await operations.preview({ action: "repair", selector: here, mode: "enqueue" });
    expect(preview).toMatchObject({ matched: 7, eligible: 7 });
    expect(await repair("enqueue", here)).toMatchObject({ matched: 7, done: 7 });
    const lost = [
      "dropped",
      "hash-without-birth",
      "long-past",
      "no-hash",
      "nobody-says-late",
      "runs-late",
      "said-goodbye",
    ];
    expect((await queued()).map(String).sort()).toEqual(lost);
  });

  it.each([
    ["came back", () => alive("dead", { current_job: "j" }), "worker-alive"],
    ["has been replaced", () => redis.hset("rq:job:j", "worker_name", "new"), "conflict"],
    ["was cleaned up after by RQ", () => redis.hset("rq:job:j", "status", "failed"), "not-running"],
    ["has finished after all", () => redis.zrem("rq:wip:q", `j:${EXECUTION}`), "not-in-registry"],
  ])("asks again in its own step: after the plan the worker %s", async (_, meanwhile, reason) => {
    await started("j");
    const actions = rqActions({ connection, failures: { idsOf: () => [] } });
    const work = await actions.plan({ action: "repair", selector: here, mode: "enqueue" }, me);
    expect(work.size).toBe(1);
    await meanwhile();
    const { outcomes } = await work.run(0, 1, marksKey(randomUUID()));
    expect(outcomes).toMatchObject([{ outcome: "skipped", reason }]);
    expect(await queued()).toEqual([]);
  });

  it("has one effect for one operation id when the reply is lost", async () => {
    for (let at = 0; at < 50; at++) await started(`j${at}`);
    const proxy = await startProxy(server.port);
    const behind = await connect(`redis://127.0.0.1:${proxy.port}/0`);
    const cut = dashboard(behind);
    proxy.cutReplyTo(marksKey(""));
    const operation_id = randomUUID();
    await cut.start({ action: "repair", selector: here, mode: "enqueue", operation_id }, me);
    expect((await cut.settled(operation_id, 30_000)).operation).toMatchObject({ done: 50, unknown: 0 });
    expect(proxy.cuts).toBe(1);
    expect(await queued()).toHaveLength(50);
    expect(await redis.zcard("rq:wip:q")).toBe(0);
    await cut.close();
    await behind.close();
    await proxy.stop();
  });

  it("says why it leaves a job alone, and changes nothing of it", async () => {
    await started("limited", { rate_limit_key: "api" });
    await started("not-kept", { failure_ttl: "0" });
    await started("unlisted");
    await redis.zrem("rq:wip:q", `unlisted:${EXECUTION}`);
    await started("no-data");
    await redis.hdel("rq:job:no-data", "data");
    await redis.hset("rq:job:waits", { status: "queued", origin: "q", data: "x" });
    const reasons = {
      limited: "unsupported",
      "not-kept": "not-kept",
      unlisted: "not-in-registry",
      "no-data": "wrong-type",
      waits: "not-running",
      absent: "gone",
    };
    const { done, items } = await repair("fail", { ids: Object.keys(reasons) });
    expect(done).toBe(0);
    expect(Object.fromEntries(items.map(({ id, reason }) => [id, reason]))).toEqual(reasons);
    expect(await redis.zcard("rq:wip:q")).toBe(3);
    expect(await redis.exists("rq:failed:q")).toBe(0);
  });

  it.each(["rpush", "zadd", "zrem", "hset", "sadd", "xadd", "persist", "expire"])(
    "says that %s may not be done, and changes nothing",
    async (denied) => {
      await started("j");
      const before = await redis.hgetall("rq:job:j");
      const operation = await without(denied, async (limited) => {
        const { operation_id } = await limited.start({ action: "repair", selector: here, mode: "fail" }, me);
        return (await limited.settled(operation_id, 10_000)).operation;
      });
      expect(operation).toMatchObject({ state: "failed", done: 0 });
      expect(operation.error).toContain(denied.toUpperCase());
      expect(await redis.hgetall("rq:job:j")).toEqual(before);
      expect(await redis.zcard("rq:wip:q")).toBe(1);
      expect(await redis.exists("rq:failed:q", "rq:queue:q", "rq:results:j")).toBe(0);
    },
  );

  it("leaves everything as it is where a key is of another type", async () => {
    await started("j");
    await redis.set("rq:queue:q", "no list");
    expect(await repair("enqueue", here)).toMatchObject({ done: 0, skipped: { "wrong-type": 1 } });
    await redis.del("rq:queue:q");
    await redis.set("rq:results:j", "no stream");
    expect(await repair("fail", here)).toMatchObject({ done: 0, skipped: { "wrong-type": 1 } });
    expect(await redis.zcard("rq:wip:q")).toBe(1);
    expect(await redis.hget("rq:job:j", "status")).toBe("started");
  });

  it.each([EXECUTION, ""])(
    "knows ids and queues of any bytes, also ids with colons (execution %o)",
    async (execution) => {
      const queue = nameFromBytes(Buffer.from([0xff, 0x2f, 0x3a, 0x00]));
      const ids = [
        nameFromText("a:b/c"),
        nameFromBytes(Buffer.from([0xfe, 0x3a, 0xfd])),
        `x:${"y".repeat(300)}`,
      ];
      for (const id of ids) await started(id, {}, { execution, queue });
      expect(await repair("enqueue", { place: "started", queue })).toMatchObject({ done: 3 });
      expect((await queued(queue)).map(nameFromBytes).sort()).toEqual([...ids].sort());
      expect(await redis.exists(keyOf("rq:wip:", queue))).toBe(0);
    },
  );

  it("reads a whole entry as the id where such a job is, as RQ 1.16 lists it", async () => {
    const id = `job:${EXECUTION}`;
    await started(id, {}, { execution: "" });
    expect(await repair("fail", here)).toMatchObject({ done: 1 });
    expect(await redis.zrange("rq:failed:q", "0", "-1")).toEqual([id]);
    expect(await redis.hexists(`rq:job:${id}`, "exc_info")).toBe(1);
  });

  it("takes all executions of a job out together", async () => {
    const other = "f".repeat(32);
    await started("j");
    await started("j", {}, { execution: other, deadline: now() - 300 });
    await redis.hset(`rq:execution:j:${other}`, "id", other);
    await redis.zadd("rq:executions:j", now(), other);
    expect(await repair("enqueue", here)).toMatchObject({ matched: 1, done: 1 });
    expect((await queued()).map(String)).toEqual(["j"]);
    expect(await redis.exists("rq:wip:q", `rq:execution:j:${other}`, "rq:executions:j")).toBe(0);
  });
});
