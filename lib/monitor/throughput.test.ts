/** In and out per queue against a generator that knows the truth: real RQ workers, of one queue and of many. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRedisUrl } from "@/lib/config";
import { openTracker, type Tracker } from "@/lib/redis/tracking";
import { createFailureIndex } from "@/lib/rq/failure-index";
import { createRqSource } from "@/lib/rq/source";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { type RqDriver, type RqWorker, rqMatrix, startDriver, startWorker } from "@/test/rq/harness";
import { createSampler, type Sampler } from "./sampler";

const TICK_MS = 1_000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Scenario {
  title: string;
  workers: { queues: string[] }[];
  /** Jobs a round by queue. */
  mix: Record<string, number>;
  options: Record<string, unknown>;
  rounds: number;
  /** Looks after the last job: runs that no registry explains are placed some seconds later. */
  looksAfter: number;
}

const scenarios: Scenario[] = [
  {
    title: "workers of one queue each",
    workers: [{ queues: ["high"] }, { queues: ["low"] }],
    mix: { high: 30, low: 20 },
    options: {},
    rounds: 5,
    looksAfter: 2,
  },
  {
    title: "workers of many queues",
    workers: [{ queues: ["high", "low", "rare"] }, { queues: ["low", "high", "rare"] }, { queues: ["low"] }],
    mix: { high: 30, low: 20, rare: 6 },
    options: {},
    rounds: 5,
    looksAfter: 2,
  },
  {
    title: "workers of many queues, result_ttl=0",
    workers: [{ queues: ["high", "low", "rare"] }, { queues: ["low", "high", "rare"] }],
    // Shares are samples: of fewer rare runs, a tenth is within the chance of the draw.
    mix: { high: 30, low: 20, rare: 24 },
    options: { result_ttl: 0 },
    rounds: 12,
    looksAfter: 6,
  },
];

describe.skipIf(noRedis).each(rqMatrix)("throughput with RQ $id", ({ rq }) => {
  describe.skipIf(rq === null).each(scenarios)("$title", (scenario) => {
    let server: TestRedis;
    let tracker: Tracker;
    let sampler: Sampler;
    let driver: RqDriver;
    let workers: RqWorker[];

    beforeAll(async () => {
      if (rq === null) return;
      server = await startRedis();
      const target = parseRedisUrl("main", server.url);
      if (typeof target === "string") throw new Error(target);
      tracker = openTracker(target);
      sampler = createSampler(target, [createRqSource({ failures: createFailureIndex() })]);
      driver = await startDriver(rq, server.url);
      workers = await Promise.all(
        scenario.workers.map(({ queues }, index) =>
          startWorker(rq, server.url, { queues, name: `w${index}`, simple: true }),
        ),
      );
    });

    afterAll(async () => {
      sampler?.close();
      tracker?.close();
      await Promise.all([...(workers ?? []).map((worker) => worker.kill()), driver?.stop()]);
      await server?.stop();
    });

    it("counts every job once, in and out, in total and by queue", { timeout: 60_000 }, async () => {
      const plain = server.client();
      const look = () => sampler.look(tracker, plain, TICK_MS, new Set());
      await look();
      const sent: Record<string, number> = {};
      let sending = true;
      const generator = (async () => {
        for (let round = 0; round < scenario.rounds; round += 1)
          for (const [queue, jobs] of Object.entries(scenario.mix)) {
            await driver.call("enqueue", {
              queue,
              func: "vigia_jobs.echo",
              count: jobs,
              ...scenario.options,
            });
            sent[queue] = (sent[queue] ?? 0) + jobs;
            await sleep(250);
          }
        sending = false;
      })();
      const total = () => Object.values(sent).reduce((sum, jobs) => sum + jobs, 0);
      const deadline = Date.now() + 45_000;
      while ((sending || sampler.flows.total().out < total()) && Date.now() < deadline) {
        await sleep(TICK_MS);
        await look();
      }
      await generator;
      for (let tick = 0; tick < scenario.looksAfter; tick += 1) {
        await sleep(TICK_MS);
        await look();
      }

      const flow = sampler.flows.total();
      expect(flow.failed, "failed").toBe(0);
      expect(Math.abs(flow.out - total()) / total(), "total out").toBeLessThanOrEqual(0.02);
      expect(Math.abs(flow.in - total()) / total(), "total in").toBeLessThanOrEqual(0.02);
      for (const [queue, jobs] of Object.entries(sent)) {
        const { in: into, out } = sampler.flows.of(`rq:${queue}`);
        expect(Math.abs(out - jobs) / jobs, `${queue} out`).toBeLessThanOrEqual(0.1);
        expect(Math.abs(into - jobs) / jobs, `${queue} in`).toBeLessThanOrEqual(0.1);
      }
    });
  });
});
