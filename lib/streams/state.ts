/**
 * What is remembered of each stream, group and consumer between looks.
 *
 * Memory: about 1 kB a stream (plus 1.5 kB for its index of added entries once it moves), 1 kB a group and 0.5 kB a
 * consumer, at most 20,000 streams (lib/streams/discovery), 100 groups a stream, 500 consumers a group and 100,000
 * consumers in all (lib/streams/details); consumers are kept only of groups that were looked into. Pending entries are
 * remembered of at most 500 groups, 100 of each.
 */
import type { Quality } from "../api/schemas/common";
import type { Lag } from "../api/schemas/streams";
import { keyOf } from "../names";
import { type BacklogRef, backlogId, type Flow, streamBacklog } from "../source";
import { type AddedIndex, createAddedIndex } from "./added-index";
import type { CounterProof } from "./counter";
import type { Position } from "./progress";
import { createRecentRate, type RecentRate } from "./recent-rate";
import type { ConsumerInfo, GroupInfo, PendingInfo, StreamInfo } from "./replies";
import { createGapWatch, type GapWatch } from "./usual-gap";

export const GROUPS_MAX = 100;
export const CONSUMERS_MAX = 500;

export interface ConsumerMemory {
  info: ConsumerInfo;
  /** Redis' clock when `info` was told. */
  atMs: number;
  gap: GapWatch;
  /** Its pending entry with the lowest ID; undefined = not asked. */
  head: PendingInfo | null | undefined;
  rereadSeenMs: number | null;
}

export interface GroupDetails {
  atMs: number;
  /** The group as it was then. */
  of: GroupInfo;
  /** When silence alone can make one of its consumers dead or stuck, Redis' clock; `Infinity` = never. */
  verdictDueMs: number;
  /** Its pending entry with the lowest ID; null = none. */
  head: PendingInfo | null;
  /** Pending entries with the lowest IDs, and whether these were all; refreshed more rarely than the rest. */
  rows: PendingInfo[];
  rowsComplete: boolean;
  rowsAtMs: number;
}

/** Who can be counted on, by the last closer look. */
export interface GroupCrew {
  /** Silent for too long with entries pending. */
  gone: ConsumerMemory[];
  /** Heard of lately, stuck ones among them. */
  alive: ConsumerMemory[];
  stuck: number;
  /** Alive with entries pending. */
  busy: number;
}

export interface GroupState {
  readonly stream: StreamState;
  readonly name: string;
  readonly ref: BacklogRef;
  readonly id: string;
  info: GroupInfo;
  lag: Lag;
  /** What the next look is compared with; null = nothing may be counted from here. */
  position: Position | null;
  flow: Flow;
  flowExact: boolean;
  inRate: RecentRate;
  outRate: RecentRate;
  /** Since when nothing was acknowledged while entries were pending. */
  quietSinceMs: number | null;
  /** Since when its position has not moved although entries waited. */
  stillSinceMs: number | null;
  /** Entries given to consumers while it was quiet. */
  deliveredWhileQuiet: number;
  /** Since when it has had no consumer while entries waited, and how many had been added to the stream then. */
  aloneSince: { atMs: number; added: number | null } | null;
  /** Whether its counter is to be doubted, and the last moment at which it was proven right (lib/streams/counter). */
  sawBehindFirst: boolean;
  proof: CounterProof | null;
  /** Age of the oldest entry that it was not given, as of `atMs`; 0 = none, null = unknown. */
  behind: { atMs: number; ms: number | null };
  /** Entries that were trimmed before it was given them; null = some may be. */
  lost: { lost: number | null; quality: Quality };
  /** First entry after a position; undefined = not asked for this one. */
  next: { after: string; id: string | null } | undefined;
  consumers: Map<string, ConsumerMemory>;
  crew: GroupCrew;
  details: GroupDetails | null;
  reclaimSeenMs: number | null;
  reclaimMinIdleMs: number | null;
  /** Whether the last diagnosis found something wrong with it. */
  troubled: boolean;
}

