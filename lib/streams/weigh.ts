/** What streams hold of Redis' memory. */
import type { Redis } from "ioredis";
import type { MemoryHolder } from "../api/schemas/problems";
import { keyOf } from "../names";
import { memoryUsage } from "../redis/memory-usage";
import type { Reading } from "../source";
import { PENDING_TRUSTED } from "./look";

/** Streams with most entries and pending ones; the others hold little. */
const STREAMS_MAX = 30;

/**
 * One command a stream.
 * @param countsPending whether this server's `MEMORY USAGE` may be believed where much is pending
 */
export async function weighStreams(
  redis: Redis,
  readings: ReadonlyMap<string, Reading>,
  countsPending: boolean,
): Promise<MemoryHolder[]> {
  const byName = new Map<string, { length: number; pending: number }>();
  for (const { stream, running } of readings.values()) {
    if (stream === null) continue;
    const known = byName.get(stream.stream) ?? { length: stream.length ?? 0, pending: 0 };
    byName.set(stream.stream, { ...known, pending: known.pending + (running ?? 0) });
  }
  const largest = [...byName]
    .sort(([, a], [, b]) => b.length + b.pending - a.length - a.pending)
    .slice(0, STREAMS_MAX);
  const sizes = await memoryUsage(
    redis,
    largest.map(([name]) => keyOf("", name)),
  );
  return largest.map(([name, { length, pending }], index) => ({
    source: "streams",
    name,
    bytes: sizes[index] ?? 0,
    items: length,
    trusted: countsPending || pending <= PENDING_TRUSTED,
  }));
}
