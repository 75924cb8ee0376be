/**
 * Data for the measurements: copies of one job that real RQ ran and failed, so that both sides read and change
 * what RQ itself writes.
 */
import { spawnSync } from "node:child_process";
import type { Redis } from "ioredis";
import { peerPython, peerRq } from "./peer";
import type { Life } from "./tick";

const HERE = import.meta.dirname;
const TEMPLATE = "template";
const YEAR_S = 365 * 24 * 3_600;
const CHUNK = 500;

export interface Template {
  hash: Buffer;
  results: Buffer;
}

const run = (command: string, args: readonly string[]) => {
  const ran = spawnSync(command, args, { env: { ...process.env, PYTHONPATH: HERE }, encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`${command} failed: ${ran.stderr}`);
};

/** Enqueues one job with RQ, lets a real worker fail it, and takes its hash and its results as bytes. */
export async function failOneJob(redis: Redis, redisUrl: string): Promise<Template> {
  await redis.flushall();
  run(peerPython, [
    "-c",
    `from redis import Redis; from rq import Queue
Queue("bench", connection=Redis.from_url("${redisUrl}")).enqueue(
    "bench_jobs.charge", {"id": 4711, "cents": 1990, "customer": {"name": "Ada"}}, job_id="${TEMPLATE}")`,
  ]);
  run(peerRq, [
    "worker",
    "--url",
    redisUrl,
    "--burst",
    "--quiet",
    "--worker-class",
    "rq.worker.SimpleWorker",
    "bench",
  ]);
  const [hash, results] = await Promise.all([
    redis.dumpBuffer(`rq:job:${TEMPLATE}`),
    redis.dumpBuffer(`rq:results:${TEMPLATE}`),
  ]);
  if (hash === null || results === null) throw new Error("RQ did not leave a failed job with its result");
  await redis.flushall();
  return { hash, results };
}

async function inChunks(
  count: number,
  one: (index: number) => void,
  flush: () => Promise<unknown>,
): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    one(index);
    if (index % CHUNK === CHUNK - 1 || index === count - 1) await flush();
  }
}

/** `count` failed jobs in one queue, as RQ leaves them: hash, result, entry in the registry. */
export async function seedFailed(
  redis: Redis,
  template: Template,
  queue: string,
  count: number,
): Promise<void> {
  await redis.flushall();
  await redis.sadd("rq:queues", `rq:queue:${queue}`);
  const expiry = Math.floor(Date.now() / 1_000) + YEAR_S;
  let pipeline = redis.pipeline();
  await inChunks(
    count,
    (index) => {
      const id = `failed-${index}`;
      pipeline.restore(`rq:job:${id}`, YEAR_S * 1_000, template.hash);
      pipeline.hset(`rq:job:${id}`, "origin", queue);
      pipeline.restore(`rq:results:${id}`, YEAR_S * 1_000, template.results);
      pipeline.zadd(`rq:failed:${queue}`, expiry, id);
    },
    async () => {
      await pipeline.exec();
      pipeline = redis.pipeline();
    },
  );
}

export const queueName = (index: number) => `queue-${index}`;
const WORKERS = 20;
const WAITING = 5;

/**
 * `queues` queues, each with five waiting jobs, three failed, four finished, one scheduled; 20 workers however
 * many queues there are, so that what grows is the number of queues alone.
 */
export async function seedQueues(redis: Redis, template: Template, queues: number): Promise<void> {
  await redis.flushall();
  const nowS = Math.floor(Date.now() / 1_000);
  const now = new Date().toISOString();
  let pipeline = redis.pipeline();
  const flush = async () => {
    await pipeline.exec();
    pipeline = redis.pipeline();
  };
  await inChunks(
    queues,
    (index) => {
      const queue = queueName(index);
      pipeline.sadd("rq:queues", `rq:queue:${queue}`);
      for (let job = 0; job < WAITING; job += 1) {
        const id = `${queue}-waiting-${job}`;
        pipeline.restore(`rq:job:${id}`, 0, template.hash);
        pipeline.hset(`rq:job:${id}`, "origin", queue, "status", "queued", "enqueued_at", now);
        pipeline.rpush(`rq:queue:${queue}`, id);
      }
      for (let job = 0; job < 3; job += 1) {
        const id = `${queue}-failed-${job}`;
        pipeline.restore(`rq:job:${id}`, YEAR_S * 1_000, template.hash);
        pipeline.hset(`rq:job:${id}`, "origin", queue);
        pipeline.restore(`rq:results:${id}`, YEAR_S * 1_000, template.results);
        pipeline.zadd(`rq:failed:${queue}`, nowS + YEAR_S, id);
      }
      for (let job = 0; job < 4; job += 1)
        pipeline.zadd(`rq:finished:${queue}`, nowS + YEAR_S, `${queue}-done-${job}`);
      pipeline.zadd(`rq:scheduled:${queue}`, nowS + YEAR_S, `${queue}-later`);
    },
    flush,
  );
  const birth = new Date(Date.now() - 60_000).toISOString();
  await inChunks(
    WORKERS,
    (index) => {
      const served = Array.from({ length: queues }, (_, queue) => queue).filter(
        (queue) => queue % WORKERS === index,
      );
      const name = `rq:worker:bench-${index}`;
      pipeline.sadd("rq:workers", name);
      for (const queue of served) pipeline.sadd(`rq:workers:${queueName(queue)}`, name);
      pipeline.hset(name, {
        birth,
        last_heartbeat: now,
        queues: served.map(queueName).join(","),
        pid: String(1_000 + index),
        hostname: "bench",
        version: "2.10.0",
        python_version: "3.11",
        state: "idle",
        successful_job_count: "10",
        failed_job_count: "1",
        total_working_time: "12.5",
      });
      pipeline.expire(name, 3_600);
    },
    flush,
  );
}

/** Life while a measurement runs: the same number of changes a second, whatever the number of queues. */
export const CHANGES_PER_S = 5;
const CHANGE =
  "each change: one job enqueued, one taken, one finished, one worker's counter, in the next queue";
export const LIFE = `${CHANGES_PER_S} changes a second (${CHANGE})`;

export function startLife(redis: Redis, template: Template, queues: number): Life {
  let turn = 0;
  let sent = 0;
  const timer = setInterval(() => {
    const queue = queueName(turn % queues);
    const id = `life-${turn}`;
    turn += 1;
    sent += 7;
    redis
      .pipeline()
      .restore(`rq:job:${id}`, 30_000, template.hash)
      .hset(`rq:job:${id}`, "origin", queue, "status", "queued", "enqueued_at", new Date().toISOString())
      .rpush(`rq:queue:${queue}`, id)
      .lpop(`rq:queue:${queue}`)
      .zadd(`rq:finished:${queue}`, Math.floor(Date.now() / 1_000) + 500, id)
      .zremrangebyrank(`rq:finished:${queue}`, 0, -6)
      .hincrby(`rq:worker:bench-${turn % WORKERS}`, "successful_job_count", 1)
      .exec()
      .catch((error: unknown) => {
        clearInterval(timer);
        console.error("the changes stopped:", error);
        process.exitCode = 1;
      });
  }, 1_000 / CHANGES_PER_S);
  return { sent: () => sent, stop: () => clearInterval(timer) };
}
