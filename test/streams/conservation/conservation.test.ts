import { readFileSync } from "node:fs";
import type { Redis } from "ioredis";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createOperations, type Operations } from "@/lib/operations/operations";
import type { Connection } from "@/lib/redis/connection";
import type { Script } from "@/lib/redis/scripts";
import { rqActions } from "@/lib/rq/actions/actions";
import { streamActions } from "@/lib/streams/actions/actions";
import { randomFrom } from "../../conservation/chaos";
import { type Cut, type CuttingProxy, startProxy } from "../../conservation/proxy";
import { noRedis, startRedis, type TestRedis } from "../../redis";
import { connect } from "../../rq/oracle";
import { freshGroup, type Place, startConsumer } from "../consumers";
import { createChaos, MIN_IDLE_MS, startCrowd, watchScripts } from "./chaos";
import { type Account, doubled, emptyAccount, lost, pendingCount, snapshot, stolen } from "./checker";

const FULL = process.env.VIGIA_FULL === "1";
const ACTIONS = FULL ? 5_000 : 800;
/** Enough for a planted fault to show many times. */
const PLANTED_ACTIONS = 200;
const seed = Number(process.env.VIGIA_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`conservation of streams: VIGIA_SEED=${seed}`);

const CUTS: readonly Cut[] = ["reply", "request", "half-request"];
const log = pino({ level: "silent" });

