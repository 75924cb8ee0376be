/** One queue, read now: its counts, who listens, whether a scheduler looks after it. */
import type { Redis } from "ioredis";
import type { QueueDetail } from "../api/schemas/jobs";
import { AppError } from "../errors";
import { batch, count } from "../redis/pipeline";
import type { Lookout } from "../source";
import { QUEUES, queueKey, schedulerLockKey } from "./keys";
import { sampleQueues } from "./sample";
import { readWorkers } from "./workers";

/**
 * About 20 commands, and two for each registered worker.
 * @param nowMs Redis' clock
 * @throws AppError NOT_FOUND when RQ has no such queue, nothing is in it and nobody listens to it
 */
export async function readQueueDetail(redis: Redis, queue: string, nowMs: number): Promise<QueueDetail> {
  const once: Lookout = {
    tracked: redis,
    plain: redis,
    watching: false,
    rereadMs: 0,
    intervalMs: 0,
    pulse: () => null,
  };
  const [[sample], { workers }, [listed, lock]] = await Promise.all([
    sampleQueues(once, [{ queue, finishedMark: undefined, suspectAll: false }], nowMs),
    readWorkers(redis, nowMs),
    batch(redis, [
      ["SISMEMBER", QUEUES, queueKey(queue)],
      ["EXISTS", schedulerLockKey(queue)],
    ]),
  ]);
  const counts = sample?.reading.counts ?? null;
  const listeners = workers.filter((worker) => worker.queues.includes(queue));
  const holds = counts !== null && Object.values(counts).some((value) => value !== 0);
  if (count(listed) === 0 && !holds && listeners.length === 0)
    throw new AppError(
      "NOT_FOUND",
      "There is no such queue. RQ makes a queue when the first job is enqueued; check the name and the database.",
    );
  const locked = count(lock);
  return {
    name: queue,
    counts: counts ?? {
      queued: null,
      intermediate: null,
      started: null,
      abandoned: null,
      finished: null,
      failed: null,
      deferred: null,
      scheduled: null,
      overdue: null,
      canceled: null,
    },
    workers: listeners,
    scheduler: locked === null ? null : locked === 1,
    at_ms: nowMs,
  };
}
