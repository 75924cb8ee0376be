/** Something of everything that Vigia reads and every action works on, made by hand for a database of one test. */
import type { Redis } from "ioredis";
import { age, give } from "../streams/consumers";

export const QUEUE = "q";
export const PLACE = { stream: "orders", group: "billing" };
const EXECUTION = "a".repeat(32);
const FAR_S = 4_000_000_000;

export interface World {
  /** Pending entries of a consumer that is gone. */
  pending: string[];
}

export async function makeWorld(redis: Redis): Promise<World> {
  await redis.sadd("rq:queues", `rq:queue:${QUEUE}`);
  const statuses = {
    failed: "failed",
    waiting: "queued",
    moving: "queued",
    parent: "queued",
    deferred: "deferred",
    running: "started",
    lost: "started",
    forgotten: "started",
  };
  for (const [id, status] of Object.entries(statuses))
    await redis.hset(`rq:job:${id}`, { status, origin: QUEUE, data: '["jobs.add", null, [1], {}]' });
  await redis.rpush(`rq:queue:${QUEUE}`, "waiting", "moving", "parent");
  await redis.zadd(`rq:failed:${QUEUE}`, FAR_S, "failed");
  await redis.set(`rq:queue:${QUEUE}:intermediate:first_seen:failed`, "1");
  await redis.zadd(`rq:deferred:${QUEUE}`, FAR_S, "deferred");
  await redis.sadd("rq:job:parent:dependents", "deferred");
  await redis.sadd("rq:job::deferred:dependencies", "parent");
  await redis.zadd(`rq:finished:${QUEUE}`, FAR_S, "ghost");

  await redis.sadd("rq:workers", "rq:worker:w");
  await redis.sadd(`rq:workers:${QUEUE}`, "rq:worker:w");
  await redis.hset("rq:worker:w", {
    birth: new Date().toISOString(),
    queues: QUEUE,
    state: "busy",
    current_job: "running",
  });
  await redis.hset("rq:job:running", "worker_name", "w", "started_at", new Date().toISOString());
  for (const id of ["lost", "forgotten"])
    await redis.hset(`rq:job:${id}`, "worker_name", "dead", "started_at", new Date().toISOString());
  for (const id of ["running", "lost", "forgotten"]) {
    await redis.zadd(`rq:wip:${QUEUE}`, FAR_S, `${id}:${EXECUTION}`);
    await redis.zadd(`rq:executions:${id}`, FAR_S, EXECUTION);
  }

  await redis.xgroup("CREATE", PLACE.stream, PLACE.group, "0", "MKSTREAM");
  for (let n = 0; n < 6; n += 1) await redis.xadd(PLACE.stream, "*", "n", n);
  const pending = await give(redis, PLACE, "gone", 5);
  await age(redis, PLACE, "gone", pending, 90_000);
  await give(redis, PLACE, "alive", 1);
  return { pending };
}

/** What a worker does when it hears that it shall stop its job. */
export async function answerStops(server: Redis, listener: Redis): Promise<void> {
  await listener.subscribe("rq:pubsub:w");
  listener.on("message", () => void server.hset("rq:job:running", "status", "stopped"));
}
