/**
 * What a consumer is doing, from how long it has been silent. What silence means depends on the server
 * (docs/streams.md): from Redis 7.2 on, `idle` counts from its last attempt to read and `inactive` from the
 * last time that it was given something; before, `idle` counts from its last delivery, and a healthy reader of a quiet
 * stream looks like a dead one.
 */
import type { ConsumerState } from "../api/schemas/streams";
import type { ConsumerInfo } from "./replies";

/** Unless the settings say otherwise. */
export const LEAST_DEAD_AFTER_MS = 60_000;
const GAPS_UNTIL_DEAD = 20;
/** Without pending entries, silence above this is told as waiting. */
const QUIET_MS = 60_000;
/** An entry that a reading consumer has held for so long is stuck: longer than most work takes. */
const STUCK_MS = 5 * 60_000;

/** Silent for longer than this with entries pending, a consumer counts as dead: max(60 s, 20 × its usual gap). */
export function deadAfterMs(usualGapMs: number | null, leastMs = LEAST_DEAD_AFTER_MS): number {
  return Math.max(leastMs, GAPS_UNTIL_DEAD * (usualGapMs ?? 0));
}

/** Since the latest sign of life that this server tells, milliseconds. */
export function silentMs(consumer: ConsumerInfo): number {
  if (!consumer.tellsInactive || consumer.inactiveMs === null) return consumer.idleMs;
  return Math.min(consumer.idleMs, consumer.inactiveMs);
}

export interface ConsumerFacts {
  /** null = not seen yet. */
  usualGapMs: number | null;
  /** Since the last delivery of its pending entry with the lowest ID; null = not known. */
  headIdleMs: number | null;
  /** The least silence that counts as dead; left out: 60 s. */
  leastDeadAfterMs?: number | undefined;
}

/**
 * A consumer with nothing pending is never dead: it may be blocked on a quiet stream for any time. Before 7.2 dead
 * cannot be told from stuck, so both are `stalled`. A consumer that keeps reading while it holds entries is alive or
 * stuck, however long ago it was last given something.
 */
export function stateOf(consumer: ConsumerInfo, facts: ConsumerFacts): ConsumerState {
  const silent = silentMs(consumer);
  if (consumer.pending === 0) return silent > QUIET_MS ? "waiting" : "alive";
  if (silent > deadAfterMs(facts.usualGapMs, facts.leastDeadAfterMs))
    return consumer.tellsInactive ? "dead" : "stalled";
  const stuck = consumer.tellsInactive && (facts.headIdleMs ?? 0) > STUCK_MS;
  return stuck ? "stuck" : "alive";
}

/** Time until the same facts, grown older, give another state; `Infinity` = they never do. */
export function untilChangeMs(consumer: ConsumerInfo, facts: ConsumerFacts): number {
  if (consumer.pending === 0 || isGone(stateOf(consumer, facts))) return Number.POSITIVE_INFINITY;
  const dead = deadAfterMs(facts.usualGapMs, facts.leastDeadAfterMs) - silentMs(consumer);
  const stuck = consumer.tellsInactive ? STUCK_MS - (facts.headIdleMs ?? 0) : Number.POSITIVE_INFINITY;
  return stuck > 0 ? Math.min(dead, stuck) : dead;
}

/** Whether nobody should count on this consumer. */
export function isGone(state: ConsumerState): boolean {
  return state === "dead" || state === "stalled";
}
