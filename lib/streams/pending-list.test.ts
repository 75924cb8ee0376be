import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { nameFromBytes } from "../names";
import { type PendingQuery, readPending } from "./pending-list";

describe.skipIf(noRedis)("pending entries of a group", () => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = server.client();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await redis.flushall();
    await redis.xgroup("CREATE", "s", "g", "0", "MKSTREAM");
  });

  const read = (query: Partial<PendingQuery> = {}) =>
    readPending(redis, { stream: "s", group: "g", limit: 10, nowMs: Date.now(), ...query });
  const ids = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);

  async function add(n: number, fields: (index: number) => (string | Buffer)[] = () => ["f", "v"]) {
    const pipeline = redis.pipeline();
    for (let index = 1; index <= n; index += 1) pipeline.xadd("s", `1-${index}`, ...fields(index));
    await pipeline.exec();
  }
  const deliver = (consumer: string, n: number) =>
    redis.xreadgroup("GROUP", "g", consumer, "COUNT", n, "STREAMS", "s", ">");
  const since = (idleMs: number, deliveries: number, ...ids: string[]) =>
    redis.call("XCLAIM", "s", "g", "w2", "0", ...ids, "IDLE", idleMs, "RETRYCOUNT", deliveries, "JUSTID");

  async function walk(query: Partial<PendingQuery>) {
    const shown: string[] = [];
    let pages = 0;
    let scanned = 0;
    let cursor: string | undefined;
    do {
      const page = await read({ ...query, cursor });
      shown.push(...ids(page));
      scanned += page.scanned;
      cursor = page.next_cursor ?? undefined;
      pages += 1;
    } while (cursor !== undefined);
    return { shown, pages, scanned };
  }

  it("come lowest ID first, each once, also with IDs that follow each other directly", async () => {
    await add(35);
    await deliver("w1", 35);
    const { shown } = await walk({ limit: 7 });
    expect(shown).toEqual(Array.from({ length: 35 }, (_, index) => `1-${index + 1}`));
    expect((await read()).total).toBe(35);
  });

  it("show their fields, owner, idle time and deliveries", async () => {
    await add(1, () => ["id", "20", "id", "twice", Buffer.from([0xff]), "x".repeat(2_000)]);
    await deliver("w1", 1);
    await since(60_000, 4, "1-1");
    const [item] = (await read()).items;
    expect(item).toMatchObject({ consumer: "w2", deliveries: 4, at_ms: null, fields_total: 3 });
    expect(item?.idle_ms).toBeGreaterThanOrEqual(60_000);
    expect(item?.fields?.map(({ name }) => name.text ?? name.hex)).toEqual(["id", "id", "ff"]);
    expect(item?.fields?.[2]?.value).toMatchObject({ cut: true, bytes: 2_000 });
  });

  it("whose entry was deleted have no fields, and are still listed", async () => {
    await add(2);
    await deliver("w1", 2);
    await redis.xdel("s", "1-1");
    const page = await read();
    expect(page.items.map(({ id, fields }) => [id, fields === null])).toEqual([
      ["1-1", true],
      ["1-2", false],
    ]);
    expect(page.fields_denied).toBe(false);
  });

  it("are narrowed by consumer, idle time and deliveries, together", async () => {
    await add(20);
    await deliver("w1", 10);
    await deliver("w2", 10);
    await since(90_000, 3, "1-2", "1-15");
    await since(90_000, 1, "1-16");
    expect((await walk({ consumer: "w1" })).shown).toHaveLength(9);
    expect((await read({ consumer: "w1" })).total).toBe(9);
    expect((await walk({ minIdleMs: 60_000 })).shown).toEqual(["1-2", "1-15", "1-16"]);
    expect((await walk({ minDeliveries: 3 })).shown).toEqual(["1-2", "1-15"]);
    expect((await walk({ consumer: "w2", minIdleMs: 60_000, minDeliveries: 2 })).shown).toEqual([
      "1-2",
      "1-15",
    ]);
    expect((await read({ minDeliveries: 3 })).total).toBeNull();
    expect(await read({ consumer: "nobody" })).toMatchObject({ items: [], total: 0, next_cursor: null });
  });

  it("go on in the middle of what was looked at when the page is full", async () => {
    await add(50);
    await deliver("w1", 50);
    await since(60_000, 2, ...Array.from({ length: 25 }, (_, index) => `1-${index * 2 + 1}`));
    const { shown } = await walk({ minDeliveries: 2, limit: 4 });
    expect(shown).toEqual(Array.from({ length: 25 }, (_, index) => `1-${index * 2 + 1}`));
  });

  it("are looked at 5,000 a request where a filter matches little, without Redis' own idle filter", async () => {
    await add(12_000);
    await deliver("w1", 12_000);
    await since(60_000, 9, "1-11000");
    const first = await read({ minDeliveries: 5 });
    expect(first).toMatchObject({ items: [], scanned: 5_000, total: null });
    expect(first.next_cursor).not.toBeNull();
    const all = await walk({ minDeliveries: 5 });
    expect(all).toEqual({ shown: ["1-11000"], pages: 3, scanned: 12_000 });
  });

  it("of 1 MB come a few at a time", async () => {
    await add(12, () => ["blob", Buffer.alloc(1_048_576, 97)]);
    await deliver("w1", 12);
    const first = await read({ limit: 50 });
    expect(first.items.length).toBeLessThan(6);
    expect(first.next_cursor).not.toBeNull();
    expect((await walk({ limit: 50 })).shown).toHaveLength(12);
  });

  it("are found under names that are not UTF-8", async () => {
    const [key, group, consumer] = [Buffer.from([0xff]), Buffer.from("a/b"), Buffer.from([0xfe, 0x2f])];
    await redis.callBuffer("XADD", key, "1-1", "f", "v");
    await redis.callBuffer("XGROUP", "CREATE", key, group, "0");
    await redis.callBuffer("XREADGROUP", "GROUP", group, consumer, "STREAMS", key, ">");
    const page = await read({
      stream: nameFromBytes(key),
      group: nameFromBytes(group),
      consumer: nameFromBytes(consumer),
    });
    expect(page.items[0]).toMatchObject({ id: "1-1", consumer: nameFromBytes(consumer) });
  });

  it("are told apart from a group, a stream or a cursor that there is not", async () => {
    await redis.xgroup("CREATE", "s", "other", "0");
    await expect(read({ group: "none" })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringMatching(/It has "g", "other"\./),
    });
    await expect(read({ stream: "none" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await redis.set("text", "x");
    await expect(read({ stream: "text" })).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(read({ cursor: "e30" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(await read()).toMatchObject({ items: [], next_cursor: null, total: 0, scanned: 0 });
  });

  it("show without fields to a user who may not read entries, and say so", async () => {
    await add(1);
    await deliver("w1", 1);
    await redis.call("ACL", "SETUSER", "u", "on", ">p", "~*", "+type", "+xinfo", "+xpending");
    const narrow = server.client({ username: "u", password: "p", enableReadyCheck: false });
    const page = await readPending(narrow, { stream: "s", group: "g", limit: 10, nowMs: Date.now() });
    expect(page).toMatchObject({ fields_denied: true, items: [{ id: "1-1", fields: null }] });
  });
});
