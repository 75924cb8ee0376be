/**
 * Started jobs that should have ended although their worker is alive. Workers say what they work on, so only a job that
 * its worker has held for a while is looked at, once: three commands a job, none for the many short ones.
 */
import type { Redis } from "ioredis";
import type { Worker } from "../api/schemas/jobs";
import { batch, type Command } from "../redis/pipeline";
import { nameField, numberField } from "./hash";
import { readBriefs } from "./job-brief";
import { jobKey } from "./keys";

/** Held for so long, as far as was watched: then its start and its limit are read. */
const HELD_MS = 5_000;
const READ_MAX = 50;
/** RQ kills a work-horse so long after the job's limit; what runs longer cannot be killed by it. */
const KILL_GRACE_MS = 60_000;
/** Without a limit: far longer than is usual, and long enough to matter. */
const USUAL_TIMES = 20;
const USUAL_LEAST_MS = 10 * 60_000;
const USUAL_RUNS_MIN = 20;

export interface LongJob {
  queue: string;
  job_id: string;
  func_name: string | null;
  worker_name: string;
  started_ms: number;
  timeout_ms: number | null;
}

export interface OverrunWatch {
  /** Reads what long held jobs say; bounded. */
  look(redis: Redis, workers: readonly Worker[], nowMs: number): Promise<void>;
  /** Jobs that live workers have held for a while. */
  found(): readonly LongJob[];
}

interface Held {
  job: string;
  sinceMs: number;
  /** undefined = not read yet, null = nothing to say. */
  long: LongJob | null | undefined;
}

export function createOverrunWatch(): OverrunWatch {
  let held = new Map<string, Held>();
  return {
    look: async (redis, workers, nowMs) => {
      const now = new Map<string, Held>();
      for (const { name, alive, current_job: job } of workers) {
        if (!alive || job === null) continue;
        const before = held.get(name);
        now.set(name, before?.job === job ? before : { job, sinceMs: nowMs, long: undefined });
      }
      held = now;
      const due = [...held]
        .filter(([, { long, sinceMs }]) => long === undefined && nowMs - sinceMs >= HELD_MS)
        .slice(0, READ_MAX);
      const ids = due.map(([, { job }]) => job);
      const briefs = await readBriefs(redis, ids);
      const replies = await batch(
        redis,
        ids.map((id): Command => ["HMGET", jobKey(id), "origin", "timeout"]),
      );
      for (const [index, [name, entry]] of due.entries()) {
        const reply: unknown = replies[index];
        const [origin, timeout] = Array.isArray(reply) ? reply : [];
        const queue = nameField(origin);
        const brief = briefs.get(entry.job);
        const limit = numberField(timeout);
        entry.long =
          queue === null || brief === undefined || brief.startedMs === null
            ? null
            : {
                queue,
                job_id: entry.job,
                func_name: brief.func,
                worker_name: name,
                started_ms: brief.startedMs,
                timeout_ms: limit === null || limit <= 0 ? null : limit * 1_000,
              };
      }
    },
    found: () => [...held.values()].flatMap(({ long }) => long ?? []),
  };
}

/** Mean run of what these workers ran so far, ms; null where too little ran to call anything usual. */
export function usualRunMs(workers: readonly Worker[]): number | null {
  let runs = 0;
  let ms = 0;
  for (const { successful_jobs, failed_jobs, working_s } of workers) {
    if (working_s === null) continue;
    runs += successful_jobs + failed_jobs;
    ms += working_s * 1_000;
  }
  return runs < USUAL_RUNS_MIN ? null : ms / runs;
}

/** Why a job runs for too long; null when it does not. */
export function overrunOf(job: LongJob, usualMs: number | null, nowMs: number): "timeout" | "usual" | null {
  const ranMs = nowMs - job.started_ms;
  if (job.timeout_ms !== null && ranMs > job.timeout_ms + KILL_GRACE_MS) return "timeout";
  return usualMs !== null && ranMs > Math.max(USUAL_LEAST_MS, USUAL_TIMES * usualMs) ? "usual" : null;
}
