/**
 * The small contract that every queue system meets. The monitor knows systems only through it; detail pages
 * import the system's own room.
 */
import type { Redis } from "ioredis";
import type { Health, Quality, SourceId } from "./api/schemas/common";
import type { QueueCounts } from "./api/schemas/overview";
import type { Problem } from "./api/schemas/problems";

/** One backlog: `name` in the string form of lib/names. */
export interface BacklogRef {
  source: SourceId;
  name: string;
}

/** `source:name`; unique on one connection. */
export function backlogId(ref: BacklogRef): string {
  return `${ref.source}:${ref.name}`;
}

/** Counters that only grow while Vigia watches; rates are their differences, so a missed sample loses nothing. */
export interface Flow {
  in: number;
  out: number;
  failed: number;
}

/** What one look at one backlog told. `null` = Redis would not say; `quality` lists what is not exact. */
export interface Reading {
  ref: BacklogRef;
  waiting: number | null;
  running: number | null;
  failed: number | null;
  /** Redis time at which the oldest waiting item began to wait, Unix ms; null = unknown or nothing waits. */
  oldestSinceMs: number | null;
  counts: QueueCounts | null;
  /** Redis' clock at the look. */
  atMs: number;
  quality: Partial<Record<string, Quality>>;
}

/** Who works on a backlog now. */
export interface Crew {
  live: number;
  busy: number;
  total: number;
}

/** What a system knows beyond its backlogs, read every tick: who is there, who listens to what. */
export interface Census {
  atMs: number;
  backlogs: BacklogRef[];
  /** False when a bound cut the list. */
  complete: boolean;
  crewTotal: Crew;
  crews: ReadonlyMap<string, Crew>;
}

/** Points that a diagnosis may look back on, oldest first; `null` values are gaps. */
export interface BacklogHistory {
  /** Waiting plus running at even steps of `stepMs`, ending now. */
  unfinished(id: string, windowMs: number): { stepMs: number; values: (number | null)[] };
  inPerS(id: string): number | null;
  outPerS(id: string): number | null;
}

export interface Capability {
  allowed: boolean;
  /** Why it is off; null when it is on. */
  reason: string | null;
}

/**
 * @remarks One instance lives as long as its connection and may keep state between samples (counters of
 * workers). It never writes.
 */
export interface Source {
  readonly id: SourceId;
  /** Who and what is there. Bounded; one or two round trips. */
  census(redis: Redis, nowMs: number): Promise<Census>;
  /** Reads the named backlogs, pipelined; cost grows with their number alone. */
  sample(redis: Redis, refs: readonly BacklogRef[], nowMs: number): Promise<Reading[]>;
  /** Flow counters after the latest census and samples: total is exact; per backlog with its quality. */
  flows(): { total: Flow; byBacklog: ReadonlyMap<string, { flow: Flow; quality: Quality }> };
  /** Which backlogs a changed key belongs to; empty for a key that says nothing about one. */
  backlogsOfKey(key: Buffer): BacklogRef[];
  /** Pure over what was read. */
  diagnose(readings: ReadonlyMap<string, Reading>, history: BacklogHistory, nowMs: number): Problem[];
  capabilities(): Record<string, Capability>;
}

export const WORST_FIRST: readonly Health[] = ["failing", "degraded", "unknown", "paused", "ok"];
