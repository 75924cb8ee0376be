import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import type { Order } from "../api/inputs";
import { queueKey } from "./keys";
import { type QueueCursor, readQueue } from "./queue-page";

const QUEUE = "default";
const KEY = queueKey(QUEUE);

describe.skipIf(noRedis)("a page of a queue's list", () => {
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

  const ids = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => `job-${from + index}`);

  async function walk(
    order: Order,
    limit: number,
    between: (shown: string[]) => Promise<void> = async () => {},
  ) {
    const shown: string[] = [];
    let cursor: QueueCursor | null = null;
    do {
      const page = await readQueue(redis, QUEUE, order, cursor, limit);
      shown.push(...page.ids.map(String));
      cursor = page.next;
      if (cursor !== null) await between(shown);
    } while (cursor !== null);
    return shown;
  }

  it("shows every id once, last pushed first or next to run first", async () => {
    await redis.rpush(KEY, ...ids(0, 523));
    expect(await walk("oldest", 50)).toEqual(ids(0, 523));
    expect(await walk("newest", 50)).toEqual(ids(0, 523).reverse());
    expect(await walk("newest", 523)).toHaveLength(523);
  });

  it("has no page after the last one", async () => {
    await redis.rpush(KEY, ...ids(0, 100));
    const first = await readQueue(redis, QUEUE, "newest", null, 50);
    const second = await readQueue(redis, QUEUE, "newest", first.next, 50);
    expect(second).toMatchObject({ next: null, total: 100 });
    expect(await readQueue(redis, "none", "newest", null, 50)).toEqual({ ids: [], next: null, total: 0 });
  });

  it.each([30, 400])("is not moved by %i pushes and as many pops between two pages", async (moves) => {
    await redis.rpush(KEY, ...ids(0, 3_000));
    let next = 3_000;
    const popped = new Set<string>();
    const churn = async () => {
      if (next > 6_000) return;
      await redis.rpush(KEY, ...ids(next, next + moves));
      next += moves;
      for (const id of (await redis.lpop(KEY, moves)) ?? []) popped.add(id);
    };
    const newest = await walk("newest", 50, churn);
    // Workers took the head while the tail was read: everything that was not taken has been shown.
    expect(new Set(newest).size).toBe(newest.length);
    for (const id of ids(0, 3_000)) if (!popped.has(id)) expect(newest).toContain(id);
  });

  it("follows the head while workers take from it", async () => {
    await redis.rpush(KEY, ...ids(0, 2_000));
    const popped = new Set<string>();
    const shown = await walk("oldest", 50, async () => {
      for (const id of (await redis.lpop(KEY, 20)) ?? []) popped.add(id);
    });
    expect(new Set(shown).size).toBe(shown.length);
    for (const id of ids(0, 2_000)) if (!popped.has(id)) expect(shown).toContain(id);
  });

  it("goes on when the whole page before was canceled", async () => {
    await redis.rpush(KEY, ...ids(0, 300));
    const first = await readQueue(redis, QUEUE, "newest", null, 50);
    for (const id of first.ids) await redis.lrem(KEY, 1, id);
    const second = await readQueue(redis, QUEUE, "newest", first.next, 50);
    expect(second.ids.map(String)).toEqual(ids(200, 250).reverse());
  });

  it("goes on when the ids that come next were canceled", async () => {
    await redis.rpush(KEY, ...ids(0, 300));
    const first = await readQueue(redis, QUEUE, "oldest", null, 50);
    for (const id of ids(50, 60)) await redis.lrem(KEY, 1, id);
    const second = await readQueue(redis, QUEUE, "oldest", first.next, 50);
    expect(second.ids.map(String)).toEqual(ids(60, 110));
  });

  it("ends when workers took all that was left", async () => {
    await redis.rpush(KEY, ...ids(0, 300));
    const first = await readQueue(redis, QUEUE, "newest", null, 50);
    await redis.ltrim(KEY, -50, -1);
    expect(await readQueue(redis, QUEUE, "newest", first.next, 50)).toMatchObject({ ids: [], next: null });
  });

  it("leaves nothing out when more was pushed than is searched for", async () => {
    await redis.rpush(KEY, ...ids(0, 200));
    const first = await readQueue(redis, QUEUE, "newest", null, 50);
    await redis.rpush(KEY, ...ids(200, 5_000));
    const shown = new Set(first.ids.map(String));
    let cursor = first.next;
    for (let page = 0; cursor !== null && page < 200; page += 1) {
      const found = await readQueue(redis, QUEUE, "newest", cursor, 50);
      for (const id of found.ids) shown.add(String(id));
      cursor = found.next;
    }
    expect(cursor).toBeNull();
    for (const id of ids(0, 200)) expect(shown).toContain(id);
  });

  it("keeps an id that is listed twice apart by its place", async () => {
    await redis.rpush(KEY, ...ids(0, 120), "job-7", ...ids(120, 200));
    expect(await walk("oldest", 40)).toEqual([...ids(0, 120), "job-7", ...ids(120, 200)]);
  });

  it("takes two commands a page at any depth", async () => {
    for (let start = 0; start < 60_000; start += 10_000)
      await redis.rpush(KEY, ...ids(start, start + 10_000));
    let cursor: QueueCursor | null = null;
    const costs: string[] = [];
    for (let page = 0; page < 1_001; page += 1) {
      if (page === 1 || page === 1_000) await redis.config("RESETSTAT");
      const found: Awaited<ReturnType<typeof readQueue>> = await readQueue(
        redis,
        QUEUE,
        "newest",
        cursor,
        50,
      );
      cursor = found.next;
      if (page === 1 || page === 1_000) {
        const info = await redis.info("commandstats");
        costs.push(
          [...info.matchAll(/cmdstat_(l\w+):calls=(\d+)/g)]
            .map(([, name, n]) => `${name} ${n}`)
            .sort()
            .join(),
        );
      }
    }
    expect(costs).toEqual(["llen 1,lrange 1", "llen 1,lrange 1"]);
  });
});
