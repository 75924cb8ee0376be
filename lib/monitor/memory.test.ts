/** Memory trouble on real servers: a limit that is nearly reached, and keys that are evicted. */
import type { Redis } from "ioredis";
import { afterEach, describe, expect, it } from "vitest";
import { createFailureIndex } from "@/lib/rq/failure-index";
import { createRqSource } from "@/lib/rq/source";
import type { Reading } from "@/lib/source";
import { createStreamsSource } from "@/lib/streams/source";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { createMemoryWatch, levelOf } from "./memory";
import { createServerWatch } from "./server-facts";

const MIB = 1024 * 1024;

describe("a share of the memory limit", () => {
  it("opens at 85 and 95 percent, and closes a little below", () => {
    expect(levelOf(0.849, "ok")).toBe("ok");
    expect(levelOf(0.85, "ok")).toBe("degraded");
    expect(levelOf(0.83, "degraded")).toBe("degraded");
    expect(levelOf(0.81, "degraded")).toBe("ok");
    expect(levelOf(0.95, "degraded")).toBe("failing");
    expect(levelOf(0.94, "failing")).toBe("failing");
    expect(levelOf(0.92, "failing")).toBe("degraded");
  });
});

describe.skipIf(noRedis)("a server that runs out of memory", () => {
  let server: TestRedis;
  afterEach(() => server?.stop());

  const infoOf = async (client: Redis) => {
    const watch = createServerWatch();
    await watch.refresh(client, 0, null);
    return watch.facts();
  };
  const reading = (more: Partial<Reading> & Pick<Reading, "ref">): Reading => ({
    waiting: 0,
    running: 0,
    failed: 0,
    oldestSinceMs: null,
    counts: null,
    stream: null,
    told: "",
    atMs: 0,
    dueMs: null,
    quality: {},
    ...more,
  });

  it("is told with its limit and policy, and with who holds most of it", async () => {
    server = await startRedis();
    const client = server.client();
    const JOBS = 400;
    const fill = client.pipeline();
    for (let index = 0; index < JOBS; index += 1) {
      fill.hset(`rq:job:j${index}`, { status: "queued", data: "x".repeat(10_000) });
      fill.rpush("rq:queue:mails", `j${index}`);
      fill.xadd("orders", "*", "n", "y".repeat(1_000));
    }
    await fill.exec();
    const before = await infoOf(client);
    expect(before).toMatchObject({ maxMemoryBytes: 0, maxMemoryPolicy: "noeviction", evictedKeys: 0 });
    await client.config("SET", "maxmemory", Math.ceil((before.usedMemoryBytes ?? 0) / 0.9));

    const memory = createMemoryWatch("redis://here/0");
    const [problem] = memory.diagnose(await infoOf(client), 1_000);
    expect(problem).toMatchObject({
      id: "redis-memory:server",
      severity: "degraded",
      evidence: { limit_of: "redis", policy: "noeviction", holders: null },
    });

    const counts = {
      ...{ queued: JOBS, intermediate: 0, started: 0, abandoned: 0, finished: 0, failed: 0 },
      ...{ deferred: 0, scheduled: 0, overdue: 0, canceled: 0 },
    };
    const queues = new Map([["rq:mails", reading({ ref: { source: "rq", name: "mails" }, counts })]]);
    const stream = { stream: "orders", group: null, length: JOBS, trimming: "growing" as const };
    const streams = new Map([
      [
        "streams:orders",
        reading({
          ref: { source: "streams", name: "orders" },
          stream: { ...stream, consumers: null, lag_reason: null, behind_ms: null, pending_oldest_ms: null },
        }),
      ],
    ]);
    const rq = createRqSource({ failures: createFailureIndex() });
    const { source } = createStreamsSource({ patterns: [], deadAfterMs: 60_000 });
    let asked = 0;
    const ask = () => {
      asked += 1;
      return Promise.all([rq.weigh(client, queues), source.weigh(client, streams)]);
    };
    await memory.weigh(0, ask);
    await memory.weigh(30_000, ask);
    expect(asked).toBe(1);
    const [weighed] = memory.diagnose(await infoOf(client), 2_000);
    if (weighed?.evidence.kind !== "redis-memory") throw new Error("no longer a problem");
    const [first, second] = weighed.evidence.holders ?? [];
    expect(first).toMatchObject({ source: "rq", name: "mails", items: JOBS, trusted: true });
    expect(second).toMatchObject({ source: "streams", name: "orders", items: JOBS });
    // Redis rounds what it allocates up; the samples are all alike.
    expect(first?.bytes).toBeGreaterThan(JOBS * 10_000);
    expect(first?.bytes).toBeLessThan(JOBS * 14_000);

    await client.config("SET", "maxmemory", 64 * MIB);
    expect(memory.diagnose(await infoOf(client), 3_000)).toEqual([]);
  });

  it("is compared with its machine where it has no limit, and told as such", async () => {
    server = await startRedis();
    const facts = await infoOf(server.client());
    expect(facts.machineMemoryBytes).toBeGreaterThan(0);
    const memory = createMemoryWatch("redis://here/0");
    expect(memory.diagnose(facts, 0)).toEqual([]);
    const full = { ...facts, usedMemoryBytes: (facts.machineMemoryBytes ?? 0) * 0.96 };
    expect(memory.diagnose(full, 0)).toMatchObject([
      { severity: "failing", evidence: { kind: "redis-memory", limit_of: "machine" } },
    ]);
  });

  it("that removes keys is told as that: failing where jobs may vanish", async () => {
    server = await startRedis(["--maxmemory", "6mb", "--maxmemory-policy", "allkeys-lru"]);
    const client = server.client();
    const memory = createMemoryWatch("redis://here/0");
    memory.diagnose(await infoOf(client), 0);
    const fill = client.pipeline();
    for (let index = 0; index < 3_000; index += 1) fill.set(`k${index}`, "x".repeat(4_000));
    await fill.exec();
    const found = memory.diagnose(await infoOf(client), 4_000);
    expect(found).toMatchObject([
      { id: "redis-evicts:server", severity: "failing", evidence: { policy: "allkeys-lru" } },
    ]);
    const [problem] = found;
    if (problem?.evidence.kind !== "redis-evicts") throw new Error("not told");
    expect(problem.evidence.evicted).toBeGreaterThan(100);
    // Nothing more was evicted for over five minutes; the server stands at its limit, which is then the trouble.
    const later = memory.diagnose(await infoOf(client), 400_000);
    expect(later.map(({ id }) => id)).toEqual(["redis-memory:server"]);
  });
});
