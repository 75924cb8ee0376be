import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { POST as operate } from "@/app/api/v1/operations/route";
import { POST as ack } from "@/app/api/v1/streams/[stream]/groups/[group]/ack/route";
import { POST as claim } from "@/app/api/v1/streams/[stream]/groups/[group]/claim/route";
import { POST as deadLetter } from "@/app/api/v1/streams/[stream]/groups/[group]/dead-letter/route";
import { ACTOR_FROM_HEADER, ACTOR_HEADER } from "@/lib/access/actor";
import { entryActionResult, operation, operationPreview } from "@/lib/api/schemas/operations";
import { createOperations, type Operations } from "@/lib/operations/operations";
import type { Connection } from "@/lib/redis/connection";
import { rqActions } from "@/lib/rq/actions/actions";
import { streamActions } from "@/lib/streams/actions/actions";
import { noRedis, startRedis, type TestRedis } from "../redis";
import { connect } from "../rq/oracle";
import { add, age, freshGroup, give, type Place, pendingRows } from "./consumers";

type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[] | undefined>> },
) => Promise<Response>;

describe.skipIf(noRedis)("routes that act on pending entries", () => {
  let server: TestRedis;
  let redis: Redis;
  const connections: Connection[] = [];
  const built: Operations[] = [];
  let place: Place;
  let ids: string[];

  /** Routes take their parts from here; the sampler has no part in them. */
  const serve = async (url: string, readOnly = false) => {
    const connection = await connect(url, readOnly);
    const operations = createOperations({
      connection,
      actions: {
        rq: rqActions({ connection, failures: { idsOf: () => [] } }),
        streams: streamActions({ connection }),
      },
      log: pino({ level: "silent" }),
    });
    connections.push(connection);
    built.push(operations);
    Object.assign(globalThis, { [Symbol.for("vigia.runtime")]: { operations, connection } });
  };

  beforeAll(async () => {
    server = await startRedis();
    redis = server.client();
    await serve(server.url);
  });
  beforeEach(async () => {
    await redis.flushall();
    place = await freshGroup(redis);
    await redis.call("XGROUP", "CREATECONSUMER", place.stream, place.group, "living");
    await add(redis, place.stream, 4);
    ids = await give(redis, place, "gone", 4);
    await age(redis, place, "gone", ids, 90_000);
  });
  afterAll(async () => {
    Object.assign(globalThis, { [Symbol.for("vigia.runtime")]: undefined });
    for (const operations of built) await operations.close();
    for (const connection of connections) await connection.close();
    await server?.stop();
  });

  /** As the front hands a request on: with the actor that it vouches for. */
  const call = async (
    handler: Handler,
    body: unknown,
    more: { actor?: boolean; at?: Partial<Place> } = {},
  ) => {
    const actor = { [ACTOR_HEADER]: "local", [ACTOR_FROM_HEADER]: "127.0.0.1" };
    const request = new Request("http://127.0.0.1:9181/", {
      method: "POST",
      headers: { "content-type": "application/json", ...(more.actor === false ? {} : actor) },
      body: JSON.stringify(body),
    });
    const response = await handler(request, { params: Promise.resolve({ ...place, ...more.at }) });
    return { status: response.status, body: await response.json() };
  };
  const owners = async () => (await pendingRows(redis, place)).map(({ consumer }) => consumer);

  it("claims a selection, and tells of each entry that it left alone", async () => {
    await age(redis, place, "gone", ids.slice(3), 1_000);
    const { status, body } = await call(claim, { mode: "claim", ids, to: "living" });
    expect(status).toBe(200);
    expect(entryActionResult.parse(body)).toMatchObject({
      state: "done",
      matched: 4,
      done: 3,
      left: 0,
      unknown: 0,
      skipped: { [ids[3] ?? ""]: "busy" },
      skipped_total: 1,
      new_ids: {},
      error: null,
    });
    expect(await owners()).toEqual(["living", "living", "living", "gone"]);
  });

  it("requeues and dead-letters all of a consumer, and tells the IDs of the copies", async () => {
    const first = await call(claim, { mode: "requeue", from: "gone", ids: ids.slice(0, 2) });
    expect(Object.keys(first.body.new_ids)).toEqual(ids.slice(0, 2));
    const second = await call(deadLetter, { from: "gone", note: "seen" });
    const dead = await redis.xrange(`${place.stream}:dlq`, "-", "+");
    expect(Object.values(second.body.new_ids)).toEqual(dead.map(([id]) => id));
    expect(await owners()).toEqual([]);
  });

  it("releases and acknowledges", async () => {
    expect((await call(claim, { mode: "release", from: "gone" })).body).toMatchObject({ done: 4 });
    expect((await call(ack, { ids: ids.slice(0, 1) })).body).toMatchObject({ done: 1 });
    expect(await owners()).toEqual(["gone", "gone", "gone"]);
  });

  it("gives the same answer to the same operation id, and refuses it for another action", async () => {
    const body = { mode: "requeue", ids, operation_id: randomUUID() };
    const first = await call(claim, body);
    expect(await call(claim, body)).toEqual(first);
    expect(await redis.xlen(place.stream)).toBe(8);
    expect(await call(ack, { ids, operation_id: body.operation_id })).toMatchObject({ status: 409 });
  });

  it("is 409 with the reason and what to do when the one entry that was named was left alone", async () => {
    await redis.xack(place.stream, place.group, ids[0] ?? "");
    await age(redis, place, "gone", ids.slice(1, 2), 1_000);
    const single = (id: string | undefined, more = {}) =>
      call(claim, { mode: "release", ids: [id], ...more });
    expect(await single(ids[0])).toMatchObject({
      status: 409,
      body: { code: "CONFLICT", reason: "acked", entry_id: ids[0], operation_id: expect.any(String) },
    });
    expect(await single(ids[1])).toMatchObject({
      status: 409,
      body: { reason: "busy", detail: expect.stringContaining("smaller min_idle_ms") },
    });
    expect((await single(ids[2], { max_deliveries: 1 })).status).toBe(200);
    expect(await call(claim, { mode: "claim", ids, to: "livign" })).toMatchObject({
      status: 409,
      body: { reason: "no-consumer", detail: expect.stringContaining("gone, living") },
    });
  });

  it("is 404 for a stream or group that is not there, 400 for what makes no sense", async () => {
    for (const at of [{ stream: "none" }, { group: "none" }])
      for (const body of [{ ids }, { from: "gone" }])
        expect(await call(ack, body, { at })).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    for (const [handler, body] of [
      [ack, {}],
      [ack, { min_idle_ms: 60_000 }],
      [ack, { ids: [] }],
      [ack, { ids, to: "living" }],
      [claim, { ids }],
      [claim, { mode: "claim", ids }],
      [claim, { mode: "claim", ids, to: "living", min_idle_ms: 10 }],
      [claim, { mode: "requeue", ids: ["1-x"] }],
      [deadLetter, { ids, mode: "claim" }],
    ] as const)
      expect(await call(handler, body), JSON.stringify(body)).toMatchObject({
        status: 400,
        body: { code: "INVALID_INPUT" },
      });
    expect(await owners()).toEqual(Array(4).fill("gone"));
  });

  it("previews and runs the same selection as an operation", async () => {
    const selector = { ...place, consumer: "gone", to: "living" };
    const looked = await call(operate, { action: "claim", selector, dry_run: true });
    expect(operationPreview.parse(looked.body)).toMatchObject({ action: "claim", matched: 4, eligible: 4 });
    expect(await owners()).toEqual(Array(4).fill("gone"));
    const begun = await call(operate, { action: "claim", selector });
    expect(begun.status).toBe(202);
    expect(operation.parse(begun.body)).toMatchObject({ action: "claim", matched: 4 });
    await expect.poll(owners).toEqual(Array(4).fill("living"));
  });

  it("refuses whoever did not pass the front, and everything when Vigia only reads", async () => {
    expect(await call(ack, { ids }, { actor: false })).toMatchObject({ status: 403 });
    await serve(server.url, true);
    expect(await call(ack, { ids })).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
    const selector = { ...place, consumer: "gone" };
    expect(await call(operate, { action: "ack", selector, dry_run: true })).toMatchObject({ status: 200 });
    expect(await owners()).toEqual(Array(4).fill("gone"));
  });

  it("is 403 with the command to grant when Redis does not let it", async () => {
    await redis.call("ACL", "SETUSER", "narrow", "reset", "on", ">pw", "~*", "+@all", "-xclaim");
    await serve(server.url.replace("redis://", "redis://narrow:pw@"));
    expect(await call(claim, { mode: "claim", ids, to: "living" })).toMatchObject({
      status: 403,
      body: { detail: expect.stringMatching(/\+xclaim|lacks a permission/) },
    });
    expect(await owners()).toEqual(Array(4).fill("gone"));
  });
});
