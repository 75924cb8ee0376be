/** Queues and streams watched together on a real Redis: what one look tells of both, and what opens by itself. */
import { deflateSync } from "node:zlib";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { history as historySchema } from "@/lib/api/schemas/history";
import { overview as overviewSchema, tickEvent } from "@/lib/api/schemas/overview";
import { parseRedisUrl } from "@/lib/config";
import { type Connection, openConnection } from "@/lib/redis/connection";
import { createFailureIndex } from "@/lib/rq/failure-index";
import { resultsKey, rqTime } from "@/lib/rq/keys";
import { createRqSource } from "@/lib/rq/source";
import { streamBacklog } from "@/lib/source";
import { createStreamsSource } from "@/lib/streams/source";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { createMonitor, type Monitor } from "./monitor";

const INTERVAL_MS = 500;
const DEAD_AFTER_MS = 1_500;
const BILLING = streamBacklog("orders", "billing");
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: string, holds: () => boolean, ms = 15_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`it never held: ${what}`);
    await sleep(20);
  }
}

describe.skipIf(noRedis)("the monitor of queues and streams", () => {
  let server: TestRedis;
  let client: Redis;
  let monitor: Monitor;
  let connection: Connection;
  const frames: string[] = [];

  beforeEach(async () => {
    server = await startRedis();
    client = server.client();
    const target = parseRedisUrl("main", server.url);
    if (typeof target === "string") throw new Error(target);
    connection = openConnection(target, { readOnly: true });
    monitor = createMonitor({
      connection,
      sources: [
        createRqSource({ failures: createFailureIndex() }),
        createStreamsSource({ patterns: ["awaited"], deadAfterMs: DEAD_AFTER_MS }).source,
      ],
      intervalMs: INTERVAL_MS,
      redisFrom: "REDIS_URL",
      readOnly: true,
    });
    frames.length = 0;
    monitor.subscribe((text) => frames.push(text));
  });
  afterEach(async () => {
    await monitor.stop();
    await connection.close();
    await server.stop();
  });

  const add = async (stream: string, count: number) => {
    const pipeline = client.pipeline();
    for (let index = 0; index < count; index += 1) pipeline.xadd(stream, "*", "n", String(index));
    await pipeline.exec();
  };
  const read = (consumer: string, count: number) =>
    client.xreadgroup("GROUP", "billing", consumer, "COUNT", count, "STREAMS", "orders", ">");
  const row = (id: string) => monitor.overview().rows.find((one) => one.id === id);
  /** Last values of a series of the group's shortest window. */
  const group = () => historySchema.parse(monitor.history("15m", BILLING));

  it("says that nothing was found only when the search has seen everything", async () => {
    monitor.start();
    const seen: (string | null)[] = [];
    await until("nothing was found", () => {
      const { verdict, discovery, nothing_found } = monitor.overview();
      seen.push(verdict.unknown);
      if (nothing_found !== null) expect(discovery.complete).toBe(true);
      return nothing_found !== null;
    });
    expect(new Set(seen)).toEqual(new Set(["starting", "nothing-found"]));
    expect(monitor.overview().discovery).toMatchObject({ streams: 0, awaited: ["awaited"], denied: false });
    await add("awaited", 3);
    await until("the awaited stream is there", () => row("streams:awaited") !== undefined);
    await until("the verdict is known", () => monitor.overview().verdict.state === "ok");
    expect(monitor.overview()).toMatchObject({
      nothing_found: null,
      discovery: { streams: 1, awaited: [] },
      totals: { waiting: 0, running: 0, streams_ungrouped: 1, groups: 0, quality: {} },
    });
    expect(row("streams:awaited")).toMatchObject({
      state: "unknown",
      waiting: null,
      stream: { stream: "awaited", group: null, length: 3 },
    });
  }, 30_000);

  it("shows both, counts both, and answers queue/info with queues alone", async () => {
    await client.sadd("rq:queues", "rq:queue:mail");
    await client.rpush("rq:queue:mail", "job");
    await client.xgroup("CREATE", "orders", "billing", "0", "MKSTREAM");
    await add("orders", 20);
    await read("ann", 5);
    await add("log", 2);
    monitor.start();
    await until("all rows", () => monitor.overview().rows_total === 3);
    await until("all are read", () => monitor.overview().totals.waiting === 16);
    const overview = overviewSchema.parse(JSON.parse(monitor.overviewBody().body));
    expect(overview.totals).toMatchObject({ running: 5, queues: 1, groups: 1, streams_ungrouped: 1 });
    expect(overview.rows.at(-1)?.id).toBe("streams:log");
    expect(row("streams:orders/billing")).toMatchObject({
      waiting: 15,
      running: 5,
      stream: { stream: "orders", group: "billing", length: 20, consumers: 1 },
    });
    expect(monitor.queueInfo().map(({ name }) => name)).toEqual(["mail"]);
    expect(monitor.health()).toMatchObject({ queues: 1, waiting: 1 });
    const { backlogs } = monitor.history("15m", null);
    expect(backlogs.map(({ key, values }) => [key, values.at(-1)])).toEqual([
      ["orders/billing", 15],
      ["mail", 1],
    ]);
  }, 30_000);

  it("closes the problem of failures that expired, before a worker has cleaned up after them", async () => {
    const now = Date.now();
    const text =
      'Traceback (most recent call last):\n  File "/app/mail.py", line 3, in send\nTimeoutError: no answer\n';
    const error = deflateSync(text).toString("base64");
    await client.sadd("rq:queues", "rq:queue:mail");
    for (const id of ["a", "b", "c", "d", "e"]) {
      const data = deflateSync(Buffer.from('["mail.send", null, [], {}]'));
      await client.hset(`rq:job:${id}`, { origin: "mail", status: "failed", ended_at: rqTime(now), data });
      await client.xadd(resultsKey(id), "*", "type", "2", "exc_string", error);
      await client.zadd("rq:failed:mail", String(Math.floor(now / 1_000) + 6), id);
    }
    monitor.start();
    const open = () => monitor.problems().map(({ evidence }) => evidence.kind);
    await until("the problem opens", () => open().includes("same-failure"), 5_500);
    await until("the problem closes", () => open().length === 0, 20_000);
    expect(await client.zcard("rq:failed:mail")).toBe(5);
  }, 40_000);

  it("opens the problem of a dead consumer by itself, charts its share, and tells browsers of the row", async () => {
    await client.xgroup("CREATE", "orders", "billing", "0", "MKSTREAM");
    await add("orders", 30);
    await read("dead", 10);
    monitor.start();
    await until("the row is read", () => row("streams:orders/billing")?.running === 10);
    expect(monitor.problems()).toEqual([]);
    await until("the problem opens", () =>
      monitor.problems().some(({ evidence }) => evidence.kind === "consumer-dead"),
    );
    const problem = monitor.problems().find(({ evidence }) => evidence.kind === "consumer-dead");
    expect(problem?.evidence).toMatchObject({
      stream: "orders",
      group: "billing",
      consumer: "dead",
      pending: 10,
    });
    await until("the row has it", () => row("streams:orders/billing")?.problem !== null);
    expect(row("streams:orders/billing")?.state).toBe(problem?.severity);
    await read("alive", 4);
    await until(
      "both consumers have a part",
      () =>
        group()
          .parts.map(({ key, held }) => `${key} ${held.at(-1)}`)
          .join() === "dead 10,alive 4",
    );
    expect(group().parts[0]?.oldest_ms.at(-1)).toBeGreaterThan(DEAD_AFTER_MS);
    const ticks = frames.filter((text) => text.startsWith("event: tick"));
    const told = ticks.map((text) => tickEvent.parse(JSON.parse(text.split("data: ")[1] ?? "")));
    const states = told
      .flatMap(({ changed }) => changed)
      .filter(({ id }) => id === "streams:orders/billing")
      .map(({ running, problem: kind }) => `${running} ${kind}`);
    expect(states[0]).toBe("10 null");
    expect(states).toContain("10 consumer-dead");
    expect(states.at(-1)).toMatch(/^14 /);
  }, 40_000);

  it("counts what is added, delivered and acknowledged", async () => {
    await client.xgroup("CREATE", "orders", "billing", "0", "MKSTREAM");
    await add("orders", 500);
    monitor.start();
    await until("the row is read", () => row("streams:orders/billing")?.waiting === 500);
    const started = Date.now();
    for (let round = 0; round < 24; round += 1) {
      await add("orders", 5);
      const reply = (await read("ann", 15)) as [string, [string, string[]][]][] | null;
      const ids = reply?.[0]?.[1].slice(0, 10).map(([id]) => id) ?? [];
      await client.xack("orders", "billing", ...ids);
      await sleep(250);
    }
    const perS = 24_000 / (Date.now() - started);
    const latest = (key: string) =>
      group()
        .series.find((series) => series.key === key)
        ?.values.filter((value) => value !== null)
        .at(-1) ?? 0;
    // A look sees a round or two late, and the slot of the series may hold some looks only.
    for (const [key, each] of [
      ["in_per_s", 5],
      ["delivered_per_s", 15],
      ["out_per_s", 10],
    ] as const) {
      expect(latest(key) / (each * perS), key).toBeGreaterThan(0.7);
      expect(latest(key) / (each * perS), key).toBeLessThan(1.3);
    }
  }, 40_000);
});
