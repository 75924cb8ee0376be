import type { Redis } from "ioredis";
import type { Order } from "../api/inputs";
import type { JobPage, Place } from "../api/schemas/jobs";
import { AppError } from "../errors";
import { listMerged } from "./failures";
import type { KnownErrors } from "./job-rows";
import { listRunning } from "./running";

export interface EverywhereQuery {
  place: Place;
  /** Left out: started jobs that run longest first, all others newest first. */
  order: Order | undefined;
  cursor: string | undefined;
  limit: number;
  /** Redis' clock. */
  nowMs: number;
}

/**
 * Jobs of one place, of all queues.
 * @throws AppError UNSUPPORTED for waiting jobs: lists keep no times, so there is no order across queues
 */
export async function listEverywhere(
  redis: Redis,
  query: EverywhereQuery,
  known: KnownErrors,
): Promise<JobPage> {
  const { place, cursor, limit, nowMs } = query;
  if (place === "queued")
    throw new AppError(
      "UNSUPPORTED",
      "Waiting jobs are listed by queue: Redis keeps no times in these lists, so they have no common order. Ask for /queues/{queue}/jobs?place=queued.",
    );
  return place === "started"
    ? listRunning(redis, { order: query.order ?? "oldest", cursor, limit, nowMs }, known)
    : listMerged(redis, { queue: null, place, order: query.order ?? "newest", cursor, limit, nowMs }, known);
}
