import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Evidence, Problem } from "@/lib/api/schemas/problems";
import { startRedis, type TestRedis } from "@/test/redis";
import { serverMatrix } from "@/test/servers";
import { startConsumer } from "@/test/streams/consumers";
import { type Look, type Looks, NO_HISTORY, openLooks } from "@/test/streams/looks";

const DEAD_AFTER_MS = 600;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const find = <K extends Evidence["kind"]>(problems: readonly Problem[], kind: K) =>
  problems.flatMap((problem) =>
    problem.evidence.kind === kind
      ? [{ ...problem, evidence: problem.evidence as Extract<Evidence, { kind: K }> }]
      : [],
  );

const tellsInactive = (version: string | null) => !/^(6\.|7\.0)/.test(version ?? "");
const hasCounters = (version: string | null) => !/^6\./.test(version ?? "");

describe.each(serverMatrix)("problems of groups on $id", ({ path, version }) => {
  describe.skipIf(path === null)("", () => {
    let server: TestRedis;
    let client: Redis;
    let looks: Looks;

    beforeAll(async () => {
      server = await startRedis([], path);
      client = server.client();
    });
    beforeEach(async () => {
      await client.flushall();
      await client.xgroup("CREATE", "orders", "billing", "0", "MKSTREAM");
      looks = openLooks(server, { deadAfterMs: DEAD_AFTER_MS });
    });
    afterEach(() => looks.close());
    afterAll(() => server.stop());

    const add = async (count: number) => {
      const pipeline = client.pipeline();
      for (let n = 0; n < count; n += 1) pipeline.xadd("orders", "*", "n", String(n));
      await pipeline.exec();
    };
    const read = (consumer: string, count: number) =>
      client.xreadgroup("GROUP", "billing", consumer, "COUNT", count, "STREAMS", "orders", ">");

    it("tells of a consumer that died with entries pending, and of its rescue", async () => {
      const alive = startConsumer(server, { stream: "orders", group: "billing", name: "alive" });
      let dies = () => {};
      const death = new Promise<boolean>((resolve) => {
        dies = () => resolve(false);
      });
      const dying = startConsumer(server, {
        stream: "orders",
        group: "billing",
        name: "dying",
        count: 3,
        work: () => death,
      });
      for (let n = 0; n < 20; n += 1) {
        await add(2);
        await sleep(10);
      }
      const held = Number(((await client.xpending("orders", "billing", "-", "+", 9, "dying")) as []).length);
      const dead = dying.die();
      dies();
      await dead;
      let seen: Look | null = null;
      const deadline = Date.now() + 8_000;
      while (Date.now() < deadline) {
        await add(1);
        seen = await looks.look();
        if (find(seen.problems, "consumer-dead").length > 0) break;
        await sleep(100);
      }
      const [problem] = find(seen?.problems ?? [], "consumer-dead");
      expect(problem).toMatchObject({
        id: "consumer-dead:orders/billing/dying",
        severity: "failing",
        evidence: {
          consumer: "dying",
          pending: held,
          certain: tellsInactive(version),
          alive: ["alive"],
          reclaimed: false,
        },
      });
      expect(problem?.evidence.silent_ms).toBeGreaterThan(DEAD_AFTER_MS);
      expect(problem?.evidence.oldest_ms).toBeGreaterThan(DEAD_AFTER_MS);
      const rows = (await client.xpending("orders", "billing", "-", "+", 10, "dying")) as [string][];
      await client.xack("orders", "billing", ...rows.map(([id]) => id));
      looks.wait(2_000);
      expect(find((await looks.look()).problems, "consumer-dead")).toEqual([]);
      await alive.die();
    });

    it("has no problem with consumers of a quiet group, however long they are silent", async () => {
      await add(3);
      await read("worker", 3);
      const rows = (await client.xpending("orders", "billing", "-", "+", 10)) as [string][];
      await client.xack("orders", "billing", ...rows.map(([id]) => id));
      await looks.look();
      await sleep(DEAD_AFTER_MS + 200);
      looks.wait(3_600_000);
      expect((await looks.look()).problems).toEqual([]);
      expect(looks.watch.group("orders", "billing")?.quietSinceMs).toBeNull();
    });

    it("tells of entries that wait in a group without consumers", async () => {
      await add(4);
      await looks.look();
      await add(1);
      looks.wait(2_000);
      await looks.look();
      // Before Redis 7.0 nothing but the length tells that one was added.
      const [problem] = find((await looks.look()).problems, "group-no-consumers");
      expect(problem).toMatchObject({
        id: "group-no-consumers:orders/billing",
        severity: "failing",
        evidence: { lag: 5, pending: 0 },
      });
      await read("worker", 5);
      looks.wait(2_000);
      expect(find((await looks.look()).problems, "group-no-consumers")).toEqual([]);
    });

    // What a version cannot show is no test there, and no skipped one.
    if (!tellsInactive(version))
      it("waits for one added entry, or a minute, where a blocked reader may be there unseen", async () => {
        await add(4);
        expect((await looks.look()).problems).toEqual([]);
        looks.wait(61_000);
        expect(find((await looks.look()).problems, "group-no-consumers")).toHaveLength(1);
      });

    // Before 7.0 Redis does not count what a group reads: then nobody knows whether it acknowledged something meanwhile.
    if (hasCounters(version))
      it("tells of a group whose consumers read and finish nothing", async () => {
        await add(30);
        const lazy = startConsumer(server, {
          stream: "orders",
          group: "billing",
          name: "lazy",
          count: 1,
          work: () => Promise.resolve(false),
        });
        await sleep(100);
        await looks.look();
        await add(1);
        looks.wait(2_000);
        await looks.look();
        looks.wait(301_000);
        await add(1);
        await sleep(60);
        const { problems } = await looks.look();
        expect(find(problems, "group-stalled")).toMatchObject([
          { severity: "failing", evidence: { alive: 1, pending: expect.any(Number) } },
        ]);
        expect(find(problems, "group-stalled")[0]?.evidence.quiet_ms).toBeGreaterThan(300_000);
        await lazy.die();
      });

    it("tells of entries that were delivered again and again", async () => {
      await add(3);
      await read("worker", 3);
      for (let n = 0; n < 5; n += 1)
        await client.xreadgroup("GROUP", "billing", "worker", "COUNT", 1, "STREAMS", "orders", "0");
      const { problems } = await looks.look();
      expect(find(problems, "entry-poison")).toMatchObject([
        {
          id: "entry-poison:orders/billing",
          severity: "degraded",
          evidence: { total: 1, at_least: false, entries: [{ consumer: "worker", deliveries: 6 }] },
        },
      ]);
    });

    it("tells of entries that were trimmed before the group was given them", async () => {
      await add(10);
      await read("worker", 3);
      await looks.look();
      await client.xtrim("orders", "MAXLEN", 4);
      const [problem] = find((await looks.look()).problems, "entries-trimmed-unread");
      if (hasCounters(version))
        expect(problem).toMatchObject({ severity: "failing", evidence: { lost: 3, quality: "exact" } });
      else expect(problem).toMatchObject({ severity: "degraded", evidence: { lost: null } });
      await read("worker", 1);
      looks.wait(2_000);
      expect(find((await looks.look()).problems, "entries-trimmed-unread")).toEqual([]);
    });

    it("finds nothing lost where only what was read was trimmed", async () => {
      await add(10);
      await read("worker", 6);
      await client.xtrim("orders", "MAXLEN", 4);
      const found = find((await looks.look()).problems, "entries-trimmed-unread");
      // Before 7.0 a position before the first entry may be a loss: no counter tells.
      if (hasCounters(version)) expect(found).toEqual([]);
      else expect(found).toMatchObject([{ severity: "degraded", evidence: { lost: null } }]);
    });

    it("tells of a backlog that only grows while somebody works", async () => {
      const worker = startConsumer(server, {
        stream: "orders",
        group: "billing",
        name: "worker",
        readsNew: true,
        count: 1,
      });
      await add(2);
      await sleep(80);
      await worker.die();
      const [seconds] = await client.time();
      const old = Number(seconds) * 1_000 - 120_000;
      await client.del("orders");
      for (let n = 0; n < 8; n += 1) await client.xadd("orders", `${old + n}-0`, "n", "1");
      await client.xgroup("CREATE", "orders", "billing", "0");
      await read("worker", 1);
      await looks.look();
      const history = {
        ...NO_HISTORY,
        unfinished: () => ({ stepMs: 10_000, values: [1, 3, 5, 7, 9, 11, 13, 14] }),
      };
      const [problem] = find((await looks.look(history)).problems, "group-grows");
      expect(problem).toMatchObject({
        severity: "degraded",
        evidence: { lag: 7, pending: 1, grew_by: 13, window_ms: 70_000 },
      });
      const steady = {
        ...NO_HISTORY,
        unfinished: () => ({ stepMs: 10_000, values: [9, 8, 9, 8, 9, 8, 9, 8] }),
      };
      looks.wait(61_000);
      expect(find((await looks.look(steady)).problems, "group-grows")).toEqual([]);
    });
  });
});
