import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import type { Order } from "../api/inputs";
import { type FailurePage, failurePage } from "../api/schemas/jobs";
import { nameFromText } from "../names";
import { listEverywhere } from "./everywhere";
import { type FailuresQuery, listFailures } from "./failures";
import { queueKey, registryKey } from "./keys";

const NOW_MS = 1_700_000_000_000;
const NOW_S = NOW_MS / 1_000;

type Index = Parameters<typeof listFailures>[2];
const EMPTY: Index = { groups: () => [], idsOf: () => [], errorOf: () => null, parsed: () => 0 };

describe.skipIf(noRedis)("failed jobs of all queues", () => {
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

  const read = (more: Partial<FailuresQuery> = {}, index: Index = EMPTY) =>
    listFailures(
      redis,
      {
        queue: null,
        fingerprint: null,
        order: "newest",
        cursor: undefined,
        limit: 50,
        nowMs: NOW_MS,
        ...more,
      },
      index,
    );

  async function fail(queue: string, jobs: [score: number, id: string][]) {
    await redis.sadd("rq:queues", queueKey(queue));
    for (let start = 0; start < jobs.length; start += 1_000)
      await redis.zadd(registryKey("failed", queue), ...jobs.slice(start, start + 1_000).flat());
  }

  async function walk(more: Partial<FailuresQuery>, between: () => Promise<void> = async () => {}) {
    const shown: string[] = [];
    let cursor: string | undefined;
    do {
      const page: FailurePage = await read({ ...more, cursor });
      shown.push(...page.items.map((job) => job.job_id));
      cursor = page.next_cursor ?? undefined;
      await between();
    } while (cursor !== undefined);
    return shown;
  }

  it.each(["newest", "oldest"] as const)(
    "merges queues by time and shows each job once, %s first",
    async (order: Order) => {
      const all: [score: number, id: string][] = [];
      for (let queue = 0; queue < 12; queue += 1) {
        // Many jobs share a second, within a queue and across queues; some never expire.
        const jobs = Array.from({ length: 97 }, (_, n): [number, string] => [
          n % 10 === 0 ? -1 : NOW_S + 10 + Math.floor(n / 20),
          `job-${queue}-${n}`,
        ]);
        all.push(...jobs);
        await fail(`queue-${queue}`, jobs);
      }
      const shown = await walk({ order, limit: 33 });
      expect(shown.length).toBe(all.length);
      expect(new Set(shown)).toEqual(new Set(all.map(([, id]) => id)));
      const score = new Map(all.map(([value, id]) => [id, value]));
      const scores = shown.map((id) => score.get(id) ?? 0);
      expect(scores).toEqual([...scores].sort((a, b) => (order === "newest" ? b - a : a - b)));
      expect((await read()).total).toBe(12 * 97);
    },
  );

  it("keeps names of queues that are bytes, and one that ends as an intermediate list does", async () => {
    const bytes = Buffer.concat([Buffer.from("rq:queue:"), Buffer.from([0xff, 0xfe])]);
    await redis.sadd("rq:queues", bytes, "rq:queue:a:b");
    await redis.zadd(Buffer.concat([Buffer.from("rq:failed:"), Buffer.from([0xff, 0xfe])]), NOW_S + 9, "one");
    await fail("a:b", [[NOW_S + 8, "two"]]);
    await fail("x:intermediate", [[NOW_S + 7, "three"]]);
    expect(await walk({ limit: 1 })).toEqual(["one", "two", "three"]);
  });

  it("leaves out nothing that stays while jobs come and go", async () => {
    const keep = new Set<string>();
    for (let queue = 0; queue < 5; queue += 1)
      await fail(
        `q${queue}`,
        Array.from({ length: 200 }, (_, n): [number, string] => {
          if (n % 2 === 0) keep.add(`keep-${queue}-${n}`);
          return [NOW_S + 1_000 + (n % 7), n % 2 === 0 ? `keep-${queue}-${n}` : `gone-${queue}-${n}`];
        }),
      );
    let round = 0;
    const shown = await walk({ limit: 20 }, async () => {
      round += 1;
      for (let queue = 0; queue < 5; queue += 1) {
        await redis.zrem(registryKey("failed", `q${queue}`), `gone-${queue}-${((round * 13) % 200) | 1}`);
        await redis.zadd(registryKey("failed", `q${queue}`), NOW_S + 5_000 + round, `new-${queue}-${round}`);
      }
    });
    expect(new Set(shown).size).toBe(shown.length);
    for (const id of keep) expect(shown).toContain(id);
  });

  it("costs no more at depth, with 1,000 queues of which 300 have failures", async () => {
    for (let queue = 0; queue < 1_000; queue += 1) {
      const jobs = Array.from({ length: 40 }, (_, n): [number, string] => [
        NOW_S + 10 + n * 7 + queue,
        `j-${queue}-${n}`,
      ]);
      if (queue % 10 < 3) await fail(`q${queue}`, jobs);
      else await redis.sadd("rq:queues", `rq:queue:q${queue}`);
    }
    const cost = async (cursor: string | undefined) => {
      await redis.config("RESETSTAT");
      const started = performance.now();
      const page = await read({ cursor });
      const elapsedMs = performance.now() - started;
      const stats = (await redis.info("commandstats")).matchAll(/cmdstat_([^:]+):calls=(\d+),usec=(\d+)/g);
      const calls = [...stats].reduce(
        (sum, [, name, n]) => (name?.startsWith("config") ? sum : sum + Number(n)),
        0,
      );
      return { page, calls, elapsedMs };
    };
    let cursor: string | undefined;
    const calls: number[] = [];
    for (let at = 0; at < 30; at += 1) {
      const found = await cost(cursor);
      calls.push(found.calls);
      expect(found.page.items).toHaveLength(50);
      cursor = found.page.next_cursor ?? undefined;
    }
    // Two counts a queue, one or two next entries of those that hold some, a page's rows.
    expect(Math.max(...calls.slice(1))).toBeLessThan(Math.min(...calls) * 1.25);
    expect(Math.max(...calls)).toBeLessThan(3_600);
  });

  it("narrows to one queue", async () => {
    await fail("a", [[NOW_S + 9, "one"]]);
    await fail("b", [[NOW_S + 8, "two"]]);
    expect((await read({ queue: "b" })).items.map((job) => job.job_id)).toEqual(["two"]);
    expect((await read({ queue: "none" })).total).toBe(0);
  });

  it("narrows to a cause, newest first, without jobs that left the registry", async () => {
    const fingerprint = "0123456789abcdef";
    await fail("a", [
      [NOW_S + 9, "one"],
      [NOW_S + 5, "three"],
      [NOW_S - 5, "expired"],
    ]);
    await fail(nameFromText("b/c"), [[NOW_S + 8, "two"]]);
    const ids = [
      ["a", "three"],
      ["a", "retried"],
      [nameFromText("b/c"), "two"],
      ["a", "one"],
      ["a", "expired"],
    ].map(([queue = "", id = ""]) => ({ queue, id }));
    const error = { error: "TypeError: no", fingerprint };
    const index: Index = { ...EMPTY, idsOf: () => ids, errorOf: () => error, parsed: () => 5 };
    const first = failurePage.parse(await read({ fingerprint, limit: 2 }, index));
    expect(first).toMatchObject({ total: 3, parsed: 5 });
    expect(first.items[0]).toMatchObject({ job_id: "one", error: "TypeError: no", fingerprint });
    const second = await read({ fingerprint, limit: 2, cursor: first.next_cursor ?? "" }, index);
    expect([...first.items, ...second.items].map((job) => job.job_id)).toEqual(["one", "two", "three"]);
    expect(second.next_cursor).toBeNull();
  });

  it("gives at most 100 groups, and only the asked one", async () => {
    const groups = Array.from({ length: 150 }, (_, n) => ({
      fingerprint: String(n).padStart(16, "0"),
      error_type: "E",
      message: "m",
      jobs: 1,
      first_seen_ms: null,
      last_seen_ms: null,
      functions: [],
      queues: [],
      sample_job_id: "x",
    }));
    const index: Index = { ...EMPTY, groups: () => groups };
    expect((await read({}, index)).groups).toHaveLength(100);
    expect((await read({ fingerprint: "0000000000000120" }, index)).groups).toHaveLength(1);
  });

  it("refuses a cursor that it did not make", async () => {
    for (const cursor of ["e30", "!!", Buffer.from('{"s":"1","q":"b64:!","m":"a"}').toString("base64url")])
      await expect(read({ cursor })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("shows the other queues when one may not be read, and no total", async () => {
    await fail("open", [[NOW_S + 9, "one"]]);
    await fail("closed", [[NOW_S + 8, "two"]]);
    await redis.call(
      "ACL",
      "SETUSER",
      "half",
      "on",
      "nopass",
      "+@all",
      "~rq:queues",
      "~rq:failed:open",
      "~rq:job:*",
      "~rq:results:*",
    );
    const half = server.client({ username: "half", password: "x" });
    const page = await listFailures(
      half,
      { queue: null, fingerprint: null, order: "newest", cursor: undefined, limit: 5, nowMs: NOW_MS },
      EMPTY,
    );
    expect(page.items.map((job) => job.job_id)).toEqual(["one"]);
    expect(page.total).toBeNull();
  });

  it("merges every registry but not the waiting lists, which keep no times", async () => {
    for (const [queue, dueS] of [
      ["a", 50],
      ["b", 40],
    ] as const) {
      await redis.sadd("rq:queues", queueKey(queue));
      await redis.zadd(registryKey("scheduled", queue), NOW_S + dueS, `job-${queue}`);
    }
    const everywhere = (place: "scheduled" | "queued") =>
      listEverywhere(redis, { place, order: "oldest", cursor: undefined, limit: 5, nowMs: NOW_MS }, EMPTY);
    expect((await everywhere("scheduled")).items).toMatchObject([
      { job_id: "job-b", due_ms: NOW_MS + 40_000 },
      { job_id: "job-a", due_ms: NOW_MS + 50_000 },
    ]);
    await expect(everywhere("queued")).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});
