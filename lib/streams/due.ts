/**
 * When a look at a stream is no longer known to be true. Redis tells of added, deleted and trimmed entries; it does not
 * tell when a group reads, acknowledges, claims or is made (measured on 7.0.15). So a group that has nothing to
 * read or to acknowledge stays true until something is told, and every other one is read again within 10 s.
 */
import { isSettled, type StreamState } from "./state";

/** A settled group changes silently only by an administrator. */
const SETTLED_MS = 60_000;
const JITTER = 0.2;
/** So few streams are read at every look: sparing Redis half a millisecond is not worth a late row. */
export const FEW = 200;
export const LOOKED_AT_MS = 30_000;
/** Looks are not on time to the millisecond. */
const SLACK = 0.25;
const STEPS = [1, 2, 5];

export interface DueFacts {
  nowMs: number;
  intervalMs: number;
  /** Longest that anything may stay unread. */
  rereadMs: number;
  /** Whether there are few streams that must be read again and again. */
  few: boolean;
  /** Whether changes are told. */
  watching: boolean;
}

/** Whether it must be read at this look. */
export function isDue(stream: StreamState, nowMs: number): boolean {
  return stream.changed || stream.dueMs <= nowMs;
}

/** Whether all that can happen to a stream is told. One without groups has nothing that could happen silently. */
export function isStreamSettled(stream: StreamState): boolean {
  for (const group of stream.groups.values()) if (!isSettled(group)) return false;
  return true;
}

/** Redis' clock at which the stream must be read again. */
export function dueMsOf(stream: StreamState, facts: DueFacts): number {
  const { nowMs, intervalMs, rereadMs, few, watching } = facts;
  if (isStreamSettled(stream)) {
    const afterMs = few || !watching ? rereadMs : SETTLED_MS;
    // Thousands that were found together should not all come back together.
    return nowMs + Math.round(afterMs * (1 - JITTER * Math.random()));
  }
  const lookedAt = nowMs - stream.lookedAtMs < LOOKED_AT_MS;
  const step = few || lookedAt ? 1 : (STEPS[Math.min(stream.stillLooks, STEPS.length - 1)] ?? 1);
  return nowMs + Math.round(Math.min(step * intervalMs, Math.max(intervalMs, rereadMs)) - SLACK * intervalMs);
}
