import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DELETE, GET } from "@/app/api/v1/operations/[id]/route";
import { GET as list, POST as start } from "@/app/api/v1/operations/route";
import { POST as cleanup } from "@/app/api/v1/queue/cleanup/route";
import { POST as cancel } from "@/app/api/v1/queue/job/[job_id]/cancel/route";
import { POST as retry } from "@/app/api/v1/queue/job/[job_id]/retry/route";
import { POST as stop } from "@/app/api/v1/queue/job/[job_id]/stop/route";
import { ACTOR_FROM_HEADER, ACTOR_HEADER } from "@/lib/access/actor";
import { jobActionResult, operation, operationPreview } from "@/lib/api/schemas/operations";
import { createOperations, type Operations } from "@/lib/operations/operations";
import type { Connection } from "@/lib/redis/connection";
import { rqActions } from "@/lib/rq/actions/actions";
import { streamActions } from "@/lib/streams/actions/actions";
import { noRedis, startRedis, type TestRedis } from "../redis";
import { connect } from "./oracle";

type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[] | undefined>> },
) => Promise<Response>;

describe.skipIf(noRedis)("routes that act", () => {
  let server: TestRedis;
  let redis: Redis;
  let connection: Connection;
  let operations: Operations;

  beforeAll(async () => {
    server = await startRedis();
    redis = server.client();
    connection = await connect(server.url);
    operations = createOperations({
      connection,
      actions: {
        rq: rqActions({ connection, failures: { idsOf: () => [] }, settleMs: 300 }),
        streams: streamActions({ connection }),
      },
      log: pino({ level: "silent" }),
    });
    // The routes take their parts from here; the sampler has no part in them.
    Object.assign(globalThis, { [Symbol.for("vigia.runtime")]: { operations, connection } });
  });
  beforeEach(async () => {
    await redis.flushall();
    await redis.sadd("rq:queues", "rq:queue:default");
    for (const [id, status] of [
      ["f", "failed"],
      ["s", "started"],
      ["c", "canceled"],
    ] as const) {
      await redis.hset(`rq:job:${id}`, { status, origin: "default", data: "x" });
      await redis.zadd(`rq:${status === "started" ? "wip" : status}:default`, "4000000000", id);
    }
  });
  afterAll(async () => {
    Object.assign(globalThis, { [Symbol.for("vigia.runtime")]: undefined });
    await operations?.close();
    await connection?.close();
    await server?.stop();
  });

  /** As the front hands a request on: with the actor that it vouches for. */
  const call = async (
    handler: Handler,
    params: Record<string, string> = {},
    body?: unknown,
    actor = true,
  ) => {
    const headers: Record<string, string> = actor
      ? { [ACTOR_HEADER]: "local", [ACTOR_FROM_HEADER]: "127.0.0.1" }
      : {};
    if (body !== undefined) headers["content-type"] = "application/json";
    const request = new Request("http://127.0.0.1:9181/", {
      method: "POST",
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await handler(request, { params: Promise.resolve(params) });
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      body: await response.json(),
    };
  };

  it("retries without a body, and answers what it is now", async () => {
    const { status, body } = await call(retry, { job_id: "f" });
    expect(status).toBe(200);
    expect(jobActionResult.parse(body)).toMatchObject({ job_id: "f", status: "queued", outcome: "done" });
    expect(await redis.lrange("rq:queue:default", 0, -1)).toEqual(["f"]);
    expect((await call(cancel, { job_id: "f" })).body).toMatchObject({ status: "canceled", outcome: "done" });
  });

  it("gives the same answer to the same operation id", async () => {
    const operation_id = randomUUID();
    const first = await call(retry, { job_id: "f" }, { operation_id });
    expect(await call(retry, { job_id: "f" }, { operation_id })).toEqual(first);
    expect(await redis.llen("rq:queue:default")).toBe(1);
    expect((await call(cancel, { job_id: "f" }, { operation_id })).status).toBe(409);
  });

  it("is 404 for an unknown job, and 409 with what to do instead for a running one", async () => {
    expect(await call(retry, { job_id: "none" })).toMatchObject({
      status: 404,
      type: "application/problem+json",
      body: { code: "NOT_FOUND", reason: "gone" },
    });
    expect(await call(cancel, { job_id: "s" })).toMatchObject({
      status: 409,
      body: { reason: "use-stop", next: "stop" },
    });
    expect((await call(retry, { job_id: "s" })).body).toMatchObject({ reason: "conflict", next: "stop" });
    expect((await call(stop, { job_id: "s" })).body).toMatchObject({ reason: "no-worker-name" });
    expect((await call(stop, { job_id: "f" })).body).toMatchObject({ reason: "not-running" });
  });

  it("refuses whoever did not pass the front, and changes nothing", async () => {
    const id = { id: randomUUID() };
    for (const [handler, params] of [
      [retry, { job_id: "f" }],
      [cancel, { job_id: "f" }],
      [stop, { job_id: "s" }],
      [cleanup, {}],
      [start, {}],
      [DELETE, id],
    ] as [Handler, Record<string, string>][])
      expect((await call(handler, params, undefined, false)).status).toBe(403);
    expect(await redis.llen("rq:queue:default")).toBe(0);
    expect(await redis.keys("vigia:*")).toEqual([]);
  });

  it("previews, runs, reports, lists and stops operations", async () => {
    const asked = { action: "retry", selector: { place: "failed" } };
    const preview = await call(start, {}, { ...asked, dry_run: true });
    expect(preview.status).toBe(200);
    expect(operationPreview.parse(preview.body)).toMatchObject({ matched: 1, eligible: 1 });
    const begun = await call(start, {}, asked);
    expect(begun.status).toBe(202);
    const { operation_id } = operation.parse(begun.body);
    await expect.poll(async () => (await call(GET, { id: operation_id })).body.state).toBe("done");
    expect((await call(list)).body.items[0]).toMatchObject({ operation_id, done: 1 });
    expect((await call(DELETE, { id: operation_id })).body.state).toBe("done");
    expect((await call(GET, { id: "none" })).status).toBe(404);
  });

  it("moves and repairs by the route of operations", async () => {
    await call(retry, { job_id: "f" });
    const move = { action: "move", selector: { place: "queued", queue: "default" }, to: "other" };
    const preview = operationPreview.parse((await call(start, {}, { ...move, dry_run: true })).body);
    expect(preview).toMatchObject({ matched: 1, eligible: 1, target: { known: false, listeners: 0 } });
    const moved = operation.parse((await call(start, {}, move)).body);
    expect(moved).toMatchObject({ action: "move", to: "other", at_front: false });
    await expect.poll(() => redis.lrange("rq:queue:other", 0, -1)).toEqual(["f"]);

    const repair = { action: "repair", selector: { place: "started", queue: "default" }, mode: "enqueue" };
    // Its deadline lies ahead, and no worker is named: it is not known to be lost.
    expect((await call(start, {}, { ...repair, dry_run: true })).body).toMatchObject({ matched: 0 });
    await redis.hset("rq:job:s", "worker_name", "gone");
    const repaired = operation.parse((await call(start, {}, repair)).body);
    expect(repaired).toMatchObject({ action: "repair", mode: "enqueue" });
    await expect.poll(() => redis.lrange("rq:queue:default", 0, -1)).toEqual(["s"]);

    for (const body of [
      { ...move, to: "" },
      { ...move, to: "default" },
      { ...move, to: undefined },
      { ...move, selector: { place: "queued" } },
      { ...move, selector: { place: "failed", queue: "default" } },
      { ...repair, mode: undefined },
      { ...repair, mode: "finish" },
      { ...repair, to: "other" },
    ])
      expect((await call(start, {}, body)).status).toBe(400);
  });

  it("refuses an empty selector, unknown fields and another content type", async () => {
    for (const body of [
      { action: "retry", selector: {} },
      { action: "retry" },
      { action: "purge", selector: { ids: ["f"] } },
    ])
      expect((await call(start, {}, body)).status).toBe(400);
    expect((await call(retry, { job_id: "f" }, { force: true })).status).toBe(400);
    const text = new Request("http://127.0.0.1:9181/", {
      method: "POST",
      headers: { [ACTOR_HEADER]: "local", [ACTOR_FROM_HEADER]: "127.0.0.1", "content-type": "text/plain" },
      body: "{}",
    });
    expect((await retry(text, { params: Promise.resolve({ job_id: "f" }) })).status).toBe(400);
    expect(await redis.llen("rq:queue:default")).toBe(0);
  });

  it("schedules one cleanup, however often it is asked while it runs", async () => {
    await redis.zadd("rq:failed:default", "4000000000", "ghost");
    const first = await call(cleanup);
    expect(first.status).toBe(202);
    expect(await call(cleanup)).toEqual(first);
    await expect.poll(async () => (await call(GET, { id: first.body.operation_id })).body.done).toBe(1);
    expect(await redis.zrange("rq:failed:default", "0", "-1")).toEqual(["f"]);
  });
});