describe.skipIf(noRedis)("conservation of entries", () => {
  let server: TestRedis;
  let redis: Redis;
  let proxy: CuttingProxy;
  const connections: Connection[] = [];
  let place: Place;

  beforeAll(async () => {
    server = await startRedis();
    redis = server.client();
    proxy = await startProxy(server.port);
  });
  beforeEach(async () => {
    await redis.flushall();
    place = await freshGroup(redis);
  });
  afterEach(async () => {
    for (const connection of connections.splice(0)) await connection.close();
  });
  afterAll(async () => {
    await proxy?.stop();
    await server?.stop();
  });

  /** Two dashboards, each behind the cutting proxy. */
  const dashboards = async (script?: Script): Promise<[Operations, Operations]> => {
    const url = `redis://127.0.0.1:${proxy.port}/0`;
    const build = async (): Promise<Operations> => {
      const connection = await connect(url);
      connections.push(connection);
      return createOperations({
        connection,
        actions: {
          rq: rqActions({ connection, failures: { idsOf: () => [] } }),
          streams: streamActions({ connection, ...(script === undefined ? {} : { script }) }),
        },
        log,
      });
    };
    return [await build(), await build()];
  };

  interface Run {
    account: Account;
    tally: Record<string, number>;
    /** Of every look in between, and of the last one. */
    faults: string[];
  }

  const run = async (actions: number, parts: number, script?: Script): Promise<Run> => {
    const random = randomFrom(seed);
    const account = emptyAccount();
    const operators = await dashboards(script);
    const scripts = await watchScripts(redis, place, account);
    const crowd = startCrowd({ server, place, account, random, perSecond: 150 });
    const chaos = createChaos({
      random,
      operators,
      redis,
      place,
      account,
      cuts: { share: 0.04, cut: () => proxy.cutNext(CUTS[Math.floor(random() * CUTS.length)] ?? "reply") },
    });
    const faults: string[] = [];
    try {
      // Before the first of them can be idle for long enough, there is little to act on.
      await new Promise((resolve) => setTimeout(resolve, MIN_IDLE_MS));
      for (let part = 0; part < parts; part++) {
        await chaos.run(actions / parts);
        faults.push(...lost(account, await snapshot(redis, place, account)));
      }
    } finally {
      await crowd.stop();
    }
    // What Redis told of its last commands is on its way.
    await new Promise((resolve) => setTimeout(resolve, 100));
    scripts.stop();
    const last = await snapshot(redis, place, account);
    faults.push(...lost(account, last), ...doubled(account, last), ...stolen(account, MIN_IDLE_MS));
    return { account, tally: chaos.tally, faults: [...new Set(faults)] };
  };

  it(
    `keeps every entry through ${ACTIONS} random actions with cut connections`,
    async () => {
      const cutsBefore = proxy.cuts;
      const { account, tally, faults } = await run(ACTIONS, 8);
      expect(faults).toEqual([]);
      console.log(
        `conservation of streams: ${account.made.size} entries, ${account.worked.size} worked on, ${proxy.cuts - cutsBefore} cuts`,
        tally,
      );
      for (const action of ["claim", "release", "requeue", "dead-letter", "ack"])
        expect(tally[`${action} done`], action).toBeGreaterThan(ACTIONS / 100);
      expect(tally["claim busy"]).toBeGreaterThan(0);
      expect(account.takes.length).toBeGreaterThan(ACTIONS / 10);
      expect(proxy.cuts - cutsBefore).toBeGreaterThan(ACTIONS / 100);

      // What is left can be worked on: one last consumer takes over everything that is pending or unread.
      const left = new Set(
        (await snapshot(redis, place, account)).entries.flatMap(([, fields]) => fields[1] ?? []),
      );
      const heir = startConsumer(server, {
        ...place,
        name: "last",
        count: 500,
        reclaims: { minIdleMs: 0, everyMs: 50 },
        work: async (_id, fields) => {
          account.worked.add(fields[1] ?? "");
          return true;
        },
      });
      await expect.poll(() => pendingCount(redis, place), { timeout: 10_000 }).toBe(0);
      await heir.die();
      expect(left.size).toBe(account.made.size);
      expect(lost(account, await snapshot(redis, place, account))).toEqual([]);
    },
    FULL ? 600_000 : 90_000,
  );

  describe("the checker itself", () => {
    const text = readFileSync("lib/streams/lua/rescue.lua", "utf8");
    const scriptOf =
      (lua: string): Script =>
      (client, keys, args) =>
        client.callBuffer("EVAL", [lua, keys.length, ...keys, ...args]);
    /** Replaces exactly one place of the script, or the fault would not be planted. */
    const planted = (lua: string, what: string, by: string): string => {
      if (lua.split(what).length !== 2) throw new Error(`the script no longer has one: ${what}`);
      return lua.replace(what, () => by);
    };

    it("reports what comes back after it was acknowledged, when claims are forced", async () => {
      const forced = planted(
        planted(text, "row = rowOf(id)", "row = rowOf(id) or { id, '', -1, 1 }"),
        "ids[#ids + 1] = 'JUSTID'",
        "ids[#ids + 1] = 'FORCE' ids[#ids + 1] = 'JUSTID'",
      );
      const { faults } = await run(PLANTED_ACTIONS, 1, scriptOf(forced));
      expect(faults.filter((fault) => fault.includes("came back"))).not.toEqual([]);
    });

    it("reports what was taken from a consumer at work, when the minimum idle time is 0", async () => {
      const hasty = planted(text, "ARGV[5], tonumber(ARGV[6])", "ARGV[5], 0");
      const { faults } = await run(PLANTED_ACTIONS, 1, scriptOf(hasty));
      expect(faults.filter((fault) => fault.includes("touched"))).not.toEqual([]);
    });

    it("reports lost entries, when the ack comes before the adding and the script ends between them", async () => {
      const losing = planted(
        planted(
          text,
          "  call('XACK', stream, group, id)\n  return 'done:' .. new",
          "  return 'done:' .. new",
        ),
        "  local new = pcall('XADD', target, '*', unpack(fields))",
        `  call('XACK', stream, group, id)
  if tonumber(id:match('%d+')) % 5 == 0 then error('ended between the two') end
  local new = pcall('XADD', target, '*', unpack(fields))`,
      );
      const crashing: Script = (client, keys, args) =>
        scriptOf(losing)(client, keys, args).catch((error: Error) => {
          throw error.message.includes("ended between") ? new Error("Connection is closed.") : error;
        });
      const { faults } = await run(PLANTED_ACTIONS, 1, crashing);
      expect(faults.filter((fault) => fault.includes("lost"))).not.toEqual([]);
    });
  });
});
