/** What one journey runs on: a private redis-server, the built Vigia, real RQ workers. Nothing outlives it. */
import type { Redis } from "ioredis";
import { startVigia, type Vigia } from "../bench/vigia";
import { startRedis, type TestRedis } from "../test/redis";
import {
  type RqDriver,
  type RqVersion,
  type RqWorker,
  rqVersions,
  startDriver,
  startWorker,
  type WorkerOptions,
} from "../test/rq/harness";
import { killTreeOf } from "../test/traffic/processes";

export interface Stage {
  redis: TestRedis;
  /** A client of the private server. */
  client: Redis;
  url: string;
  rq: RqVersion;
  driver: RqDriver;
  worker(options: Partial<WorkerOptions> & { queues: readonly string[] }): Promise<RqWorker>;
  stop(): Promise<void>;
}

export function newestRq(): RqVersion {
  const found = rqVersions.find((version) => version.id === "2") ?? rqVersions[0];
  if (found === undefined) throw new Error("RQ is not installed in .venvs: `npm test` installs it");
  return found;
}

export interface StageOptions {
  rq?: RqVersion;
  /** Settings of Vigia besides its port and Redis. */
  env?: Record<string, string>;
}

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const rq = options.rq ?? newestRq();
  const redis = await startRedis();
  const workers: RqWorker[] = [];
  let vigia: Vigia | null = null;
  let driver: RqDriver | null = null;
  const stop = async () => {
    for (const worker of workers) killTreeOf(worker.pid);
    await driver?.stop();
    await vigia?.stop();
    await redis.stop();
  };
  try {
    [vigia, driver] = await Promise.all([
      startVigia(redis.url, { VIGIA_INTERVAL_MS: "1000", ...options.env }),
      startDriver(rq, redis.url),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    redis,
    client: redis.client(),
    url: vigia.url,
    rq,
    driver,
    worker: async (wanted) => {
      const worker = await startWorker(rq, redis.url, { name: `worker-${workers.length + 1}`, ...wanted });
      workers.push(worker);
      return worker;
    },
    stop,
  };
}
