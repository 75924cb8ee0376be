import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { nothingWatched } from "@/test/streams/nothing-watched";
import type { StreamRow } from "../api/schemas/streams";
import { readPendingAll } from "./pending-all";

const NOW = 1_722_470_400_000;

function row(stream: string, pending: Record<string, number | null>): StreamRow {
  const lag = { value: 0, quality: "exact", low: 0, high: 0, reason: null } as const;
  const groups = Object.entries(pending).map(([group, held]) => ({
    group,
    state: "ok" as const,
    problem: null,
    lag,
    pending: held,
    behind_ms: 0,
    consumers: 1,
    in_per_s: null,
    out_per_s: null,
  }));
  return {
    stream,
    state: "ok",
    length: 1,
    in_per_s: null,
    groups,
    trimming: "unknown",
    lag: 0,
    pending: 1,
    at_ms: NOW,
  };
}

describe.skipIf(noRedis)("the oldest pending entries of all groups", () => {
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

  async function pend(stream: string, ...ids: string[]) {
    for (const id of ids) await redis.xadd(stream, id, "f", id);
    await redis.xgroup("CREATE", stream, "g", "0");
    await redis.xreadgroup("GROUP", "g", "w", "STREAMS", stream, ">");
  }

  it("are those that one list of all would begin with, whatever stream they are in", async () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const all: { id: string; stream: string }[] = [];
    const rows: StreamRow[] = [];
    for (let s = 0; s < 30; s += 1) {
      const ids = Array.from(
        { length: 1 + Math.floor(random() * 40) },
        (_, i) => `${NOW - 90_000 + s * 300 + ((Math.floor(random() * 9_000) * (i + 1)) % 80_000)}-${i % 10}`,
      );
      const sorted = [...new Set(ids)].sort();
      await pend(`s${s}`, ...sorted);
      all.push(...sorted.map((id) => ({ id, stream: `s${s}` })));
      rows.push(row(`s${s}`, { g: sorted.length }));
    }
    all.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.stream < b.stream ? -1 : 1));
    for (const limit of [1, 5, 50]) {
      const page = await readPendingAll(redis, nothingWatched(rows), limit, NOW);
      expect(page.items.map(({ id, stream }) => ({ id, stream }))).toEqual(all.slice(0, limit));
      expect(page).toMatchObject({ groups: 30, asked: 30, total: all.length, fields_denied: false });
    }
  });

  it("come with their fields, group and owner", async () => {
    await pend("s", `${NOW - 5_000}-0`);
    const { items } = await readPendingAll(redis, nothingWatched([row("s", { g: 1 })]), 10, NOW);
    expect(items[0]).toMatchObject({
      stream: "s",
      group: "g",
      consumer: "w",
      at_ms: NOW - 5_000,
      deliveries: 1,
    });
    expect(items[0]?.fields?.[0]?.name.text).toBe("f");
  });

  it("leave IDs that are no times to the end: they say nothing of age", async () => {
    await pend("counted", "1-1", "2-1");
    await pend("timed", `${NOW - 1_000}-0`);
    const rows = [row("counted", { g: 2 }), row("timed", { g: 1 })];
    const { items } = await readPendingAll(redis, nothingWatched(rows), 10, NOW);
    expect(items.map(({ stream, at_ms }) => [stream, at_ms])).toEqual([
      ["timed", NOW - 1_000],
      ["counted", null],
      ["counted", null],
    ]);
  });

  it("are none of groups that hold nothing, went away since, or that nobody could read", async () => {
    await pend("s", "1-1");
    const rows = [row("s", { idle: 0, unknown: null, gone: 3 }), row("deleted", { g: 2 })];
    const page = await readPendingAll(redis, nothingWatched(rows), 10, NOW);
    expect(page).toMatchObject({ items: [], groups: 2, asked: 2, total: 5 });
    expect(await readPendingAll(redis, nothingWatched(), 10, NOW)).toMatchObject({ items: [], groups: 0 });
  });
});
