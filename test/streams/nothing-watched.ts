/** Watching that has just begun: it knows nothing yet, or only the rows that a test gives. */
import type { StreamRow } from "@/lib/api/schemas/streams";
import { LEAST_DEAD_AFTER_MS } from "@/lib/streams/consumers";
import type { StreamsWatch } from "@/lib/streams/watch";

export function nothingWatched(rows: StreamRow[] = []): StreamsWatch {
  return {
    leastDeadAfterMs: LEAST_DEAD_AFTER_MS,
    stream: () => null,
    group: () => null,
    discovery: () => ({ streams: rows.length, awaited: [], pass: null, complete: true, denied: false }),
    rows: () => rows,
  };
}
