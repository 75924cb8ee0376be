/** What is remembered of a group or a stream, in the form of the overview. Pure. */
import type { Quality } from "../api/schemas/common";
import { type Reading, streamBacklog } from "../source";
import { isStreamSettled } from "./due";
import { behindMsOf } from "./facts";
import { ageOf } from "./ids";
import type { GroupState, StreamState } from "./state";
import { trimmingOf } from "./trimming";

/** Details that are older say what was, not what is. */
const DETAILS_FRESH_MS = 15_000;

/** Age of its oldest pending entry by the time in its ID, ms; 0 = none, null = not looked into, or no times. */
export function pendingOldestMsOf(group: GroupState, nowMs: number): number | null {
  if (group.info.pending === 0) return 0;
  const head = group.details?.head ?? null;
  return head === null ? null : ageOf(head.id, nowMs);
}

/** Only `length` is told of by key tracking: reading and acknowledging are silent. */
const toldOf = (stream: StreamState) => String(stream.length);

function base(stream: StreamState, nowMs: number) {
  return {
    failed: null,
    counts: null,
    told: toldOf(stream),
    atMs: stream.readAtMs ?? nowMs,
    dueMs: stream.dueMs,
    silent: !isStreamSettled(stream),
  };
}

export function groupReading(group: GroupState, nowMs: number): Reading {
  const { stream, info, lag } = group;
  const behindMs = behindMsOf(group, nowMs);
  const quality: Record<string, Quality> = {};
  if (lag.quality !== "exact") quality.waiting = lag.quality;
  const detailsMs = group.details === null ? null : nowMs - group.details.atMs;
  if (info.pending > 0 && (detailsMs ?? 0) > DETAILS_FRESH_MS) quality.pending_oldest_ms = "estimated";
  return {
    ...base(stream, nowMs),
    ref: group.ref,
    waiting: lag.value,
    running: info.pending,
    oldestSinceMs: behindMs === null || behindMs === 0 ? null : nowMs - behindMs,
    stream: {
      stream: stream.name,
      group: group.name,
      length: stream.length,
      trimming: trimmingOf(stream, nowMs),
      consumers: info.consumers,
      lag_reason: lag.reason,
      behind_ms: behindMs,
      pending_oldest_ms: pendingOldestMsOf(group, nowMs),
    },
    quality,
  };
}

/** A stream without groups, or one that the user may not read: nothing is known of any progress. */
export function streamReading(stream: StreamState, nowMs: number): Reading {
  return {
    ...base(stream, nowMs),
    ref: streamBacklog(stream.name),
    waiting: null,
    running: null,
    oldestSinceMs: null,
    stream: {
      stream: stream.name,
      group: null,
      length: stream.denied ? null : stream.length,
      trimming: trimmingOf(stream, nowMs),
      consumers: null,
      lag_reason: stream.denied ? "denied" : null,
      behind_ms: null,
      pending_oldest_ms: null,
    },
    quality: {},
  };
}

/** Readings of all that a stream consists of. */
export function readingsOf(stream: StreamState, nowMs: number): Reading[] {
  if (stream.readAtMs === null) return [];
  if (stream.groups.size === 0) return [streamReading(stream, nowMs)];
  return [...stream.groups.values()].map((group) => groupReading(group, nowMs));
}
