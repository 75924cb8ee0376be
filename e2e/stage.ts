/**
 * What one journey runs on: a private redis-server, the built Vigia, real RQ workers. Nothing outlives it.
 *
 * For work on the pages, VIGIA_TEST_DEV_URL with VIGIA_TEST_DEV_REDIS names a Vigia that runs already and its scratch
 * Redis. Journeys that need both for themselves are skipped then.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { Redis } from "ioredis";
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

const JOBS = join(import.meta.dirname, "..", "test", "rq");

export interface Stage {
  redis: TestRedis;
  /** A client of the private server. */
  client: Redis;
  url: string;
  rq: RqVersion;
  driver: RqDriver;
  worker(options: Partial<WorkerOptions> & { queues: readonly string[] }): Promise<RqWorker>;
  /** Lets a real worker run what waits there now; resolves when it has ended. */
  work(queues: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export function newestRq(): RqVersion {
  const found = rqVersions.find((version) => version.id === "2") ?? rqVersions[0];
  if (found === undefined) throw new Error("RQ is not installed in .venvs: `npm test` installs it");
  return found;
}

/** A Vigia that somebody has started for trying things, and its Redis, which the journeys may write to. */
export const attached =
  process.env.VIGIA_TEST_DEV_URL !== undefined && process.env.VIGIA_TEST_DEV_REDIS !== undefined
    ? { url: process.env.VIGIA_TEST_DEV_URL, redisUrl: process.env.VIGIA_TEST_DEV_REDIS }
    : null;

/** The Redis of somebody else: never stopped from here. */
function borrowRedis(url: string): TestRedis {
  const clients: Redis[] = [];
  const refuse = () => Promise.reject(new Error("this Redis was not started by the test"));
  return {
    port: Number(new URL(url).port),
    url,
    pid: -1,
    client: (options = {}) => {
      const client = new Redis(url, { protocol: 2, ...options, replyMapping: "legacy" });
      clients.push(client);
      return client;
    },
    kill: refuse,
    start: refuse,
    stop: async () => {
      for (const client of clients) client.disconnect();
    },
  };
}

function workToEnd(rq: RqVersion, redisUrl: string, queues: readonly string[]): Promise<void> {
  const args = [
    "worker",
    "--url",
    redisUrl,
    "--burst",
    "--quiet",
    "--worker-class",
    "rq.worker.SimpleWorker",
  ];
  const child = spawn(rq.rq, [...args, "--", ...queues], {
    env: { ...process.env, PYTHONPATH: JOBS },
    stdio: "ignore",
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`the worker ended with ${code}`)),
    );
  });
}

export interface StageOptions {
  rq?: RqVersion;
  /** Settings of Vigia besides its port and Redis. */
  env?: Record<string, string>;
}

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const rq = options.rq ?? newestRq();
  const redis = attached === null ? await startRedis() : borrowRedis(attached.redisUrl);
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
      attached === null ? startVigia(redis.url, { VIGIA_INTERVAL_MS: "1000", ...options.env }) : null,
      startDriver(rq, redis.url),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    redis,
    client: redis.client(),
    url: vigia?.url ?? attached?.url ?? "",
    rq,
    driver,
    worker: async (wanted) => {
      const worker = await startWorker(rq, redis.url, {
        name: `journey-${process.pid}-${workers.length + 1}`,
        ...wanted,
      });
      workers.push(worker);
      return worker;
    },
    work: (queues) => workToEnd(rq, redis.url, queues),
    stop,
  };
}
