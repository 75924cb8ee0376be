import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type Asked,
  type EntryActionName,
  entryActionName,
  entrySelector,
  type Operation,
} from "@/lib/api/schemas/operations";
import { nameFromBytes } from "@/lib/names";
import type { EntryAsked } from "@/lib/operations/contract";
import { createOperations, marksKey, type Operations } from "@/lib/operations/operations";
import type { Connection } from "@/lib/redis/connection";
import { rqActions } from "@/lib/rq/actions/actions";
import { streamActions } from "@/lib/streams/actions/actions";
import { startRedis, type TestRedis } from "../redis";
import { connect } from "../rq/oracle";
import { serverMatrix } from "../servers";
import { add, age, freshGroup, give, type Place, pendingRows } from "./consumers";

const me = { name: "tester", from: "127.0.0.1" };
const log = pino({ level: "silent" });
const MINUTE = 60_000;
const DAY = 86_400_000;
const ACTIONS = ["claim", "release", "requeue", "ack", "dead-letter"] as const;

const isOfEntries = (asked: Asked): asked is EntryAsked => entryActionName.safeParse(asked.action).success;

const build = (connection: Connection, itemsMax?: number): Operations =>
  createOperations({
    connection,
    actions: {
      rq: rqActions({ connection, failures: { idsOf: () => [] } }),
      streams: streamActions({ connection, ...(itemsMax === undefined ? {} : { itemsMax }) }),
    },
    log,
  });

