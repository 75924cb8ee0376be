import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import type { Order } from "../api/inputs";
import type { Entry, Registry } from "./entries";
import { registryKey } from "./keys";
import { countRegistries, readRegistry } from "./registry-page";

const NOW_S = 1_700_000_000;
const QUEUE = "default";

describe.skipIf(noRedis)("a page of a registry", () => {
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

  const read = (place: Registry, order: Order, after: Entry | null, limit: number) =>
    readRegistry(redis, { queue: QUEUE, place, order, after, limit, nowS: NOW_S });

  async function add(place: Registry, entries: [score: number | string, member: string | Buffer][]) {
    const key = registryKey(place, QUEUE);
    for (let start = 0; start < entries.length; start += 1_000)
      await redis.zadd(
        key,
        ...entries.slice(start, start + 1_000).flatMap(([score, member]) => [String(score), member]),
      );
  }

  /** Members in the order in which pages show them; `between` runs after each page. */
  async function walk(
    place: Registry,
    order: Order,
    limit: number,
    between: (shown: string[]) => Promise<void> = async () => {},
  ) {
    const shown: string[] = [];
    let after: Entry | null = null;
    for (;;) {
      const page = await read(place, order, after, limit);
      shown.push(...page.entries.map(({ member }) => member.toString("latin1")));
      const last = page.entries.at(-1);
      if (!page.more || last === undefined) return shown;
      after = last;
      await between(shown);
    }
  }

  it.each(["newest", "oldest"] as const)("shows every entry once, %s first, ties included", async (order) => {
    // 40 a second: pages end inside a second.
    const entries = Array.from({ length: 1_037 }, (_, index): [number, string] => [
      NOW_S + 100 + Math.floor(index / 40),
      `job-${(index * 7919) % 1_037}`,
    ]);
    await add("failed", entries);
    const all = await redis.zrange(registryKey("failed", QUEUE), "0", "-1");
    expect(await walk("failed", order, 50)).toEqual(order === "newest" ? all.reverse() : all);
  });

  it("keeps names that are bytes apart", async () => {
    const odd = [Buffer.from([0xff, 0xfe]), Buffer.from([0xff]), Buffer.from(""), Buffer.from("ü:1")];
    await add(
      "canceled",
      odd.map((member) => [5, member]),
    );
    expect(await walk("canceled", "newest", 1)).toEqual(
      odd
        .sort(Buffer.compare)
        .reverse()
        .map((member) => member.toString("latin1")),
    );
  });

  it("goes on where it was when the cursor's entry has gone, also among thousands of one second", async () => {
    await add(
      "failed",
      Array.from({ length: 5_000 }, (_, index) => [NOW_S + 9, `job-${String(index).padStart(5, "0")}`]),
    );
    const first = await read("failed", "oldest", null, 1_234);
    const last = first.entries.at(-1);
    if (last === undefined) throw new Error("no page");
    await redis.zrem(registryKey("failed", QUEUE), last.member);
    const next = await read("failed", "oldest", last, 3);
    expect(next.entries.map(({ member }) => String(member))).toEqual(["job-01234", "job-01235", "job-01236"]);
    const back = await read("failed", "newest", last, 3);
    expect(back.entries.map(({ member }) => String(member))).toEqual(["job-01232", "job-01231", "job-01230"]);
  });

  it("goes on by the old place when the cursor's entry failed again and moved to the top", async () => {
    await add(
      "failed",
      Array.from({ length: 40 }, (_, index) => [NOW_S + index, `job-${index}`]),
    );
    const { entries } = await read("failed", "newest", null, 20);
    await redis.zadd(registryKey("failed", QUEUE), NOW_S + 500, "job-20");
    const next = await read("failed", "newest", entries.at(-1) ?? null, 2);
    expect(next.entries.map(({ member }) => String(member))).toEqual(["job-19", "job-18"]);
  });

  it.each(["newest", "oldest"] as const)(
    "leaves out nothing and repeats nothing while entries come and go (%s first)",
    async (order) => {
      await add(
        "failed",
        Array.from({ length: 2_000 }, (_, index) => [
          NOW_S + 1_000 + Math.floor(index / 90),
          `keep-${index}`,
        ]),
      );
      await add(
        "failed",
        Array.from({ length: 2_000 }, (_, index) => [
          NOW_S + 1_000 + Math.floor(index / 90),
          `gone-${index}`,
        ]),
      );
      const key = registryKey("failed", QUEUE);
      let round = 0;
      const shown = await walk("failed", order, 50, async (soFar) => {
        round += 1;
        // What was just shown, as after a retry; some of what is to come; new ones at both ends.
        const recent = soFar.slice(-50).filter((member) => member.startsWith("gone"));
        await redis.zrem(key, "none", ...recent, `gone-${(round * 37) % 2_000}`);
        await redis.zadd(key, NOW_S + 9_000 + round, `new-${round}`, NOW_S + 1 + round, `old-${round}`);
      });
      const kept = shown.filter((member) => member.startsWith("keep"));
      expect(kept.length).toBe(2_000);
      expect(new Set(shown).size).toBe(shown.length);
    },
  );

  it("misses nothing while another client removes what was shown, between any two commands", async () => {
    const key = registryKey("failed", QUEUE);
    const other = server.client();
    await add(
      "failed",
      Array.from({ length: 12_000 }, (_, index) => [
        NOW_S + 20_000 - index,
        `${index < 6_000 ? "gone" : "keep"}-${index}`,
      ]),
    );
    let done = false;
    const removing = (async () => {
      for (let index = 0; index < 6_000 && !done; index += 1) await other.zrem(key, `gone-${index}`);
    })();
    const shown: string[] = [];
    let after: Entry | null = null;
    do {
      const page: Awaited<ReturnType<typeof read>> = await read("failed", "newest", after, 20);
      shown.push(...page.entries.map(({ member }) => String(member)));
      after = page.more ? (page.entries.at(-1) ?? null) : null;
    } while (after !== null);
    done = true;
    await removing;
    const kept = shown.filter((member) => member.startsWith("keep"));
    expect(kept.length).toBe(6_000);
    expect(new Set(shown).size).toBe(shown.length);
  });

  it("leaves out what has expired, and keeps what never does", async () => {
    await add("failed", [
      [-1, "for-ever"],
      [0, "expired-at-0"],
      [NOW_S - 5, "expired"],
      [NOW_S, "expires-now"],
      [NOW_S + 60, "alive"],
    ]);
    await add("finished", [
      [NOW_S - 5, "expired"],
      [NOW_S + 60, "alive"],
      ["+inf", "for-ever"],
    ]);
    expect(await walk("failed", "newest", 1)).toEqual(["alive", "for-ever"]);
    expect(await walk("failed", "oldest", 1)).toEqual(["for-ever", "alive"]);
    expect(await walk("finished", "newest", 1)).toEqual(["for-ever", "alive"]);
    expect(await walk("finished", "oldest", 1)).toEqual(["alive", "for-ever"]);
    expect(await countRegistries(redis, "failed", [QUEUE], NOW_S)).toEqual([2]);
    expect(await countRegistries(redis, "finished", [QUEUE], NOW_S)).toEqual([2]);
  });

  it("goes on after an entry that has expired since it was shown", async () => {
    await add("failed", [
      [-1, "for-ever"],
      [NOW_S - 5, "expired"],
      [NOW_S + 60, "alive"],
    ]);
    const expired = { member: Buffer.from("expired"), score: NOW_S - 5 };
    expect((await read("failed", "newest", expired, 5)).entries.map(({ member }) => String(member))).toEqual([
      "for-ever",
    ]);
    expect((await read("failed", "oldest", expired, 5)).entries.map(({ member }) => String(member))).toEqual([
      "alive",
    ]);
  });

  it("costs the same at page 2 and at page 1,000", async () => {
    await add(
      "failed",
      Array.from({ length: 51_000 }, (_, index) => [NOW_S + 10 + Math.floor(index / 100), `job-${index}`]),
    );
    const calls = async (run: () => Promise<unknown>) => {
      await redis.config("RESETSTAT");
      await run();
      const info = await redis.info("commandstats");
      const rows = [...info.matchAll(/cmdstat_(\w+):calls=(\d+)/g)];
      return Object.fromEntries(
        rows.filter(([, name]) => name?.startsWith("z")).map(([, name, n]) => [name, n]),
      );
    };
    const key = registryKey("failed", QUEUE);
    const at = async (rank: number): Promise<Entry> => {
      const [member = "", score = "0"] = await redis.zrevrange(key, rank, rank, "WITHSCORES");
      return { member: Buffer.from(member), score: Number(score) };
    };
    const [near, far] = [await at(49), await at(49_999)];
    const early = await calls(() => read("failed", "newest", near, 50));
    const late = await calls(() => read("failed", "newest", far, 50));
    expect(late).toEqual(early);
    expect(late).toEqual({ zscore: "1", zrevrank: "1", zrevrange: "1" });
  });

  it("takes a key of another type for an empty registry whose count is unknown", async () => {
    await redis.set(registryKey("failed", QUEUE), "text");
    expect(await read("failed", "newest", null, 5)).toEqual({ entries: [], more: false });
    expect(await countRegistries(redis, "failed", [QUEUE], NOW_S)).toEqual([null]);
  });

  it("says so when the Redis user may not read", async () => {
    await redis.call("ACL", "SETUSER", "blind", "on", "nopass", "~*", "+@all", "-@sortedset");
    const blind = server.client({ username: "blind", password: "x" });
    await expect(
      readRegistry(blind, {
        queue: QUEUE,
        place: "failed",
        order: "newest",
        after: null,
        limit: 5,
        nowS: NOW_S,
      }),
    ).rejects.toThrow(/NOPERM/);
  });
});
