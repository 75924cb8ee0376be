/** Whether anything cuts a stream, from what was added and what went away while Vigia watched. */
import type { StreamState } from "./state";
import type { Trimming } from "./watch";

/** A trim by `~` takes whole nodes of 100 entries: before some of these, nothing can be said. */
const ADDED_MIN = 300;
const WATCHED_MIN_MS = 60_000;
/** So much of what is added goes away again: the length stays. */
const CAPPED_SHARE = 0.8;

export function trimmingOf(stream: StreamState, nowMs: number): Trimming {
  const { first, info } = stream;
  if (first === null || info === null || info.added === null) return "unknown";
  const added = info.added - first.added;
  const evicted = info.added - info.length - first.evicted;
  if (evicted > 0) return added >= ADDED_MIN && evicted >= CAPPED_SHARE * added ? "capped" : "trimmed";
  // Nothing ever went away in all its life, or enough was added to know.
  const enough = nowMs - first.atMs >= WATCHED_MIN_MS && added >= ADDED_MIN;
  return enough || (added > 0 && first.evicted === 0) ? "growing" : "unknown";
}