export interface StreamState {
  /** String form. */
  readonly name: string;
  readonly key: string | Buffer;
  readonly groups: Map<string, GroupState>;
  /** Redis' clock at the last look; null = never read. */
  readAtMs: number | null;
  /** A change was told since. */
  changed: boolean;
  dueMs: number;
  /** Looks in a row at which nothing had moved. */
  stillLooks: number;
  /** The user may not read it. */
  denied: boolean;
  length: number | null;
  /** As of `infoAtMs`. */
  info: StreamInfo | null;
  infoAtMs: number | null;
  /** Whether nothing changed since `info`. */
  infoCurrent: boolean;
  entryBytes: number | null;
  /** Entries ever added, as well as it is known; null = not at all. */
  added: number | null;
  /** Before Redis 7.0 and where large entries forbid to ask, `added` is a guess. */
  addedExact: boolean;
  /** Entries that were added while Vigia watched. */
  grown: number;
  index: AddedIndex;
  inRate: RecentRate;
  evictedRate: RecentRate;
  /** Counters and length at the first look, for the verdict on trimming. */
  first: { atMs: number; added: number; evicted: number; length: number } | null;
  /** When somebody last looked at it or one of its groups, Redis' clock. */
  lookedAtMs: number;
}

const NO_CREW: GroupCrew = { gone: [], alive: [], stuck: 0, busy: 0 };
const UNREAD: Lag = { value: null, quality: "unknown", low: null, high: null, reason: null };

export function createStream(name: string): StreamState {
  return {
    name,
    key: keyOf("", name),
    groups: new Map(),
    readAtMs: null,
    changed: true,
    dueMs: 0,
    stillLooks: 0,
    denied: false,
    length: null,
    info: null,
    infoAtMs: null,
    infoCurrent: false,
    entryBytes: null,
    added: null,
    addedExact: false,
    grown: 0,
    index: createAddedIndex(),
    inRate: createRecentRate(),
    evictedRate: createRecentRate(),
    first: null,
    lookedAtMs: Number.NEGATIVE_INFINITY,
  };
}

export function createGroup(stream: StreamState, info: GroupInfo): GroupState {
  const ref = streamBacklog(stream.name, info.name);
  return {
    stream,
    name: info.name,
    ref,
    id: backlogId(ref),
    info,
    lag: UNREAD,
    position: null,
    flow: { in: 0, out: 0, failed: 0, delivered: 0 },
    flowExact: true,
    inRate: createRecentRate(),
    outRate: createRecentRate(),
    quietSinceMs: null,
    stillSinceMs: null,
    deliveredWhileQuiet: 0,
    aloneSince: null,
    sawBehindFirst: false,
    proof: null,
    behind: { atMs: 0, ms: null },
    lost: { lost: 0, quality: "exact" },
    next: undefined,
    consumers: new Map(),
    crew: NO_CREW,
    details: null,
    reclaimSeenMs: null,
    reclaimMinIdleMs: null,
    troubled: false,
  };
}

export function createConsumer(info: ConsumerInfo, atMs: number): ConsumerMemory {
  return { info, atMs, gap: createGapWatch(), head: undefined, rereadSeenMs: null };
}

/** The stream was deleted and made anew under its name: what was counted of the old one says nothing of this one. */
export function restartStream(stream: StreamState): void {
  stream.info = null;
  stream.infoAtMs = null;
  stream.infoCurrent = false;
  stream.entryBytes = null;
  stream.added = null;
  stream.first = null;
  stream.index.restart();
  stream.inRate.restart();
  stream.evictedRate.restart();
  for (const group of stream.groups.values()) restartGroup(group);
}

/** The group was made anew, or put back: its counters go on, what was concluded from them does not. */
export function restartGroup(group: GroupState): void {
  group.position = null;
  group.quietSinceMs = null;
  group.stillSinceMs = null;
  group.aloneSince = null;
  group.deliveredWhileQuiet = 0;
  group.sawBehindFirst = false;
  group.proof = null;
  group.next = undefined;
  forgetDetails(group);
}

export function forgetDetails(group: GroupState): void {
  group.consumers.clear();
  group.crew = NO_CREW;
  group.details = null;
}

/** Nothing waits and nothing is pending, known for certain: only what is told, or an administrator, changes it. */
export function isSettled(group: GroupState): boolean {
  return group.lag.quality === "exact" && group.lag.value === 0 && group.info.pending === 0;
}
