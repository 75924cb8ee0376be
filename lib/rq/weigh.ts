/**
 * What queues hold of Redis' memory: the keys of their lists, and a few of the jobs in each, times how many there are.
 * Jobs of one queue are usually alike; where they are not, the estimate is as good as its samples.
 */
import type { Redis } from "ioredis";
import type { QueueCounts } from "../api/schemas/overview";
import type { MemoryHolder } from "../api/schemas/problems";
import { nameFromBytes } from "../names";
import { memoryUsage } from "../redis/memory-usage";
import { batch, type Command, list } from "../redis/pipeline";
import type { Reading } from "../source";
import { jobKey, type Key, placeKey, resultsKey } from "./keys";

/** Queues with most jobs; the others hold little. */
const QUEUES_MAX = 8;
const SAMPLES = 3;
/** Places that hold jobs for long. Started ones are as few as workers. */
const PLACES = ["queued", "finished", "failed", "scheduled", "deferred", "canceled"] as const;
type HeldPlace = (typeof PLACES)[number];

const heldIn = (counts: QueueCounts, place: HeldPlace) => counts[place] ?? 0;
const heldBy = (counts: QueueCounts) => PLACES.reduce((sum, place) => sum + heldIn(counts, place), 0);

interface Part {
  queue: string;
  place: HeldPlace;
  jobs: number;
}

/** The first of each: others would cost a walk through the list. */
const sampleOf = ({ queue, place }: Part): Command =>
  place === "queued"
    ? ["LRANGE", placeKey(place, queue), 0, SAMPLES - 1]
    : ["ZRANGE", placeKey(place, queue), 0, SAMPLES - 1];

const mean = (values: readonly (number | null)[]): number => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
};

/** Two round trips, at most 48 reads of ids and 336 of sizes. */
export async function weighQueues(
  redis: Redis,
  readings: ReadonlyMap<string, Reading>,
): Promise<MemoryHolder[]> {
  const counted = [...readings.values()].flatMap(({ ref, counts }) =>
    counts === null ? [] : [{ queue: ref.name, counts, jobs: heldBy(counts) }],
  );
  const largest = counted
    .filter(({ jobs }) => jobs > 0)
    .sort((a, b) => b.jobs - a.jobs)
    .slice(0, QUEUES_MAX);
  const parts: Part[] = largest.flatMap(({ queue, counts }) =>
    PLACES.map((place) => ({ queue, place, jobs: heldIn(counts, place) })).filter(({ jobs }) => jobs > 0),
  );
  const ids = (await batch(redis, parts.map(sampleOf))).map((reply) => list(reply).map(nameFromBytes));
  const keys: Key[] = parts.flatMap(({ queue, place }, index) => [
    placeKey(place, queue),
    ...(ids[index] ?? []).flatMap((id) => [jobKey(id), resultsKey(id)]),
  ]);
  const sizes = await memoryUsage(redis, keys);
  let position = 0;
  const bytes = new Map<string, number>();
  for (const [index, { queue, jobs }] of parts.entries()) {
    const sampled = ids[index]?.length ?? 0;
    const [own = null, ...mine] = sizes.slice(position, position + 1 + 2 * sampled);
    position += 1 + 2 * sampled;
    const hashes = mean(mine.filter((_, i) => i % 2 === 0));
    // A job without a result has no such key: it counts as nothing.
    const results = mean(mine.filter((_, i) => i % 2 === 1).map((size) => size ?? 0));
    bytes.set(queue, (bytes.get(queue) ?? 0) + (own ?? 0) + jobs * (hashes + results));
  }
  return largest.map(({ queue, jobs }) => ({
    source: "rq",
    name: queue,
    bytes: Math.round(bytes.get(queue) ?? 0),
    items: jobs,
    trusted: true,
  }));
}