describe.each(serverMatrix)("rescue of pending entries on $id", ({ path }) => {
  describe.skipIf(path === null)("with real consumer groups", () => {
    let server: TestRedis;
    let redis: Redis;
    let connection: Connection;
    let operations: Operations;
    let place: Place;

    beforeAll(async () => {
      server = await startRedis([], path);
      redis = server.client();
      connection = await connect(server.url);
      operations = build(connection);
    });
    beforeEach(async () => {
      await redis.flushall();
      place = await freshGroup(redis);
    });
    afterAll(async () => {
      await operations?.close();
      await connection?.close();
      await server?.stop();
    });

    const asked = (action: EntryActionName, selector: Record<string, unknown>): Asked => ({
      action,
      selector: entrySelector.parse({
        ...place,
        ...(action === "claim" ? { to: "living" } : {}),
        ...selector,
      }),
    });
    const act = async (
      action: EntryActionName,
      selector: Record<string, unknown>,
      using = operations,
      operation_id: string = randomUUID(),
    ): Promise<Operation & { copies: ReadonlyMap<string, string> }> => {
      await using.start({ ...asked(action, selector), operation_id }, me);
      const { operation, copies } = await using.settled(operation_id, 15_000);
      expect(operation.state, operation.error ?? "").toBe("done");
      const skipped = Object.values(operation.skipped).reduce((sum, n) => sum + n, 0);
      expect(operation.done + skipped).toBe(operation.matched);
      return { ...operation, copies };
    };
    /** Entries that a consumer holds since a minute and a half, and another, living consumer. */
    const abandoned = async (count = 3, consumer = "gone"): Promise<string[]> => {
      await redis.call("XGROUP", "CREATECONSUMER", place.stream, place.group, "living");
      await add(redis, place.stream, count);
      const ids = await give(redis, place, consumer, count);
      if (ids.length > 0) await age(redis, place, consumer, ids, 90_000, 2);
      return ids;
    };
    const plan = (action: EntryActionName, selector: Record<string, unknown>) => {
      const request = asked(action, selector);
      if (!isOfEntries(request)) throw new Error("not an action on entries");
      return streamActions({ connection }).plan(request, me);
    };
    const rows = () => pendingRows(redis, place);
    const entries = (stream: string) => redis.xrange(stream, "-", "+");
    const consumerNames = async () => {
      const reply: unknown = await redis.call("XINFO", "CONSUMERS", place.stream, place.group);
      return (Array.isArray(reply) ? reply : []).map((info: unknown) =>
        String(Array.isArray(info) ? info[1] : ""),
      );
    };
    /** Everything but idle times, which pass by themselves. */
    const image = async () => {
      const streams = (await redis.keys("s-*")).sort();
      const held = (await rows().catch(() => [])).map(({ idleMs: _, ...row }) => row);
      const whole = await Promise.all(
        streams.map(async (key) => [key, (await redis.type(key)) === "stream" ? await entries(key) : null]),
      );
      return JSON.stringify([held, whole, await consumerNames().catch(() => [])]);
    };

    it("claims for a consumer: the entries are its own now, as if just given, and their deliveries stay", async () => {
      const ids = await abandoned();
      const operation = await act("claim", { consumer: "gone" });
      expect(operation).toMatchObject({ matched: 3, done: 3, skipped: {}, unknown: 0, left: 0 });
      const held = await rows();
      expect(held.map(({ id, consumer, deliveries }) => [id, consumer, deliveries])).toEqual(
        ids.map((id) => [id, "living", 2]),
      );
      for (const { idleMs } of held) expect(idleMs).toBeLessThan(30_000);
    });

    it("releases: the owner stays, and a reclaimer that waits for an hour takes them at once", async () => {
      const ids = await abandoned();
      await age(redis, place, "gone", ids.slice(2), 3 * DAY, 2);
      expect(await act("release", { consumer: "gone" })).toMatchObject({ matched: 3, done: 3 });
      const held = await rows();
      expect(held.map(({ consumer, deliveries }) => [consumer, deliveries])).toEqual(
        Array(3).fill(["gone", 2]),
      );
      expect(held.map(({ idleMs }) => Math.floor(idleMs / DAY))).toEqual([1, 1, 3]);
      const reply: unknown = await redis.call(
        "XAUTOCLAIM",
        place.stream,
        place.group,
        "living",
        3_600_000,
        "0",
      );
      expect(Array.isArray(reply) && Array.isArray(reply[1]) ? reply[1].length : 0).toBe(3);
    });

    it("requeues: the same pairs in their order at the end, and the old entry is acknowledged", async () => {
      const pairs = [
        "task",
        "1",
        "tag",
        "a",
        "tag",
        "b",
        Buffer.from([0xff, 0x00]),
        Buffer.from([0xfe, 0x0a]),
      ];
      await redis.call("XADD", place.stream, "*", ...pairs);
      const ids = await abandoned();
      const operation = await act("requeue", { consumer: "gone" });
      expect(operation.done).toBe(3);
      expect([...operation.copies.keys()]).toEqual(ids);
      expect(await rows()).toEqual([]);
      const copy = operation.copies.get(ids[0] ?? "") ?? "";
      const [found] = await redis.xrangeBuffer(place.stream, copy, copy);
      expect(found?.[1].map((part) => part.toString("latin1"))).toEqual(
        pairs.map((part) => (typeof part === "string" ? part : part.toString("latin1"))),
      );
      expect(await redis.xlen(place.stream)).toBe(7);
      expect(await give(redis, place, "living", 10)).toHaveLength(4);
    });

    it("acknowledges: no longer pending, still in the stream; also what was deleted from it", async () => {
      const [first = "", second = "", third = ""] = await abandoned();
      await redis.xdel(place.stream, second);
      const operation = await act("ack", { ids: [third, first, second], min_idle_ms: 0 });
      expect(operation).toMatchObject({ matched: 3, done: 3 });
      expect(await rows()).toEqual([]);
      expect((await entries(place.stream)).map(([id]) => id)).toEqual([first, third]);
    });

    it("moves to the dead-letter stream with where it came from, and acknowledges", async () => {
      const ids = await abandoned();
      const operation = await act("dead-letter", { ids: ids.slice(0, 2), note: "bad date" });
      expect(operation.done).toBe(2);
      const dead = await entries(`${place.stream}:dlq`);
      expect(dead.map(([id]) => id)).toEqual(ids.slice(0, 2).map((id) => operation.copies.get(id)));
      expect(dead[1]?.[1]).toEqual([
        ...["n", "1", "_dlq_stream", place.stream, "_dlq_group", "workers", "_dlq_id", ids[1]],
        ...["_dlq_consumer", "gone", "_dlq_deliveries", "2", "_dlq_reason", "bad date", "_dlq_by", "tester"],
      ]);
      await act("dead-letter", { ids: ids.slice(2) });
      expect((await entries(`${place.stream}:dlq`))[2]?.[1]).not.toContain("_dlq_reason");
      expect(await rows()).toEqual([]);
      expect(await redis.xlen(place.stream)).toBe(3);
    });

    it.each(ACTIONS)(
      "%s tells of each entry why it was left alone, and changes none of those",
      async (action) => {
        const ids = await abandoned(6);
        const [acked = "", busy = "", poison = "", few = "", others = "", gone = ""] = ids;
        await redis.xack(place.stream, place.group, acked);
        await age(redis, place, "gone", [busy], 1_000, 2);
        await age(redis, place, "gone", [poison], 90_000, 9);
        await age(redis, place, "gone", [few], 90_000, 1);
        await age(redis, place, "other", [others], 90_000, 2);
        await redis.xdel(place.stream, gone);
        const before = await image();
        const operation = await act(action, {
          ids,
          consumer: "gone",
          min_idle_ms: MINUTE,
          min_deliveries: 2,
          max_deliveries: 4,
        });
        expect(Object.fromEntries(operation.items.map(({ id, reason }) => [id, reason]))).toEqual({
          [acked]: "acked",
          [busy]: "busy",
          [poison]: "poison",
          [few]: "few-deliveries",
          [others]: "owner",
          ...(action === "ack" ? {} : { [gone]: "deleted" }),
        });
        if (action === "ack") expect((await rows()).map(({ id }) => id)).not.toContain(gone);
        else expect(await image()).toBe(before);
      },
    );

    it.each(["claim", "release"] as const)(
      "%s keeps the reference to what was trimmed from the front or deleted in the middle",
      async (action) => {
        const ids = await abandoned(40);
        await redis.xtrim(place.stream, "MAXLEN", 35);
        await redis.xdel(place.stream, ids[20] ?? "", ids[39] ?? "");
        const operation = await act(action, { consumer: "gone" });
        expect(operation).toMatchObject({ matched: 40, done: 33, skipped: { deleted: 7 } });
        expect((await rows()).map(({ id }) => id)).toEqual(ids);
        // Behind everything that was ever removed.
        const later = await abandoned(5, "late");
        expect(await act(action, { consumer: "late" })).toMatchObject({ done: 5, skipped: {} });
        expect((await rows()).map(({ id }) => id)).toEqual([...ids, ...later]);
      },
    );

    it("takes all of one consumer, in batches, and nothing of the others beside it", async () => {
      await redis.call("XGROUP", "CREATECONSUMER", place.stream, place.group, "living");
      await add(redis, place.stream, 4_000);
      const held: Record<string, string[]> = { gone: [], other: [] };
      for (let n = 0; n < 400; n++) {
        const consumer = n % 2 === 0 ? "gone" : "other";
        held[consumer]?.push(...(await give(redis, place, consumer, 10)));
      }
      for (const [consumer, ids] of Object.entries(held)) await age(redis, place, consumer, ids, 90_000);
      await age(redis, place, "gone", (held.gone ?? []).slice(500, 503), 500);
      await age(redis, place, "gone", (held.gone ?? []).slice(600, 602), 90_000, 7);
      const selector = { consumer: "gone", max_deliveries: 4 };
      expect(await operations.preview(asked("claim", selector))).toMatchObject({
        matched: 2_000,
        at_least: false,
        eligible: 1_995,
        inspected: 1_000,
        skipped: { busy: 3, poison: 2 },
        sample: (held.gone ?? []).slice(0, 5),
      });
      const operation = await act("claim", selector);
      expect(operation).toMatchObject({ matched: 2_000, done: 1_995, skipped: { busy: 3, poison: 2 } });
      expect(operation.items).toHaveLength(5);
      const pending = await rows();
      const of = (name: string) => pending.filter(({ consumer }) => consumer === name).map(({ id }) => id);
      expect(of("other")).toEqual(held.other);
      expect(of("living")).toHaveLength(1_995);
      expect(of("gone")).toHaveLength(5);
    });

    it("takes what was delivered often, whoever holds it, and says when the plan was cut", async () => {
      const ids = await abandoned(300);
      await age(redis, place, "gone", ids.slice(0, 100), 90_000, 5);
      await age(redis, place, "other", ids.slice(200), 90_000, 6);
      const selector = { min_deliveries: 5 };
      expect(await operations.preview(asked("dead-letter", selector))).toMatchObject({
        matched: 200,
        eligible: 200,
        skipped: {},
      });
      const small = build(connection, 150);
      expect(await act("dead-letter", selector, small)).toMatchObject({ matched: 150, truncated: true });
      expect(await act("dead-letter", selector)).toMatchObject({ matched: 50, done: 50, truncated: false });
      expect((await rows()).map(({ id }) => id)).toEqual(ids.slice(100, 200));
      expect(await redis.xlen(`${place.stream}:dlq`)).toBe(200);
    });

    it.each(ACTIONS)("%s has one effect for one operation id, also from another process", async (action) => {
      const ids = await abandoned(4);
      await age(redis, place, "gone", ids.slice(3), 2_000);
      const id = randomUUID();
      const first = await act(action, { ids }, operations, id);
      expect(first).toMatchObject({ done: 3, skipped: { busy: 1 } });
      await age(redis, place, "gone", ids.slice(3), 90_000);
      const before = await image();
      const again = await act(action, { ids: ids.toReversed() }, build(connection), id);
      expect(again).toMatchObject({ done: 3, skipped: { busy: 1 } });
      expect(again.copies).toEqual(first.copies);
      expect(await image()).toBe(before);
      expect(await redis.ttl(marksKey(id))).toBeGreaterThan(86_000);
    });

    it.each(ACTIONS)(
      "%s repeated after a lost reply gives the stored outcomes of the batch",
      async (action) => {
        await abandoned(60);
        const work = await plan(action, { consumer: "gone" });
        const first = await work.run(0, 50, "vigia:op:x");
        const before = await image();
        expect((await work.run(0, 50, "vigia:op:x")).outcomes).toEqual(first.outcomes);
        expect(first.outcomes.filter(({ outcome }) => outcome === "done")).toHaveLength(50);
        expect(await image()).toBe(before);
      },
    );

    it("refuses an operation id that did something else", async () => {
      const ids = await abandoned(2);
      const id = randomUUID();
      await act("ack", { ids: ids.slice(0, 1) }, operations, id);
      const other = build(connection);
      await other.start({ ...asked("requeue", { ids }), operation_id: id }, me);
      const { operation, failure } = await other.settled(id, 5_000);
      expect(operation).toMatchObject({ state: "failed", done: 0 });
      expect(failure).toMatchObject({ code: "CONFLICT" });
      expect(await rows()).toHaveLength(1);
    });

    it("never makes a consumer: a claim for nobody is refused, and so is one for a consumer that went meanwhile", async () => {
      const ids = await abandoned();
      await expect(operations.start(asked("claim", { ids, to: "livign" }), me)).rejects.toMatchObject({
        code: "CONFLICT",
        facts: { reason: "no-consumer" },
        message: expect.stringContaining("living"),
      });
      expect(await operations.preview(asked("claim", { ids, to: "livign" }))).toMatchObject({
        eligible: 0,
        skipped: { "no-consumer": 3 },
      });
      const work = await plan("claim", { ids });
      await redis.call("XGROUP", "DELCONSUMER", place.stream, place.group, "living");
      const { outcomes } = await work.run(0, 3, "vigia:op:x");
      expect(outcomes.map(({ reason }) => reason)).toEqual(Array(3).fill("no-consumer"));
      expect(await consumerNames()).toEqual(["gone"]);
    });

    it("tells of a stream or group that is not there, and of one that goes after the plan", async () => {
      const ids = await abandoned();
      for (const selector of [{ stream: "s-none" }, { group: "none" }])
        for (const run of [
          () => operations.start(asked("ack", { ids, ...selector }), me),
          () => operations.preview(asked("ack", { ids, ...selector })),
          () => operations.preview(asked("ack", { consumer: "gone", ...selector })),
        ])
          await expect(run()).rejects.toMatchObject({ code: "NOT_FOUND" });
      const works = await Promise.all(ACTIONS.map((action) => plan(action, { ids })));
      await redis.xgroup("DESTROY", place.stream, place.group);
      for (const [n, work] of works.entries())
        expect((await work.run(0, 3, `vigia:op:${n}`)).outcomes.map(({ reason }) => reason)).toEqual(
          Array(3).fill("no-group"),
        );
      await redis.del(place.stream);
      for (const [n, work] of works.entries())
        expect((await work.run(0, 3, `vigia:op:a${n}`)).outcomes[2]).toMatchObject({ reason: "no-group" });
      await redis.set(place.stream, "text");
      for (const [n, work] of works.entries())
        expect((await work.run(0, 3, `vigia:op:b${n}`)).outcomes[2]).toMatchObject({ reason: "wrong-type" });
      await expect(operations.start(asked("ack", { ids }), me)).rejects.toMatchObject({ code: "NOT_FOUND" });
      expect(await redis.get(place.stream)).toBe("text");
    });

    it("leaves entries alone when their dead letters have no stream to go to", async () => {
      const ids = await abandoned();
      await redis.set(`${place.stream}:dlq`, "text");
      expect(await act("dead-letter", { ids })).toMatchObject({ done: 0, skipped: { "wrong-type": 3 } });
      expect(await rows()).toHaveLength(3);
    });

    it("copies an entry of 3,900 pairs, and leaves one with more alone", async () => {
      const wide = (pairs: number) => Array.from({ length: 2 * pairs }, (_, n) => `${n}`);
      await redis.xadd(place.stream, "*", ...wide(3_900));
      await redis.xadd(place.stream, "*", ...wide(3_901));
      const ids = await abandoned(0);
      ids.push(...(await give(redis, place, "gone", 2)));
      await age(redis, place, "gone", ids, 90_000);
      expect(await act("dead-letter", { ids, note: "wide" })).toMatchObject({
        done: 1,
        skipped: { "too-large": 1 },
      });
      expect((await rows()).map(({ id }) => id)).toEqual(ids.slice(1));
    });

    it("reads no more payload in one call than a megabyte and an entry", async () => {
      await add(redis, place.stream, 12, 300_000);
      const ids = await abandoned(0);
      ids.push(...(await give(redis, place, "gone", 12)));
      await age(redis, place, "gone", ids, 90_000);
      await redis.xdel(place.stream, ids[11] ?? "");
      for (const action of ["claim", "requeue"] as const) {
        const work = await plan(action, { ids: ids.slice(0, 11) });
        expect((await work.run(0, 11, `vigia:op:${action}`)).outcomes).toHaveLength(4);
        await age(redis, place, "gone", ids.slice(0, 11), 90_000);
      }
      expect(await act("requeue", { ids: ids.slice(4, 11) })).toMatchObject({ matched: 7, done: 7 });
    });

    it("works with names that are any bytes, and with an empty one", async () => {
      const bytes = Buffer.from([0x73, 0xff, 0x2f, 0x20]);
      await redis.call("XGROUP", "CREATE", bytes, bytes, "0", "MKSTREAM");
      await redis.call("XADD", bytes, "*", "n", "1");
      await redis.call("XADD", bytes, "*", "n", "2");
      await redis.call("XREADGROUP", "GROUP", bytes, bytes, "COUNT", 1, "STREAMS", bytes, ">");
      await redis.call("XREADGROUP", "GROUP", bytes, "", "COUNT", 1, "STREAMS", bytes, ">");
      await redis.call("XGROUP", "CREATECONSUMER", bytes, bytes, "living");
      const name = nameFromBytes(bytes);
      const on = { stream: name, group: name, min_idle_ms: 1_000 };
      await expect
        .poll(async () => (await operations.preview(asked("claim", { ...on, consumer: name }))).eligible, {
          timeout: 3_000,
        })
        .toBe(1);
      expect(await act("claim", { ...on, consumer: name })).toMatchObject({ matched: 1, done: 1 });
      expect(await act("dead-letter", { ...on, consumer: nameFromBytes(Buffer.alloc(0)) })).toMatchObject({
        matched: 1,
        done: 1,
      });
      const dead = await redis.xrangeBuffer(Buffer.concat([bytes, Buffer.from(":dlq")]), "-", "+");
      expect(dead[0]?.[1][3]).toEqual(bytes);
    });

    it("names what a user may not do, and changes nothing", async () => {
      const ids = await abandoned();
      await age(redis, place, "gone", ids, 90_000);
      for (const [action, denied] of [
        ["claim", "xclaim"],
        ["release", "xclaim"],
        ["requeue", "xadd"],
        ["requeue", "xack"],
        ["ack", "xack"],
        ["dead-letter", "xadd"],
        ["dead-letter", "xack"],
        ["dead-letter", "hset"],
      ] as const) {
        await redis.call("ACL", "SETUSER", "narrow", "reset", "on", ">pw", "~*", "+@all", `-${denied}`);
        const narrow = await connect(server.url.replace("redis://", "redis://narrow:pw@"));
        const before = await image();
        const id = randomUUID();
        const own = build(narrow);
        await own.start({ ...asked(action, { ids }), operation_id: id }, me);
        const { operation } = await own.settled(id, 5_000);
        expect(operation, `${action} without ${denied}`).toMatchObject({ state: "failed", done: 0, left: 3 });
        // Redis 6.2 does not say which command it was.
        expect(operation.error).toMatch(/may not run|lacks a permission/);
        expect(await image()).toBe(before);
        await narrow.close();
      }
    });

    it("refuses at the memory limit and on a replica, and changes nothing", async () => {
      const ids = await abandoned();
      const before = await image();
      const refused = async (trouble: RegExp) => {
        for (const action of ACTIONS) {
          const id = randomUUID();
          await operations.start({ ...asked(action, { ids }), operation_id: id }, me);
          const { operation } = await operations.settled(id, 50);
          if (operation.ended_ms === null) operations.stop(id);
          const ended = await operations.settled(id, 5_000);
          expect(ended.operation, action).toMatchObject({ state: "failed", done: 0 });
          expect(ended.operation.error).toMatch(trouble);
        }
      };
      await redis.config("SET", "maxmemory", "1");
      await refused(/memory limit/).finally(() => redis.config("SET", "maxmemory", "0"));
      expect(await image()).toBe(before);
      await redis.call("REPLICAOF", "127.0.0.1", "1");
      // The connection is tried anew after such an answer: a failover may have moved the master.
      await refused(/is a replica|cannot be reached/).finally(() => redis.call("REPLICAOF", "NO", "ONE"));
      expect(await image()).toBe(before);
      expect(await image()).toBe(before);
    });

    it("refuses what makes no sense, and says what to ask instead", async () => {
      const ids = await abandoned();
      const wrong: [EntryActionName, Record<string, unknown>, string][] = [
        ["claim", { ids, min_idle_ms: 999 }, "at least 1000"],
        ["requeue", { ids, min_idle_ms: 0 }, "at least 1000"],
        ["claim", { ids, to: undefined }, "release them instead"],
        ["ack", { ids, to: "living" }, "Only a claim"],
        ["claim", { consumer: "living" }, "holds these entries already"],
        ["release", { ids, note: "why" }, "Only a dead letter"],
        ["ack", { ids, min_deliveries: 5, max_deliveries: 4 }, "No entry can meet this"],
        ["ack", { ids: ["18446744073709551616-0"] }, "no entry ID"],
        ["ack", { ids, consumer: "b64:?" }, "no name"],
      ];
      for (const [action, selector, words] of wrong)
        for (const run of [
          () => operations.start(asked(action, selector), me),
          () => operations.preview(asked(action, selector)),
        ])
          await expect(run()).rejects.toMatchObject({
            code: "INVALID_INPUT",
            message: expect.stringContaining(words),
          });
      expect(entrySelector.safeParse({ ...place }).success).toBe(false);
    });

    it("takes an ID with leading zeros, or one that is named twice, for the one that it is", async () => {
      const [id = ""] = await abandoned(1);
      expect(await act("ack", { ids: [id, `0${id}`, id] })).toMatchObject({ matched: 1, done: 1 });
    });
  });
});
