/** The whole watcher on a real Redis: what it says, what it costs, what it never does, and how it recovers. */
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { overview as overviewSchema, tickEvent } from "@/lib/api/schemas/overview";
import { parseRedisUrl, type RedisTarget } from "@/lib/config";
import { type Connection, openConnection } from "@/lib/redis/connection";
import { createFailureIndex } from "@/lib/rq/failure-index";
import { createRqSource } from "@/lib/rq/source";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { createMonitor, type Monitor } from "./monitor";
import { createServerWatch } from "./server-facts";

const INTERVAL_MS = 500;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(holds: () => boolean, ms = 8_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("it never held");
    await sleep(20);
  }
}

describe.skipIf(noRedis)("the monitor", () => {
  let server: TestRedis;
  let client: Redis;
  const open: { monitor: Monitor; connection: Connection }[] = [];

  beforeEach(async () => {
    server = await startRedis();
    client = server.client();
  });
  afterEach(async () => {
    for (const { monitor, connection } of open.splice(0)) {
      await monitor.stop();
      await connection.close();
    }
    await server.stop();
  });

  const start = (more: Partial<RedisTarget> = {}): Monitor => {
    const target = parseRedisUrl("main", server.url);
    if (typeof target === "string") throw new Error(target);
    const connection = openConnection({ ...target, ...more }, { readOnly: false });
    const monitor = createMonitor({
      connection,
      sources: [createRqSource({ failures: createFailureIndex() })],
      intervalMs: INTERVAL_MS,
      redisFrom: "REDIS_URL",
      readOnly: false,
    });
    open.push({ monitor, connection });
    monitor.start();
    return monitor;
  };

  const queues = async (count: number, prefix = "q") => {
    const pipeline = client.pipeline();
    for (let index = 0; index < count; index += 1) pipeline.sadd("rq:queues", `rq:queue:${prefix}${index}`);
    await pipeline.exec();
  };
  const enqueue = async (queue: string, id: string, ageMs = 0) => {
    await client.hset(`rq:job:${id}`, {
      status: "queued",
      origin: queue,
      enqueued_at: new Date(Date.now() - ageMs).toISOString(),
    });
    await client.rpush(`rq:queue:${queue}`, id);
  };
  const worker = async (name: string, of: string[], fields: Record<string, string> = {}) => {
    const now = new Date().toISOString();
    await client.hset(`rq:worker:${name}`, {
      birth: now,
      last_heartbeat: now,
      queues: of.join(","),
      state: "idle",
      ...fields,
    });
    await client.expire(`rq:worker:${name}`, 480);
    await client.sadd("rq:workers", `rq:worker:${name}`);
  };
  const looked = (monitor: Monitor, ticks = 1) => {
    const from = monitor.overview().tick;
    // Ticks come later on a machine that is busy with something else.
    return until(() => monitor.overview().tick >= from + ticks, 40_000);
  };

  it("takes no gap from a viewer who comes while it looks seldom", async () => {
    await queues(1);
    const monitor = start();
    await until(() => monitor.overview().rows_total === 1);
    // Longer than a missed look would be while somebody watches.
    await sleep(4_000);
    const tick = monitor.overview().tick;
    monitor.subscribe(() => undefined);
    await until(() => monitor.overview().tick > tick);
    expect(monitor.overview().totals.in_per_s).toBe(0);
  });

  it("begins unknown, and says what it looked for when it finds no queue", async () => {
    await client.select(3);
    await client.sadd("rq:queues", "rq:queue:elsewhere");
    const monitor = start();
    expect(monitor.overview().verdict).toMatchObject({ state: "unknown", unknown: "starting" });
    await until(() => monitor.overview().nothing_found !== null);
    expect(monitor.overview().verdict).toMatchObject({ state: "unknown", unknown: "nothing-found" });
    expect(monitor.overview().nothing_found).toEqual({
      redis_from: "REDIS_URL",
      db: 0,
      other_dbs: [{ db: 3, queues: 1 }],
      other_dbs_known: true,
    });
  });

  it("shows a queue without worker as the first problem, and forgets it when a worker comes", async () => {
    await queues(3);
    await worker("w1", ["q0", "q2"]);
    await enqueue("q1", "a", 90_000);
    const monitor = start();
    monitor.subscribe(() => undefined);
    await until(() => monitor.problems().length > 0);
    const { verdict, rows, totals } = monitor.overview();
    expect(verdict).toMatchObject({ state: "failing", failing: 1 });
    expect(rows[0]).toMatchObject({
      name: "q1",
      state: "failing",
      problem: "queue-no-worker",
      waiting: 1,
      rank: 0,
    });
    expect(rows[0]?.oldest_ms).toBeGreaterThan(89_000);
    expect(monitor.problems()[0]?.evidence).toMatchObject({ listened: ["q0", "q2"], similar: "q0" });
    expect(totals).toMatchObject({ waiting: 1, workers_live: 1, oldest_backlog: "q1", fresh: 3 });
    await worker("w2", ["q1"]);
    await until(() => monitor.problems().length === 0);
    await looked(monitor);
    expect(monitor.overview().verdict.state).toBe("ok");
  });

  it("answers bodies that its schemas accept, serialised once a tick", async () => {
    await queues(2);
    await enqueue("q1", "a");
    const monitor = start();
    const frames: string[] = [];
    monitor.subscribe((text) => frames.push(text));
    await until(() => monitor.overview().rows.length === 2);
    const first = monitor.overviewBody();
    expect(monitor.overviewBody()).toBe(first);
    expect(() => overviewSchema.parse(JSON.parse(first.body))).not.toThrow();
    await looked(monitor);
    expect(monitor.overviewBody().etag).not.toBe(first.etag);
    expect(frames[0]).toMatch(/^event: hello\n/);
    const tick = frames.find((text) => text.startsWith("event: tick")) ?? "";
    expect(() => tickEvent.parse(JSON.parse(tick.split("data: ")[1] ?? ""))).not.toThrow();
    expect(await monitor.readQueue("q1")).toMatchObject({ name: "q1", length: 1 });
    expect(await monitor.readQueue("nowhere")).toBeNull();
  });

  it("keeps an untouched queue's row true without reading it, and sees a change at the next look", async () => {
    await queues(60);
    const monitor = start();
    monitor.subscribe(() => undefined);
    await until(() => monitor.overview().totals.fresh === 60);
    await looked(monitor, 3);
    const { rows, at_ms } = monitor.overview();
    expect(rows.every((row) => at_ms - row.at_ms < 100)).toBe(true);
    await enqueue("q59", "a");
    await looked(monitor, 2);
    expect(monitor.overview().rows.find(({ name }) => name === "q59")?.waiting).toBe(1);
  });

  it("costs Redis hardly more for 1,000 queues than for 10", async () => {
    const commands = async () =>
      Number(/total_commands_processed:(\d+)/.exec(await client.info("stats"))?.[1] ?? 0);
    /** Median of single ticks: one that lost its connection on a busy machine reads everything again. */
    const cost = async (monitor: Monitor) => {
      await looked(monitor, 3);
      const costs: number[] = [];
      for (let tick = 0; tick < 7; tick += 1) {
        const before = await commands();
        await looked(monitor);
        costs.push((await commands()) - before);
      }
      return costs.sort((a, b) => a - b)[3] ?? Number.NaN;
    };
    await queues(10);
    const monitor = start();
    monitor.subscribe(() => undefined);
    await until(() => monitor.overview().rows_total === 10);
    const few = await cost(monitor);
    await queues(1_000);
    await until(() => monitor.overview().totals.fresh === 1_000, 20_000);
    const many = await cost(monitor);
    expect(Math.log(many / few) / Math.log(100)).toBeLessThanOrEqual(0.25);
  }, 90_000);

  it("costs Redis the same for 20 viewers as for one", async () => {
    await queues(20);
    const monitor = start();
    for (let viewer = 0; viewer < 20; viewer += 1) monitor.subscribe(() => undefined);
    await looked(monitor, 3);
    const interval = monitor.overview().interval_ms;
    expect(interval).toBe(INTERVAL_MS);
    const from = monitor.overview().tick;
    await sleep(INTERVAL_MS * 4);
    expect(monitor.overview().tick - from).toBeLessThanOrEqual(5);
  });

  it("says within three ticks that Redis is gone, trusts nothing it had, and recovers by itself", async () => {
    await queues(3);
    await worker("w1", ["q0", "q1", "q2"]);
    const monitor = start();
    monitor.subscribe(() => undefined);
    await until(() => monitor.overview().verdict.state === "ok");
    const tick = monitor.overview().tick;
    await server.kill();
    await until(() => monitor.overview().verdict.state === "unknown");
    expect(monitor.overview().tick - tick).toBeLessThanOrEqual(4);
    expect(monitor.overview().verdict).toMatchObject({ unknown: "redis-unreachable" });
    expect(monitor.overview().rows.map((row) => row.state)).toEqual(["unknown", "unknown", "unknown"]);
    expect(monitor.problems()[0]?.evidence.kind).toBe("redis-unreachable");
    expect(monitor.health()).toMatchObject({ status: "failing", detail: "redis-unreachable" });
    await server.start();
    await queues(2);
    await worker("w1", ["q0", "q1"]);
    await until(() => monitor.overview().verdict.state === "ok");
    expect(monitor.overview().rows_total).toBe(2);
    await until(() => monitor.problems().length === 0);
  }, 30_000);

  it("says within three ticks that a server which hangs tells nothing, and recovers", async () => {
    await queues(1);
    const monitor = start();
    monitor.subscribe(() => undefined);
    await until(() => monitor.overview().verdict.state === "ok");
    const tick = monitor.overview().tick;
    process.kill(server.pid, "SIGSTOP");
    try {
      await until(() => monitor.overview().verdict.state === "unknown");
      expect(monitor.overview().tick - tick).toBeLessThanOrEqual(3);
    } finally {
      process.kill(server.pid, "SIGCONT");
    }
    await until(() => monitor.overview().verdict.state === "ok");
  }, 30_000);

  it.each([
    { may: "change streams and no queue", rules: ["~orders", "+@all"], writes: true },
    { may: "read streams and nothing else", rules: ["%R~*", "+@all"], writes: false },
  ])("knows whether a user may change anything: one that may $may", async ({ rules, writes }) => {
    await client.call("ACL", "SETUSER", "guest", "on", ">secret", ...rules);
    await client.xadd("orders", "*", "n", "1");
    const watch = createServerWatch();
    const guest = server.client({ username: "guest", password: "secret" });
    await watch.refresh(guest, 0, "orders");
    expect(watch.facts().mayWrite).toBe(writes);
    await watch.refresh(guest, 120_000, null);
    expect(watch.facts().mayWrite).toBe(false);
  });

  it("runs for a user with read commands only, and says that the count of others is not known", async () => {
    await client.call("ACL", "SETUSER", "reader", "on", ">secret", "~*", "-@all", "+@read", "+ping");
    await queues(30);
    await enqueue("q7", "a", 5_000);
    const monitor = start({ username: "reader", password: "secret" });
    monitor.subscribe(() => undefined);
    await until(() => monitor.overview().totals.fresh === 30);
    expect(monitor.overview().connection).toMatchObject({ redis_version: null, clock_skew_ms: null });
    await enqueue("q7", "b");
    await until(() => monitor.overview().totals.waiting === 2, 12_000);
  }, 30_000);

  describe.each([
    { who: "a user with every permission", user: {} },
    { who: "a user with read commands only", user: { username: "reader", password: "secret" } },
  ])("for $who", ({ user }) => {
    it("writes nothing at all by looking", async () => {
      await client.call("ACL", "SETUSER", "reader", "on", ">secret", "~*", "-@all", "+@read", "+ping");
      await queues(5);
      await worker("w1", ["q0", "q1"]);
      await enqueue("q0", "a");
      await enqueue("q3", "b");
      await client.zadd("rq:wip:q0", Date.now() / 1_000 - 5, "c");
      await client.zadd("rq:failed:q0", Date.now() / 1_000 + 5_000, "d");
      const writes = await client.call("COMMAND", "LIST", "FILTERBY", "ACLCAT", "write");
      const forbidden = new Set((Array.isArray(writes) ? writes : []).map(String));
      const heard: string[] = [];
      const ear = await server.client().monitor();
      ear.on("monitor", (_time: string, [command = ""]: string[]) => heard.push(command.toLowerCase()));
      const monitor = start(user);
      monitor.subscribe(() => undefined);
      await until(() => monitor.overview().rows_total > 0);
      await looked(monitor, 4);
      await monitor.readQueue("q0");
      ear.disconnect();
      expect(forbidden.has("rpush")).toBe(true);
      expect(heard.length).toBeGreaterThan(50);
      expect(heard.filter((command) => forbidden.has(command) || command.startsWith("eval"))).toEqual([]);
    });
  });

  it("keeps a key of the wrong type to itself", async () => {
    await queues(2);
    await client.set("rq:wip:q0", "not a sorted set");
    await client.set("rq:queue:q1", "not a list");
    const monitor = start();
    monitor.subscribe(() => undefined);
    await until(() => monitor.overview().rows_total === 2);
    await looked(monitor);
    const byName = Object.fromEntries(monitor.overview().rows.map((row) => [row.name, row]));
    expect(byName.q0).toMatchObject({ waiting: 0, running: null, quality: { running: "unknown" } });
    expect(byName.q1).toMatchObject({ waiting: null, state: "unknown" });
  });

  it("ends every stream when it stops", async () => {
    const monitor = start();
    let ended = 0;
    monitor.onStop(() => {
      ended += 1;
    });
    monitor.subscribe(() => undefined);
    await monitor.stop();
    expect(ended).toBe(1);
  });
});
