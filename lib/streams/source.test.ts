import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { type Looks, type LooksOptions, openLooks } from "@/test/streams/looks";

describe.skipIf(noRedis)("watching streams", () => {
  let server: TestRedis;
  let client: Redis;
  let looks: Looks;

  beforeAll(async () => {
    server = await startRedis();
    client = server.client();
  });
  beforeEach(async () => {
    await client.flushall();
    looks = openLooks(server);
  });
  afterEach(() => looks.close());
  afterAll(() => server.stop());

  const open = (options: LooksOptions) => {
    looks.close();
    looks = openLooks(server, options);
  };
  const add = async (stream: string, count: number) => {
    for (let n = 0; n < count; n += 1) await client.xadd(stream, "*", "n", String(n));
  };
  const read = (stream: string, group: string, consumer: string, count: number) =>
    client.xreadgroup("GROUP", group, consumer, "COUNT", count, "STREAMS", stream, ">");
  const ackAll = async (stream: string, group: string) => {
    const rows = (await client.xpending(stream, group, "-", "+", 1_000)) as [string][];
    if (rows.length > 0) await client.xack(stream, group, ...rows.map(([id]) => id));
  };
  const make = (stream: string, group: string) => client.xgroup("CREATE", stream, group, "0", "MKSTREAM");

  it("knows every group of a small keyspace at the first look, with its lag, pending entries and ages", async () => {
    await make("orders", "billing");
    await make("orders", "mail");
    await add("orders", 10);
    await read("orders", "billing", "worker-1", 4);
    await add("log", 3);
    await client.set("no-stream", "x");
    const { census, readings } = await looks.look();
    expect(census.backlogs.map(({ name }) => name).sort()).toEqual(["log", "orders/billing", "orders/mail"]);
    expect(census.complete).toBe(true);
    expect(readings.get("orders/billing")).toMatchObject({
      waiting: 6,
      running: 4,
      stream: { stream: "orders", group: "billing", length: 10, consumers: 1, lag_reason: null },
      quality: {},
    });
    expect(readings.get("orders/billing")?.stream?.behind_ms).toBeGreaterThanOrEqual(0);
    expect(readings.get("orders/billing")?.stream?.pending_oldest_ms).toBeGreaterThanOrEqual(0);
    expect(readings.get("orders/mail")).toMatchObject({ waiting: 10, running: 0 });
    expect(readings.get("log")).toMatchObject({
      waiting: null,
      running: null,
      stream: { group: null, length: 3, consumers: null },
    });
    expect(census.crews.get("streams:orders/billing")).toEqual({ live: 1, busy: 1, total: 1 });
  });

  it("reads a settled group again only when Redis tells of a change", async () => {
    await make("orders", "billing");
    await add("orders", 5);
    await read("orders", "billing", "worker-1", 5);
    await ackAll("orders", "billing");
    const first = await looks.look();
    const dueMs = first.readings.get("orders/billing")?.dueMs ?? 0;
    expect(dueMs - first.nowMs).toBeGreaterThan(5_000);
    looks.wait(2_000);
    expect((await looks.look()).read).toEqual([]);
    await add("orders", 1);
    const told = await looks.look();
    expect(told.read).toEqual(["orders/billing"]);
    expect(told.readings.get("orders/billing")).toMatchObject({ waiting: 1, running: 0 });
  });

  it("sees what Redis does not tell, reading and acknowledging, at the next look", async () => {
    await make("orders", "billing");
    await add("orders", 5);
    await looks.look();
    await read("orders", "billing", "worker-1", 5);
    looks.wait(2_000);
    expect((await looks.look()).readings.get("orders/billing")).toMatchObject({ waiting: 0, running: 5 });
    await ackAll("orders", "billing");
    looks.wait(2_000);
    expect((await looks.look()).readings.get("orders/billing")).toMatchObject({ waiting: 0, running: 0 });
  });

  it("keeps every unsettled group of many younger than ten seconds, and asks less while nothing moves", async () => {
    const pipeline = client.pipeline();
    for (let n = 0; n < 300; n += 1) {
      pipeline.xgroup("CREATE", `s${n}`, "g", "0", "MKSTREAM");
      pipeline.xadd(`s${n}`, "*", "n", "1");
    }
    await pipeline.exec();
    await looks.look();
    const lastRead = new Map<string, number>();
    let questions = 0;
    for (let n = 0; n < 12; n += 1) {
      looks.wait(2_000);
      const { read: names, nowMs, readings } = await looks.look();
      questions += names.length;
      for (const [name, reading] of readings) {
        lastRead.set(name, reading.atMs);
        expect(nowMs - reading.atMs).toBeLessThanOrEqual(10_000);
      }
    }
    expect(lastRead.size).toBe(300);
    expect(questions).toBeLessThan(12 * 300 * 0.6);
  });

  it("reads many that stand still more rarely, says how old they are, and sees what moves silently", async () => {
    const pipeline = client.pipeline();
    for (let n = 0; n < 300; n += 1) {
      pipeline.xgroup("CREATE", `s${n}`, "g", "0", "MKSTREAM");
      pipeline.xadd(`s${n}`, "*", "n", "1");
    }
    await pipeline.exec();
    for (let n = 0; n < 40; n += 1) {
      await looks.look();
      looks.wait(2_000);
    }
    await read("s7", "g", "w", 1);
    await ackAll("s7", "g");
    let questions = 0;
    let seenAfter: number | null = null;
    for (let n = 1; n <= 14; n += 1) {
      const { read: names, nowMs, readings } = await looks.look();
      questions += names.length;
      for (const { atMs, silent, waiting } of readings.values()) {
        expect(nowMs - atMs).toBeLessThanOrEqual(waiting === 0 ? 70_000 : 27_000);
        expect(silent).toBe(waiting !== 0);
      }
      if (seenAfter === null && readings.get("s7/g")?.waiting === 0) seenAfter = n * 2_000;
      looks.wait(2_000);
    }
    expect(seenAfter).not.toBeNull();
    expect(questions).toBeLessThan(14 * 300 * 0.12);
  });

  it("counts what came in, was delivered and was acknowledged", async () => {
    await make("orders", "billing");
    await make("orders", "mail");
    await add("orders", 3);
    await looks.look();
    expect(looks.flowOf("orders/billing").flow).toEqual({ in: 0, out: 0, failed: 0, delivered: 0 });
    await add("orders", 7);
    await read("orders", "billing", "worker-1", 6);
    await ackAll("orders", "billing");
    await read("orders", "billing", "worker-1", 2);
    await looks.look();
    expect(looks.flowOf("orders/billing")).toEqual({
      flow: { in: 7, out: 6, failed: 0, delivered: 8 },
      quality: "exact",
    });
    expect(looks.flowOf("orders/mail").flow).toEqual({ in: 7, out: 0, failed: 0, delivered: 0 });
    expect(looks.source.flows(0).total).toEqual({ in: 14, out: 6, failed: 0, delivered: 8 });
  });

  it("counts what a stream without a group takes in, apart from the total", async () => {
    await add("log", 2);
    await looks.look();
    await add("log", 5);
    await looks.look();
    expect(looks.flowOf("log").flow).toEqual({ in: 5, out: 0, failed: 0, delivered: 0 });
    expect(looks.source.flows(0).total.in).toBe(0);
  });

  it("counts neither a rewound group nor a stream that was made anew", async () => {
    await make("orders", "billing");
    await add("orders", 10);
    await read("orders", "billing", "worker-1", 10);
    await ackAll("orders", "billing");
    await looks.look();
    await client.xgroup("SETID", "orders", "billing", "0");
    looks.wait(70_000);
    const rewound = await looks.look();
    expect(rewound.readings.get("orders/billing")).toMatchObject({ waiting: 10 });
    expect(looks.flowOf("orders/billing").flow.out).toBe(0);
    await client.del("orders");
    await make("orders", "billing");
    await add("orders", 2);
    const remade = await looks.look();
    expect(remade.readings.get("orders/billing")).toMatchObject({ waiting: 2, running: 0 });
    expect(looks.flowOf("orders/billing").flow).toEqual({ in: 0, out: 0, failed: 0, delivered: 0 });
    await add("orders", 1);
    await looks.look();
    expect(looks.flowOf("orders/billing").flow.in).toBe(1);
  });

  it("notices groups that come and go, and that a stream got its first", async () => {
    await add("orders", 2);
    await looks.look();
    await make("orders", "billing");
    looks.wait(70_000);
    await looks.look();
    const found = await looks.look();
    expect(found.census.backlogs.map(({ name }) => name)).toEqual(["orders/billing"]);
    await client.xgroup("DESTROY", "orders", "billing");
    looks.wait(10_000);
    await looks.look();
    expect((await looks.look()).census.backlogs.map(({ name }) => name)).toEqual(["orders"]);
  });

  it("lets go of streams that are deleted, renamed or replaced by something else", async () => {
    await add("deleted", 1);
    await add("renamed", 1);
    await add("replaced", 1);
    await looks.look();
    await client.del("deleted");
    await client.rename("renamed", "new-name");
    await client.set("replaced", "text");
    looks.wait(10_000);
    await looks.look();
    looks.wait(10_000);
    const { census, readings } = await looks.look();
    expect(census.backlogs.map(({ name }) => name)).toEqual(["new-name"]);
    expect([...readings.keys()]).toEqual(["new-name"]);
  });

  it("keeps the bytes of names that are not UTF-8 or hold a slash", async () => {
    const key = Buffer.from([0xff, 0x2f, 0x41]);
    await client.xgroup("CREATE", key, Buffer.from([0xfe]), "0", "MKSTREAM");
    await client.xadd(key, "*", "n", "1");
    await client.xreadgroup("GROUP", Buffer.from([0xfe]), "a/b", "COUNT", 1, "STREAMS", key, ">");
    const { census, readings } = await looks.look();
    const [ref] = census.backlogs;
    expect(ref?.name).toMatch(/^b64:[\w-]+\/b64:[\w-]+$/);
    expect(readings.get(ref?.name ?? "")).toMatchObject({ waiting: 0, running: 1 });
    expect(looks.source.parts?.(Date.now())).toMatchObject([
      { name: expect.stringMatching(/^b64:/), held: 1 },
    ]);
    expect(await looks.source.peek(client, census.backlogs, Date.now())).toMatchObject([{ running: 1 }]);
  });

  it("works for a user with read commands only, and shows only keys that this user may read", async () => {
    await client.call(
      "ACL",
      "SETUSER",
      "dash",
      "on",
      ">secret",
      "resetkeys",
      "%R~app:*",
      "resetchannels",
      "-@all",
      ...[
        "ping",
        "hello",
        "info",
        "select",
        "client|setname",
        "client|id",
        "command",
        "scan",
        "type",
        "ttl",
      ].map((name) => `+${name}`),
      ...["pttl", "xlen", "xrange", "xrevrange", "xpending", "xinfo", "memory|usage", "object|encoding"].map(
        (name) => `+${name}`,
      ),
    );
    await make("app:orders", "billing");
    await add("app:orders", 5);
    await read("app:orders", "billing", "worker-1", 2);
    await add("private", 1);
    open({ login: "dash:secret", tracking: false });
    // TIME is not in this user's rights: the harness asks with a right of its own.
    await client.call("ACL", "SETUSER", "dash", "+time");
    const { census, readings } = await looks.look();
    expect(census.backlogs.map(({ name }) => name)).toEqual(["app:orders/billing"]);
    expect(readings.get("app:orders/billing")).toMatchObject({ waiting: 3, running: 2, quality: {} });
    expect((await looks.look()).census.backlogs).toHaveLength(1);
  });

  it("tells a stream that it may not look into as unknown, with the reason", async () => {
    await client.call("ACL", "SETUSER", "blind", "on", ">secret", "~*", "+@all", "-xinfo");
    await make("orders", "billing");
    open({ login: "blind:secret" });
    const { readings } = await looks.look();
    expect(readings.get("orders")).toMatchObject({
      waiting: null,
      stream: { lag_reason: "denied", length: null },
    });
  });

  it("changes nothing by looking", async () => {
    await make("orders", "billing");
    await add("orders", 20);
    await read("orders", "billing", "worker-1", 12);
    await client.config("RESETSTAT");
    await looks.look();
    looks.watch.group("orders", "billing");
    looks.wait(2_000);
    await looks.look();
    const stats = await client.info("commandstats");
    expect(stats).toMatch(/cmdstat_xinfo/);
    expect(stats).not.toMatch(/cmdstat_(xadd|xack|xclaim|xautoclaim|xreadgroup|xdel|xtrim|xgroup|set|eval)/);
  });

  it("tells what each consumer holds, and since when", async () => {
    await make("orders", "billing");
    await add("orders", 30);
    await read("orders", "billing", "worker-1", 20);
    await read("orders", "billing", "worker-2", 5);
    await looks.look();
    looks.watch.group("orders", "billing");
    const { nowMs } = await looks.look();
    const parts = looks.source.parts?.(nowMs) ?? [];
    expect(parts.map(({ name, held }) => ({ name, held }))).toEqual([
      { name: "worker-1", held: 20 },
      { name: "worker-2", held: 5 },
    ]);
    for (const { oldestSinceMs } of parts) expect(nowMs - (oldestSinceMs ?? 0)).toBeLessThan(20_000);
  });

  it("sees a consumer read its own list again, and another reclaim it", async () => {
    await make("orders", "billing");
    await add("orders", 3);
    await read("orders", "billing", "worker-1", 3);
    await looks.look();
    await client.xreadgroup("GROUP", "billing", "worker-1", "COUNT", 1, "STREAMS", "orders", "0");
    looks.wait(2_000);
    await looks.look();
    expect(looks.watch.group("orders", "billing")).toMatchObject({ reclaimSeenMs: null });
    expect(looks.watch.group("orders", "billing")?.consumers.get("worker-1")?.rereadSeenMs).toEqual(
      expect.any(Number),
    );
    await new Promise((resolve) => setTimeout(resolve, 60));
    await client.xautoclaim("orders", "billing", "worker-2", 50, "0", "COUNT", 2);
    looks.wait(2_000);
    await looks.look();
    const watched = looks.watch.group("orders", "billing");
    expect(watched?.reclaimSeenMs).toEqual(expect.any(Number));
    expect(watched?.reclaimMinIdleMs).toBeGreaterThanOrEqual(50);
  });

  it("lists streams with their groups from memory, and says whether anything trims them", async () => {
    await make("orders", "billing");
    await add("orders", 2);
    await add("capped", 500);
    await client.xtrim("capped", "MAXLEN", 400);
    const { nowMs } = await looks.look();
    expect(looks.watch.rows(nowMs).map(({ stream, lag }) => ({ stream, lag }))).toEqual(
      expect.arrayContaining([
        { stream: "orders", lag: 2 },
        { stream: "capped", lag: null },
      ]),
    );
    expect(looks.watch.stream("capped")?.trimming).toBe("unknown");
    for (let n = 0; n < 400; n += 1) await client.xadd("capped", "MAXLEN", "400", "*", "n", "1");
    await add("orders", 1);
    await looks.look();
    expect(looks.watch.stream("capped")?.trimming).toBe("capped");
    expect(looks.watch.stream("orders")?.trimming).toBe("growing");
    expect(looks.watch.stream("nowhere")).toBeNull();
  });
});
