import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { jobPage } from "../api/schemas/jobs";
import { listRunning } from "./running";

const NOW_MS = 1_700_000_000_000;
const UNPARSED = { errorOf: () => null };

describe.skipIf(noRedis)("running jobs of all queues", () => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = server.client();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await redis.flushall();
  });

  const read = (cursor?: string, limit = 50, order: "newest" | "oldest" = "oldest") =>
    listRunning(redis, { order, cursor, limit, nowMs: NOW_MS }, UNPARSED);

  async function run(queue: string, id: string, startedMs: number | null, execution = "") {
    await redis.sadd("rq:queues", `rq:queue:${queue}`);
    await redis.zadd(`rq:wip:${queue}`, NOW_MS / 1_000 + 60, id + execution);
    await redis.hset(`rq:job:${id}`, {
      status: "started",
      origin: queue,
      worker_name: "w",
      data: '["jobs.nap", null, [], {}]',
      ...(startedMs === null ? {} : { started_at: new Date(startedMs).toISOString() }),
    });
  }

  it("puts those first that run longest, whatever their queue and RQ version", async () => {
    await redis.hset("rq:worker:w", "birth", "2023-01-01T00:00:00.000000Z");
    await run("a", "young", NOW_MS - 1_000);
    await run("b", "old", NOW_MS - 90_000, `:${"a".repeat(32)}`);
    await run("b", "unknown", null);
    await run("a", "middle", NOW_MS - 5_000);
    const page = jobPage.parse(await read());
    expect(page.items.map((job) => job.job_id)).toEqual(["old", "middle", "young", "unknown"]);
    expect(page.items[0]).toMatchObject({
      func_name: "jobs.nap",
      started_at: NOW_MS - 90_000,
      worker_name: "w",
      worker_alive: true,
      due_ms: NOW_MS + 60_000,
    });
    expect(page).toMatchObject({ total: 4, next_cursor: null });
    expect((await read(undefined, 50, "newest")).items.map((job) => job.job_id)).toEqual([
      "unknown",
      "young",
      "middle",
      "old",
    ]);
  });

  it("shows each job once by cursor, also those that started together, while others end", async () => {
    for (let n = 0; n < 120; n += 1) await run(`q${n % 3}`, `job-${n}`, NOW_MS - (n % 4) * 1_000);
    const shown: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await read(cursor, 25);
      shown.push(...page.items.map((job) => job.job_id));
      await redis.zrem(`rq:wip:q${(shown.length - 1) % 3}`, shown[0] ?? "", `job-${shown.length - 1}`);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown.length).toBeGreaterThan(110);
  });

  it("has no page for a Redis without queues, and refuses a foreign cursor", async () => {
    expect(await read()).toEqual({ items: [], next_cursor: null, total: 0 });
    await expect(read("e30")).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
