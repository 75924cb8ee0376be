import { readFileSync } from "node:fs";
import type { Redis } from "ioredis";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createOperations, marksKey, type Operations } from "@/lib/operations/operations";
import type { Connection } from "@/lib/redis/connection";
import type { Script } from "@/lib/redis/scripts";
import { rqActions } from "@/lib/rq/actions/actions";
import { streamActions } from "@/lib/streams/actions/actions";
import { noRedis, startRedis, type TestRedis } from "../redis";
import { type RqDriver, type RqWorker, rqMatrix, startDriver, startWorker } from "../rq/harness";
import { connect } from "../rq/oracle";
import { type Chaos, createChaos, randomFrom } from "./chaos";
import { snapshot, whenQuiet, whileBusy } from "./checker";
import { type Cut, type CuttingProxy, startProxy } from "./proxy";

const ACTIONS = process.env.VIGIA_FULL === "1" ? 20_000 : 2_000;
const seed = Number(process.env.VIGIA_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`conservation: VIGIA_SEED=${seed}`);

const CUTS: readonly Cut[] = ["reply", "request", "half-request"];
const log = pino({ level: "silent" });
const failures = { idsOf: () => [] };
const me = { name: "chaos", from: "127.0.0.1" };

/** Two dashboards, each behind the cutting proxy. */
async function dashboards(proxy: CuttingProxy, scripts: { retry?: Script; move?: Script } = {}) {
  const url = `redis://127.0.0.1:${proxy.port}/0`;
  const connections: [Connection, Connection] = [await connect(url), await connect(url)];
  const build = (connection: Connection): Operations =>
    createOperations({
      connection,
      actions: {
        rq: rqActions({ connection, failures, scripts, patience: { everyMs: 50, forMs: 5_000 } }),
        streams: streamActions({ connection }),
      },
      log,
    });
  return {
    connections,
    operators: [build(connections[0]), build(connections[1])] as [Operations, Operations],
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.skipIf(noRedis)("conservation", () => {
  let server: TestRedis;
  let redis: Redis;
  let proxy: CuttingProxy;
  let connections: Connection[] = [];

  beforeAll(async () => {
    // RQ trims a job's results by whole nodes of the stream; the account needs all of them.
    server = await startRedis(["--stream-node-max-bytes", "0", "--stream-node-max-entries", "0"]);
    redis = server.client();
    proxy = await startProxy(server.port);
  });
  beforeEach(() => redis.flushall());
  afterEach(async () => {
    for (const connection of connections.splice(0)) await connection.close();
  });
  afterAll(async () => {
    await proxy?.stop();
    await server?.stop();
  });

  describe.each(rqMatrix)("beside real workers of RQ $id", ({ rq }) => {
    let driver: RqDriver | null = null;
    let workers: RqWorker[] = [];

    afterEach(async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      workers = [];
      await driver?.stop();
      driver = null;
    });

    it.skipIf(rq === null)(
      `keeps every job through ${ACTIONS} random actions with cut connections`,
      async () => {
        if (rq === null) return;
        const random = randomFrom(seed);
        const rqDriver = await startDriver(rq, server.url);
        driver = rqDriver;
        workers = await Promise.all([
          startWorker(rq, server.url, { queues: ["fast"], name: "fast-1", simple: true }),
          startWorker(rq, server.url, { queues: ["fast"], name: "fast-2", simple: true }),
          startWorker(rq, server.url, { queues: ["side"], name: "side-1", simple: true }),
          startWorker(rq, server.url, { queues: ["slow"], name: "slow-1" }),
          startWorker(rq, server.url, { queues: ["slow"], name: "slow-2" }),
        ]);
        // Past its first maintenance a worker is idle. In RQ 1.16 that maintenance fails whatever job another worker
        // has just taken from its queue.
        for (const { name } of workers)
          await expect.poll(() => redis.hget(`rq:worker:${name}`, "state"), { timeout: 20_000 }).toBe("idle");
        const two = await dashboards(proxy);
        connections = two.connections;
        const naps: string[] = [];
        const enqueue = (more: Record<string, unknown>) =>
          rqDriver.call<string[]>("enqueue", { queue: "fast", ...more });
        const make = async () => {
          const dice = random();
          const count = 1 + Math.floor(random() * 4);
          if (dice < 0.4) return enqueue({ func: "vigia_jobs.fail", count });
          if (dice < 0.65) return enqueue({ func: "vigia_jobs.add", args: [1], count });
          if (dice < 0.8) return enqueue({ func: "vigia_jobs.add", args: [1], count, at_in: 3_600 });
          if (dice < 0.9) {
            const ids = await enqueue({ queue: "slow", func: "vigia_jobs.nap", args: [600] });
            naps.push(...ids);
            return ids;
          }
          const parents = await enqueue(
            random() < 0.5
              ? { queue: "slow", func: "vigia_jobs.nap", args: [0.3] }
              : { func: "vigia_jobs.fail", args: [1] },
          );
          const children = await enqueue({
            func: "vigia_jobs.add",
            args: [2],
            count,
            depends_on: parents[0],
          });
          return [...parents, ...children];
        };
        const queues = ["fast", "side", "slow"];
        const chaos = createChaos({
          random,
          operators: two.operators,
          cuts: {
            share: 0.04,
            cut: () => proxy.cutNext(CUTS[Math.floor(random() * CUTS.length)] ?? "reply"),
          },
          redis,
          make,
          queues,
          // What is stopped needs a worker with a work-horse: the slow ones keep theirs.
          between: ["fast", "side"],
          stoppable: () => naps,
        });
        for (let i = 0; i < 10; i++) chaos.ids.push(...(await make()));

        for (let part = 0; part < 10; part++) {
          await chaos.run(ACTIONS / 10);
          expect(whileBusy(await snapshot(redis, queues, chaos.ids))).toEqual([]);
        }
        await settle(two.operators[0]);
        await chaos.resolve();
        await settle(two.operators[0]);
        expect(whenQuiet(await snapshot(redis, queues, chaos.ids), chaos.accountOf)).toEqual([]);
        // A worker that hears of a stop twice kills itself, and the other one of its queue hides that.
        expect(workers.filter(({ pid }) => !isAlive(pid)).map(({ name }) => name)).toEqual([]);
        console.log(
          `conservation, RQ ${rq.label}: ${chaos.ids.length} jobs, ${proxy.cuts} cuts`,
          chaos.tally,
        );
        expect(chaos.tally["retry done"]).toBeGreaterThan(ACTIONS / 50);
        expect(chaos.tally["cancel done"]).toBeGreaterThan(ACTIONS / 100);
        expect(chaos.tally["stop done"]).toBeGreaterThan(0);
        expect(chaos.tally["move done"]).toBeGreaterThan(0);

        /** Jobs that are started and say so: RQ 2 may leave a finished one listed (see the checker). */
        async function running(queue: string): Promise<number> {
          const members = await redis.zrange(`rq:wip:${queue}`, "0", "-1");
          const statuses = await Promise.all(
            members.map((member) => redis.hget(`rq:job:${member.split(":")[0]}`, "status")),
          );
          return statuses.filter((status) => status !== "finished").length;
        }

        /** What is listed as started, its job, its worker, and whether that process lives: for the message of a failure. */
        async function whatRuns(): Promise<string> {
          const lines: string[] = [];
          for (const queue of queues)
            for (const member of await redis.zrange(`rq:wip:${queue}`, "0", "-1")) {
              const { data: _, exc_info: __, ...job } = await redis.hgetall(`rq:job:${member.split(":")[0]}`);
              const worker = await redis.hgetall(`rq:worker:${job.worker_name}`);
              const left = await redis.ttl(`rq:execution:${member}`);
              lines.push(
                `${queue}: ${member}, its execution lives ${left} s more: ${JSON.stringify({ job, worker })}`,
              );
            }
          for (const worker of workers)
            lines.push(`${worker.name}: ${isAlive(worker.pid) ? "alive" : "dead"}`);
          return lines.join("\n");
        }

        /** Stops what would nap on for ten minutes, and waits until the workers have nothing left to do. */
        async function settle(operations: Operations): Promise<void> {
          const deadline = Date.now() + 60_000;
          for (;;) {
            // Only the long ones: RQ does not bear a stop in the very moment that a job ends by itself.
            const statuses = await Promise.all(naps.map((id) => redis.hget(`rq:job:${id}`, "status")));
            const ids = naps.filter((_, index) => statuses[index] === "started");
            if (ids.length > 0) {
              const stop = await operations
                .start({ action: "stop", selector: { ids } }, me)
                .catch(() => null);
              while (stop !== null && stop.ended_ms === null) await new Promise((r) => setTimeout(r, 20));
            }
            const busy = await Promise.all(
              queues.flatMap((queue) => [
                redis.llen(`rq:queue:${queue}`),
                redis.llen(`rq:queue:${queue}:intermediate`),
                running(queue),
              ]),
            );
            if (busy.every((count) => count === 0)) return;
            if (Date.now() > deadline)
              throw new Error(`workers did not become idle: ${busy.join(", ")}\n${await whatRuns()}`);
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
        }
      },
      process.env.VIGIA_FULL === "1" ? 900_000 : 120_000,
    );
  });

  describe("the checker itself", () => {
    const text = readFileSync("lib/rq/lua/retry.lua", "utf8");
    const scriptOf =
      (lua: string): Script =>
      (client, keys, args) =>
        client.callBuffer("EVAL", [lua, keys.length, ...keys, ...args]);
    /** Replaces exactly one place of the script, or the fault would not be planted. */
    const planted = (lua: string, what: string, by: string): string => {
      if (lua.split(what).length !== 2) throw new Error(`the script no longer has one: ${what}`);
      return lua.replace(what, () => by);
    };

    /** Jobs that have run and failed once, and no workers: what the checker finds is the scripts' doing alone. */
    async function faultsWith(scripts: { retry?: Script; move?: Script }): Promise<string[]> {
      const two = await dashboards(proxy, scripts);
      connections = two.connections;
      const chaos: Chaos = createChaos({
        random: randomFrom(seed),
        operators: two.operators,
        // Replies of scripts: the work is done, and nobody has heard of it.
        cuts: { share: 0.1, cut: () => proxy.cutReplyTo(marksKey("")) },
        redis,
        make: async () => [],
        queues: ["fast"],
        between: ["fast", "side"],
        stoppable: () => [],
      });
      await redis.sadd("rq:queues", "rq:queue:fast");
      for (let i = 0; i < 100; i++) {
        const id = `job-${i}`;
        chaos.ids.push(id);
        await redis.hset(`rq:job:${id}`, { status: "failed", origin: "fast", data: "x" });
        await redis.zadd("rq:failed:fast", "4000000000", id);
        await redis.xadd(`rq:results:${id}`, "*", "type", "2");
      }
      await chaos.run(400);
      await chaos.resolve();
      return whenQuiet(await snapshot(redis, ["fast", "side"], chaos.ids), chaos.accountOf);
    }

    it("finds nothing with the scripts as they are", async () => {
      expect(await faultsWith({})).toEqual([]);
    });

    it("reports jobs that are listed twice when the guard of membership is left out", async () => {
      const unguarded = planted(
        planted(
          text,
          "if not source then return skipped('conflict', status) end",
          "source = source or queue.failed",
        ),
        "if not isListed(source, queue, j, id) then return skipped('not-in-registry', status) end",
        "",
      );
      const faults = await faultsWith({ retry: scriptOf(unguarded) });
      expect(faults.filter((fault) => fault.includes("listed twice"))).not.toEqual([]);
    });

    it("reports lost jobs when the removal comes before the adding, and the script ends between them", async () => {
      const removing = planted(
        text,
        "  call('RPUSH', queue.list, id)",
        `  call('ZREM', source, id)
  if tonumber(id:match('%d+')) % 10 == 0 then error('ended between the two') end
  call('RPUSH', queue.list, id)`,
      );
      const crashing: Script = (client, keys, args) =>
        scriptOf(removing)(client, keys, args).catch((error: Error) => {
          throw error.message.includes("ended between") ? new Error("Connection is closed.") : error;
        });
      const faults = await faultsWith({ retry: crashing });
      expect(faults.filter((fault) => fault.includes("lost"))).not.toEqual([]);
    });

    it("reports jobs that are listed twice when a move does not look whether its removal removed", async () => {
      const trusting = planted(
        readFileSync("lib/rq/lua/move.lua", "utf8"),
        "if redis.call('LREM', queue.list, atFront and -1 or 1, id) == 0 then",
        "if redis.call('LREM', queue.list, 1, id .. '?') > 0 then",
      );
      const faults = await faultsWith({ move: scriptOf(trusting) });
      expect(faults.filter((fault) => fault.includes("listed twice"))).not.toEqual([]);
    });

    it("reports lives that do not add up when the operation id is left out", async () => {
      const forgetful = planted(text, "local outcome = outcomes[j] or fresh[id]", "local outcome = nil");
      const faults = await faultsWith({ retry: scriptOf(forgetful) });
      expect(faults.filter((fault) => fault.includes("1 life"))).not.toEqual([]);
    });
  });
});
