/** What an action promises, kept by real consumers: whoever shall work on an entry does work on it. */
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EntryActionName, entrySelector } from "@/lib/api/schemas/operations";
import { createOperations, type Operations } from "@/lib/operations/operations";
import type { Connection } from "@/lib/redis/connection";
import { rqActions } from "@/lib/rq/actions/actions";
import { streamActions } from "@/lib/streams/actions/actions";
import { type Cut, type CuttingProxy, startProxy } from "../conservation/proxy";
import { startRedis, type TestRedis } from "../redis";
import { connect } from "../rq/oracle";
import { serverMatrix } from "../servers";
import {
  add,
  age,
  type ConsumerOptions,
  freshGroup,
  type Place,
  pendingRows,
  type RunningConsumer,
  startConsumer,
} from "./consumers";

const me = { name: "tester", from: "127.0.0.1" };
const HOUR = 3_600_000;

describe.each(serverMatrix)("rescued entries beside real consumers on $id", ({ path }) => {
  describe.skipIf(path === null)("of a group", () => {
    let server: TestRedis;
    let redis: Redis;
    let proxy: CuttingProxy;
    let connections: [Connection, Connection];
    let operators: [Operations, Operations];
    let place: Place;
    let consumers: RunningConsumer[] = [];

    beforeAll(async () => {
      server = await startRedis([], path);
      redis = server.client();
      proxy = await startProxy(server.port);
      const url = `redis://127.0.0.1:${proxy.port}/0`;
      connections = [await connect(url), await connect(url)];
      const build = (connection: Connection) =>
        createOperations({
          connection,
          actions: {
            rq: rqActions({ connection, failures: { idsOf: () => [] } }),
            streams: streamActions({ connection }),
          },
          log: pino({ level: "silent" }),
        });
      operators = [build(connections[0]), build(connections[1])];
    });
    beforeEach(async () => {
      await redis.flushall();
      place = await freshGroup(redis);
    });
    afterEach(async () => {
      await Promise.all(consumers.map((consumer) => consumer.die()));
      consumers = [];
    });
    afterAll(async () => {
      for (const operations of operators ?? []) await operations.close();
      for (const connection of connections ?? []) await connection.close();
      await proxy?.stop();
      await server?.stop();
    });

    const start = (name: string, more: Partial<ConsumerOptions> = {}): RunningConsumer => {
      const consumer = startConsumer(server, { ...place, name, ...more });
      consumers.push(consumer);
      return consumer;
    };
    const exists = (name: string) => redis.call("XGROUP", "CREATECONSUMER", place.stream, place.group, name);
    /** A consumer that read and died with everything in its hands, long ago. */
    const dead = async (count: number): Promise<string[]> => {
      const ids = await add(redis, place.stream, count);
      const consumer = start("gone", { count, work: () => new Promise(() => undefined) });
      await expect.poll(async () => (await pendingRows(redis, place)).length).toBe(count);
      await Promise.race([consumer.die(), new Promise((resolve) => setTimeout(resolve, 20))]);
      consumers = [];
      await age(redis, place, "gone", ids, 90_000);
      return ids;
    };
    const act = async (
      action: EntryActionName,
      selector: Record<string, unknown>,
      operations = operators[0],
      operation_id: string = randomUUID(),
    ) => {
      await operations.start(
        { action, selector: entrySelector.parse({ ...place, ...selector }), operation_id },
        me,
      );
      const { operation, copies } = await operations.settled(operation_id, 15_000);
      expect(operation.state, operation.error ?? "").toBe("done");
      return { ...operation, copies };
    };
    const sorted = (ids: readonly string[]) => [...ids].sort();

    it("works on what was claimed for it, when it reads its own list again", async () => {
      const ids = await dead(25);
      await exists("heir");
      expect((await act("claim", { consumer: "gone", to: "heir" })).done).toBe(25);
      const heir = start("heir", { rereads: true });
      await expect.poll(() => sorted(heir.done)).toEqual(sorted(ids));
      expect(await pendingRows(redis, place)).toEqual([]);
    });

    it("is not woken by a claim, when it only reads what is new: the entries stay pending for it", async () => {
      await dead(5);
      const living = start("living");
      await exists("living");
      expect((await act("claim", { consumer: "gone", to: "living" })).done).toBe(5);
      const [later = ""] = await add(redis, place.stream, 1);
      await expect.poll(() => living.done).toEqual([later]);
      expect((await pendingRows(redis, place)).map(({ consumer }) => consumer)).toEqual(
        Array(5).fill("living"),
      );
    });

    it("takes over what was released at once, however long it waits for what is idle", async () => {
      const ids = await dead(25);
      const reclaimer = start("reclaimer", { reclaims: { minIdleMs: HOUR, everyMs: 20 } });
      await exists("reclaimer");
      expect((await act("release", { consumer: "gone" })).done).toBe(25);
      await expect.poll(() => sorted(reclaimer.done)).toEqual(sorted(ids));
    });

    it("does not lose to a reclaimer at once what was claimed for it", async () => {
      await dead(5);
      await exists("heir");
      expect((await act("claim", { consumer: "gone", to: "heir" })).done).toBe(5);
      const reclaimer = start("reclaimer", { reclaims: { minIdleMs: 30_000, everyMs: 5 } });
      const [later = ""] = await add(redis, place.stream, 1);
      await expect.poll(() => reclaimer.done).toEqual([later]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect((await pendingRows(redis, place)).map(({ consumer }) => consumer)).toEqual(
        Array(5).fill("heir"),
      );
    });

    it("works on what was requeued, whoever reads first", async () => {
      await dead(25);
      const living = start("living");
      const { done, copies } = await act("requeue", { consumer: "gone" });
      expect(done).toBe(25);
      await expect.poll(() => sorted(living.done)).toEqual(sorted([...copies.values()]));
      expect(await pendingRows(redis, place)).toEqual([]);
    });

    it("keeps what it was given a moment ago, whatever is asked for all that it holds", async () => {
      await exists("heir");
      await add(redis, place.stream, 100);
      let worked = 0;
      const living = start("living", {
        count: 20,
        work: async () => {
          worked += 1;
          await new Promise((resolve) => setTimeout(resolve, 2));
          return true;
        },
      });
      while (worked < 60) {
        for (const action of ["claim", "release", "requeue", "dead-letter"] as const) {
          const selector = {
            consumer: "living",
            min_idle_ms: 1_000,
            ...(action === "claim" ? { to: "heir" } : {}),
          };
          await exists("living");
          expect(await act(action, selector)).toMatchObject({ done: 0 });
        }
      }
      await expect.poll(() => living.done.length).toBe(100);
      expect(worked).toBe(100);
      expect(await redis.xlen(place.stream)).toBe(100);
    });

    it.each(["claim", "requeue", "dead-letter", "ack"] as const)(
      "has each entry once when two operators %s all at the same moment",
      async (action) => {
        await dead(700);
        await exists("heir");
        const selector = { consumer: "gone", ...(action === "claim" ? { to: "heir" } : {}) };
        const both = await Promise.all(operators.map((operations) => act(action, selector, operations)));
        expect(both.reduce((sum, { done }) => sum + done, 0)).toBe(700);
        expect(await redis.xlen(place.stream)).toBe(action === "requeue" ? 1_400 : 700);
        expect(await redis.xlen(`${place.stream}:dlq`)).toBe(action === "dead-letter" ? 700 : 0);
        expect(await pendingRows(redis, place)).toHaveLength(action === "claim" ? 700 : 0);
      },
    );

    it.each(["reply", "request", "half-request"] as const)(
      "has one effect and the right report when the connection is cut in a %s",
      async (cut: Cut) => {
        await dead(2_000);
        const selector = entrySelector.parse({ ...place, consumer: "gone" });
        const { operation_id } = await operators[0].start({ action: "requeue", selector }, me);
        const before = proxy.cuts;
        if (cut === "reply") proxy.cutReplyTo("vigia:op:");
        else proxy.cutNext(cut);
        const { operation } = await operators[0].settled(operation_id, 15_000);
        expect(proxy.cuts).toBe(before + 1);
        expect(operation).toMatchObject({ matched: 2_000, done: 2_000, unknown: 0, skipped: {} });
        expect(await redis.xlen(place.stream)).toBe(4_000);
        expect(await pendingRows(redis, place)).toEqual([]);
      },
    );
  });
});
