/**
 * When a look at a stream is no longer known to be true. Redis tells of added, deleted and trimmed entries; it does not
 * tell when a group reads, acknowledges, claims or is made (measured on 7.0.15). So a group that has nothing to
 * read or to acknowledge stays true until something is told, and every other one is read again within 10 s.
 */
import { isSettled, type StreamState } from "./state";

/** A settled group changes silently only by an administrator: so many are read in a second, however many there are. */
const SETTLED_PER_S = 20;
const SETTLED_MAX_MS = 5 * 60_000;
/** Of many streams, those that stood still for so many looks (about 40 s) and that nobody looks at are read more rarely. */
const STILL_LOOKS = 4;
const STILL_MS = 25_000;
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
  /** How many there are. */
  streams: number;
  /** Whether there are few streams that must be read again and again. */
  few: boolean;
  /** Whether its trouble, if it has one, is one of few: what an engineer may be mending just now. */
  fewTroubled: boolean;
  /** Whether changes are told. */
  watching: boolean;
}

/** Somebody looks at it: it is read at the next look and then at each. */
export function lookAt(stream: StreamState, nowMs: number): void {
  if (nowMs - stream.lookedAtMs >= LOOKED_AT_MS) stream.dueMs = Math.min(stream.dueMs, nowMs);
  stream.lookedAtMs = nowMs;
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

/** Whether nothing is lost by reading it more rarely: the moment at which its silence means something is no later. */
function standsStill(stream: StreamState, fewTroubled: boolean): boolean {
  if (stream.stillLooks < STILL_LOOKS) return false;
  for (const group of stream.groups.values()) if (group.troubled && fewTroubled) return false;
  return true;
}

/** When a consumer of one of its groups may be found dead, if nothing moves. */
function verdictDueMsOf(stream: StreamState, nowMs: number): number {
  let dueMs = Number.POSITIVE_INFINITY;
  for (const { info, details } of stream.groups.values())
    if (info.pending > 0 && (details === null || details.verdictDueMs > nowMs))
      dueMs = Math.min(dueMs, details?.verdictDueMs ?? nowMs);
  return dueMs;
}

/** Redis' clock at which the stream must be read again (docs/decisions/0004). */
export function dueMsOf(stream: StreamState, facts: DueFacts): number {
  const { nowMs, intervalMs, rereadMs, streams, few, fewTroubled, watching } = facts;
  if (isStreamSettled(stream)) {
    const inTurnMs = Math.min(SETTLED_MAX_MS, (1_000 * streams) / SETTLED_PER_S);
    const afterMs = watching ? Math.max(rereadMs, inTurnMs) : rereadMs;
    // Thousands that were found together should not all come back together.
    return nowMs + Math.round(afterMs * (1 - JITTER * Math.random()));
  }
  const lookedAt = nowMs - stream.lookedAtMs < LOOKED_AT_MS;
  if (watching && !few && !lookedAt && standsStill(stream, fewTroubled)) {
    const stillMs = Math.round(STILL_MS * (1 - JITTER * Math.random()));
    return Math.max(nowMs + rereadMs, Math.min(nowMs + stillMs, verdictDueMsOf(stream, nowMs)));
  }
  const step = few || lookedAt ? 1 : (STEPS[Math.min(stream.stillLooks, STEPS.length - 1)] ?? 1);
  return nowMs + Math.round(Math.min(step * intervalMs, Math.max(intervalMs, rereadMs)) - SLACK * intervalMs);
}
