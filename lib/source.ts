/**
 * The small contract that every queue system meets. The monitor knows systems only through it; detail pages
 * import the system's own room.
 */
import type { Redis } from "ioredis";
import type { Health, Quality, SourceId } from "./api/schemas/common";
import type { QueueCounts } from "./api/schemas/overview";
import type { MemoryHolder, Problem } from "./api/schemas/problems";
import type { BacklogStream, Discovery } from "./api/schemas/streams";

/**
 * One backlog: `name` in the string form of lib/names; of a consumer group `stream/group`, each in that form, which
 * itself never holds a slash.
 */
export interface BacklogRef {
  source: SourceId;
  name: string;
}

/** `source:name`; unique on one connection. */
export function backlogId(ref: BacklogRef): string {
  return `${ref.source}:${ref.name}`;
}

/** The backlog of a consumer group, or of a stream that has none; names in string form. */
export function streamBacklog(stream: string, group?: string): BacklogRef {
  return { source: "streams", name: group === undefined ? stream : `${stream}/${group}` };
}

/** The stream of such a backlog. */
export function streamOfBacklog(ref: BacklogRef): string {
  return ref.name.split("/", 1)[0] ?? ref.name;
}

/** Whether this is a stream without a consumer group, as far as is known: one that may not be read looks alike. */
export function isUngrouped(ref: BacklogRef): boolean {
  return ref.source === "streams" && !ref.name.includes("/");
}

/** Whether what was read says that no progress can be seen, by nature: nothing waits or runs, and nothing is wrong. */
export function hasNoProgress(stream: BacklogStream | null): boolean {
  return stream !== null && stream.group === null && stream.lag_reason === null;
}

/** Counters that only grow while Vigia watches; rates are their differences, so a missed sample loses nothing. */
export interface Flow {
  in: number;
  out: number;
  failed: number;
  /** Given to those who work on it; stays 0 where a system does not tell that apart from `out`. */
  delivered: number;
}

/** How a source looks at Redis. Neither connection may be used to write. */
export interface Lookout {
  /** Where the server allows it, a later change of a key that was read here is told (see `noteChanges`). */
  tracked: Redis;
  /** For what need not be watched afterwards: job hashes, indexes. */
  plain: Redis;
  /** Whether changes are told now; if not, everything must be read again in rotation. */
  watching: boolean;
  /** Longest that anything may stay unread, milliseconds. */
  rereadMs: number;
  /** How often keys with this prefix changed since the last call, see `KeyPulse.take`. */
  pulse(prefix: string): ReadonlyMap<string, number> | null;
  /** Time until the next look, milliseconds; sizes the slices of a rotation. */
  intervalMs: number;
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
  stream: BacklogStream | null;
  /**
   * What every change of is told by key tracking. A reading that differs from the last one in this alone, untold, means
   * that messages of the server are lost; what changes silently (acks of a group) is left out and is `dueMs`' matter.
   */
  told: string;
  /** Redis' clock at the look. */
  atMs: number;
  /** When time alone will make this reading untrue, by Redis' clock; null = only a change of its keys does. */
  dueMs: number | null;
  /** It may become untrue before `dueMs` without a word from Redis: its age is the time since the look. */
  silent?: boolean;
  quality: Partial<Record<string, Quality>>;
}

/** Who works on a backlog now. */
export interface Crew {
  live: number;
  busy: number;
  total: number;
}

/** What one member of a crew holds of a backlog. */
export interface Part {
  /** Backlog id. */
  backlog: string;
  /** Name of the consumer. */
  name: string;
  held: number;
  /** Redis time at which the oldest item that it holds began to wait; null = unknown or nothing held. */
  oldestSinceMs: number | null;
}

/** What a system knows beyond its backlogs, read every tick: who is there, who listens to what. */
export interface Census {
  atMs: number;
  /** The very array of the last census says that the list is the same. */
  backlogs: BacklogRef[];
  /** False when a bound cut the list. */
  complete: boolean;
  crewTotal: Crew;
  /** By backlog id. */
  crews: ReadonlyMap<string, Crew>;
  /** To be read again although no key of theirs changed: one of their workers is gone. */
  doubted: BacklogRef[];
}

/** Points that a diagnosis may look back on, oldest first; `null` values are gaps. */
export interface BacklogHistory {
  /** Waiting plus running at even steps of `stepMs`, ending now. */
  unfinished(id: string, windowMs: number): { stepMs: number; values: (number | null)[] };
  inPerS(id: string): number | null;
  outPerS(id: string): number | null;
}

/**
 * @remarks One instance lives as long as its connection and may keep state between samples (counters of
 * workers). It never writes.
 */
export interface Source {
  readonly id: SourceId;
  /** The set that names the backlogs, to find other databases that have some; null = there is none. */
  readonly indexKey: string | null;
  /** Backlogs that one look may read because they changed or are due; the rest follows at the next looks. */
  readonly rowsPerLook: number;
  /** Who and what is there. Bounded; reads what changed or is due, and all of it after `noteChanges(null)`. */
  census(lookout: Lookout, nowMs: number): Promise<Census>;
  /** Reads the named backlogs, pipelined; cost grows with their number alone. May tell of more than was asked. */
  sample(lookout: Lookout, refs: readonly BacklogRef[], nowMs: number): Promise<Reading[]>;
  /** The same look for one caller, at those that exist, on any connection; the source remembers nothing of it. */
  peek(redis: Redis, refs: readonly BacklogRef[], nowMs: number): Promise<Reading[]>;
  /** Work that need not be done before the snapshot is shown (an index of failures); bounded. Its own readings. */
  settle(lookout: Lookout, readings: ReadonlyMap<string, Reading>, nowMs: number): Promise<void>;
  /** Flow counters after the latest census and samples: total is exact; per backlog id with its quality. */
  flows(nowMs: number): { total: Flow; byBacklog: ReadonlyMap<string, { flow: Flow; quality: Quality }> };
  /**
   * Keys that changed since they were read on the tracked connection; `null` = anything may have changed.
   * @returns the backlogs whose last reading is no longer known to be true
   */
  noteChanges(keys: readonly Buffer[] | null): BacklogRef[] | "all";
  /** Whether a change of this key should be looked at soon: something short-lived may be beginning. */
  isUrgent(key: Buffer): boolean;
  /** What each member holds, of the backlogs that are worth a series each; bounded. */
  parts?(nowMs: number): Part[];
  /**
   * Its largest holders of the server's memory, estimated from a few samples of those with most items: about 150
   * commands, none of them long. Asked seldom, while memory is short.
   */
  weigh(redis: Redis, readings: ReadonlyMap<string, Reading>): Promise<MemoryHolder[]>;
  /** How far the search for backlogs is, where they must be searched for. */
  discovery?(): Discovery;
  /** Pure over what was read of its own backlogs. */
  diagnose(readings: ReadonlyMap<string, Reading>, history: BacklogHistory, nowMs: number): Problem[];
}

export const WORST_FIRST: readonly Health[] = ["failing", "degraded", "unknown", "paused", "ok"];
