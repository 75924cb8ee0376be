/** Where a job's id is now. RQ trusts membership, not the status: more than one place, or none, is worth a look. */
import type { Redis } from "ioredis";
import { PLACES } from "../api/schemas/jobs";
import { bytesFromName } from "../names";
import { batch, type Command, count, list } from "../redis/pipeline";
import { type Registry, scoreOf } from "./entries";
import { intermediateKey, queueKey, registryKey } from "./keys";
import { executionsKey, startedMemberOf } from "./started";

/** Ids of the list that are compared from each end; one costs Redis about 26 ns. */
const SEARCHED = 1_000;
const EXECUTIONS_MAX = 16;
const REGISTRIES = PLACES.filter((place): place is Registry => place !== "queued");

export interface Whereabouts {
  /** Names of places, also `intermediate`: popped by a worker and not yet started. */
  places: string[];
  /** False when the queue's list was too long to be searched in whole. */
  complete: boolean;
}

/**
 * Two round trips, at most 27 commands; the queue's list is searched only for a job that should be in it.
 * @param queue the job's origin
 */
export async function findPlaces(
  redis: Redis,
  job: { id: string; queue: string; status: string | null },
): Promise<Whereabouts> {
  const { id, queue } = job;
  const bytes = bytesFromName(id) ?? Buffer.alloc(0);
  const mayWait = job.status === "queued" || job.status === null;
  const searches: Command[] = mayWait
    ? [
        ["LLEN", queueKey(queue)],
        ["LPOS", queueKey(queue), bytes, "MAXLEN", SEARCHED],
        ["LPOS", queueKey(queue), bytes, "RANK", -1, "MAXLEN", SEARCHED],
        ["LPOS", intermediateKey(queue), bytes, "MAXLEN", SEARCHED],
      ]
    : [];
  const replies = await batch(redis, [
    ["ZRANGE", executionsKey(id), 0, EXECUTIONS_MAX - 1],
    ...REGISTRIES.map((place): Command => ["ZSCORE", registryKey(place, queue), bytes]),
    ...searches,
  ]);
  const [executions, ...rest] = replies;
  const scores = rest.slice(0, REGISTRIES.length);
  const [length, head, tail, popped] = rest.slice(REGISTRIES.length);
  const composite = await batch(
    redis,
    list(executions).map(
      (execution): Command => ["ZSCORE", registryKey("started", queue), startedMemberOf(id, execution)],
    ),
  );
  const runs = composite.some((reply) => scoreOf(reply) !== null);
  const places: string[] = REGISTRIES.filter(
    (place, index) => scoreOf(scores[index]) !== null || (place === "started" && runs),
  );
  const queued = [head, tail].some((reply) => count(reply) !== null);
  if (count(popped) !== null) places.unshift("intermediate");
  if (queued) places.unshift("queued");
  // LPOS came with Redis 6.0.6: without it nothing was searched.
  const searched = !(head instanceof Error) && (count(length) ?? 0) <= 2 * SEARCHED;
  return { places, complete: !mayWait || queued || searched };
}
