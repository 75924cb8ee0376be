import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { nameFromBytes } from "../names";
import { type EntriesQuery, readEntries, readEntry, seekId } from "./entries";

const MAX = "18446744073709551615";

describe("the place that a range begins or ends at", () => {
  it("is an ID, a time in milliseconds, or an ISO time with its zone", () => {
    expect(seekId("5-3", "first")).toBe("5-3");
    expect(seekId("1722470400000", "first")).toBe("1722470400000-0");
    expect(seekId("1722470400000", "last")).toBe(`1722470400000-${MAX}`);
    expect(seekId("2024-08-01T00:00:00Z", "first")).toBe("1722470400000-0");
    expect(seekId("2024-07-31T21:00:00-03:00", "first")).toBe("1722470400000-0");
  });

  it.each(["yesterday", "5-", "-5", "2024-08-01T00:00:00", "99999999999999999999", `1-${MAX}0`, "1-2-3"])(
    "is refused with what to do: %s",
    (text) => {
      expect(() => seekId(text, "first")).toThrow(/entry ID.*Unix milliseconds.*ISO time/);
    },
  );
});

describe.skipIf(noRedis)("entries of a stream", () => {
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

  const read = (query: Partial<EntriesQuery> = {}) =>
    readEntries(redis, { stream: "s", order: "newest", limit: 10, nowMs: Date.now(), ...query });
  const ids = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);

  /** All IDs, page by page; `between` runs after each page. */
  async function walk(query: Partial<EntriesQuery>, between = async () => {}) {
    const shown: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await read({ ...query, cursor });
      shown.push(...ids(page));
      cursor = page.next_cursor ?? undefined;
      await between();
    } while (cursor !== undefined);
    return shown;
  }

  it("come newest first, each once, with consecutive sequence numbers and while more are added", async () => {
    const all: string[] = [];
    for (const ms of [1, 2, 3]) for (let seq = 1; seq <= 17; seq += 1) all.push(`${ms}-${seq}`);
    for (const id of all) await redis.xadd("s", id, "f", "v");
    let added = 10;
    const shown = await walk({}, async () => {
      added += 1;
      await redis.xadd("s", `${added}-0`, "f", "v");
    });
    expect(shown).toEqual([...all].reverse());
    expect((await walk({ order: "oldest", limit: 7 })).slice(0, all.length)).toEqual(all);
  });

  it("go on where the page before ended though its last entry was deleted", async () => {
    for (let seq = 1; seq <= 30; seq += 1) await redis.xadd("s", `1-${seq}`, "f", "v");
    const first = await read();
    await redis.xdel("s", ids(first).at(-1) ?? "");
    expect(ids(await read({ cursor: first.next_cursor ?? undefined }))[0]).toBe("1-20");
  });

  it("end at the last ID that there can be", async () => {
    await redis.xadd("s", `${MAX}-${MAX}`, "f", "v");
    expect(await walk({ order: "oldest", limit: 1 })).toEqual([`${MAX}-${MAX}`]);
    expect(await walk({ limit: 1 })).toEqual([`${MAX}-${MAX}`]);
  });

  it("are sought by ID and by time, both ends inclusive", async () => {
    for (let ms = 1; ms <= 9; ms += 1)
      for (const seq of [0, 1]) await redis.xadd("s", `${ms}-${seq}`, "f", "v");
    expect(ids(await read({ to: "3" }))).toEqual(["3-1", "3-0", "2-1", "2-0", "1-1", "1-0"]);
    expect(ids(await read({ order: "oldest", from: "8-1" }))).toEqual(["8-1", "9-0", "9-1"]);
    expect(await walk({ from: "2-1", to: "5-0", limit: 2 })).toEqual([
      "5-0",
      "4-1",
      "4-0",
      "3-1",
      "3-0",
      "2-1",
    ]);
    expect(ids(await read({ from: "7", to: "3" }))).toEqual([]);
    expect((await read({ from: "7" })).total).toBeNull();
    expect((await read()).total).toBe(18);
  });

  it("tell the time in their ID, or that it is none", async () => {
    await redis.xadd("s", "5-1", "f", "v");
    await redis.xadd("s", "1722470400000-0", "f", "v");
    const page = await read({ nowMs: 1_722_470_500_000 });
    expect(page.items.map(({ at_ms }) => at_ms)).toEqual([1_722_470_400_000, null]);
  });

  it("of 1 MB come a few at a time: a page reads about 4 MB and says where to go on", async () => {
    const value = Buffer.alloc(1_048_576, 97);
    for (let seq = 1; seq <= 20; seq += 1) await redis.xadd("s", `1-${seq}`, "blob", value);
    const client = server.client();
    const before = await sent(client);
    const page = await read({ limit: 50 });
    expect((await sent(client)) - before).toBeLessThan(6_000_000);
    expect(page.items.length).toBeGreaterThan(1);
    expect(page.items[0]?.fields[0]?.value).toMatchObject({ bytes: 1_048_576, cut: true });
    expect(page.items[0]?.fields[0]?.value.text).toHaveLength(1_024);
    expect(await walk({ limit: 50 })).toHaveLength(20);
  });

  async function sent(client: Redis): Promise<number> {
    return Number(/total_net_output_bytes:(\d+)/.exec(await client.info("stats"))?.[1]);
  }

  it("keep names and values that are not UTF-8, in streams whose name is not", async () => {
    const key = Buffer.from([0xff, 0xfe]);
    await redis.xadd(key, "1-1", Buffer.from([0x80]), Buffer.from([0x81]), "ok", "1", "ok", "2");
    const page = await read({ stream: nameFromBytes(key) });
    expect(page.items[0]?.fields.map(({ name, value }) => name.hex ?? value.text)).toEqual(["80", "1", "2"]);
    expect(page.columns).toEqual(["ok"]);
  });

  it("are an empty page of an empty stream, and a refusal of a missing key, of another type, of a bad cursor", async () => {
    await redis.xgroup("CREATE", "s", "g", "0", "MKSTREAM");
    expect(await read()).toEqual({ items: [], next_cursor: null, total: 0, columns: [] });
    await expect(read({ stream: "none" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await redis.rpush("l", "x");
    await expect(read({ stream: "l" })).rejects.toMatchObject({
      code: "UNSUPPORTED",
      facts: { type: "list" },
    });
    for (const cursor of ["e30", "%", Buffer.from('{"o":"newest","a":"x"}').toString("base64url")])
      await expect(read({ cursor })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("are shown whole one at a time, and of a missing one is told what is known", async () => {
    await redis.xadd("s", "5-1", "f", "v".repeat(200_000));
    const entry = await readEntry(redis, "s", "5-1", Date.now());
    expect(entry.fields[0]?.value).toMatchObject({ cut: false, bytes: 200_000 });
    const missing = (id: string) =>
      readEntry(redis, "s", id, Date.now()).catch((error: Error) => error.message);
    expect(await missing("4-0")).toMatch(/begins at 5-1.*trimmed/);
    expect(await missing("6-0")).toMatch(/deleted, or never added/);
    await redis.xtrim("s", "MAXLEN", 0);
    expect(await missing("5-1")).toMatch(/empty now/);
    await expect(readEntry(redis, "none", "1-1", 0)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
