import type { Redis } from "ioredis";
import { batch, type Command, count, textOf } from "../redis/pipeline";
import { jobKey, timeOf } from "./keys";

/** The few fields that a list of running jobs shows. */
export interface JobBrief {
  status: string | null;
  worker: string | null;
  startedMs: number | null;
  func: string | null;
}

/** Descriptions are unbounded; a longer one is not read. */
const DESCRIPTION_MAX = 4_096;

/** The function by RQ's call string, `pkg.func(1, b=2)`: cheap, and right unless someone set another text. */
function funcOf(description: string | null): string | null {
  return /^([\w.]+)\(/.exec(description ?? "")?.[1] ?? null;
}

/** Two commands a job in two round trips: the description is measured before it is read. */
export async function readBriefs(redis: Redis, ids: readonly string[]): Promise<Map<string, JobBrief>> {
  const keys = ids.map((id) => jobKey(id));
  const sizes = await batch(
    redis,
    keys.map((key): Command => ["HSTRLEN", key, "description"]),
  );
  const replies = await batch(
    redis,
    keys.map((key, index): Command => {
      const readable = (count(sizes[index]) ?? 0) <= DESCRIPTION_MAX;
      return ["HMGET", key, "status", "worker_name", "started_at", ...(readable ? ["description"] : [])];
    }),
  );
  return new Map(
    ids.map((id, index) => {
      const reply: unknown = replies[index];
      const [status, worker, started, description] = Array.isArray(reply) ? reply.map(textOf) : [];
      return [
        id,
        {
          status: status ?? null,
          worker: worker || null,
          startedMs: timeOf(started ?? null),
          func: funcOf(description ?? null),
        },
      ];
    }),
  );
}
