import { z } from "zod";
import { health, name, pageOf, quality } from "./common";

/** `ms-seq`, two unsigned 64-bit numbers: text on the wire, never a number. */
export const entryId = z.string().regex(/^\d{1,20}-\d{1,20}$/);

/**
 * Why a lag is not exact. The page has the words.
 * deleted-ahead: entries were deleted that the group had not read · unknown-start: the group was put at an ID in the
 * middle, and Redis does not know how many came before · server-overcounts: this version counts too high after a
 * trim overtook the group · no-counters: before Redis 7.0 · denied: the user may not ask · too-large: what would
 * tell carries the payloads of large entries, and is asked for rarely
 */
export const lagReason = z.enum([
  "deleted-ahead",
  "unknown-start",
  "server-overcounts",
  "no-counters",
  "denied",
  "too-large",
]);
export type LagReason = z.infer<typeof lagReason>;

/** How many entries a group has not been given yet. `value` is null when only the bounds are known. */
export const lag = z.object({
  value: z.number().nullable(),
  quality,
  low: z.number().nullable(),
  high: z.number().nullable(),
  reason: lagReason.nullable(),
});
export type Lag = z.infer<typeof lag>;

/**
 * Whether anything cuts the stream: `growing` = nothing was ever evicted while Vigia watched, `capped` = its length
 * stays while entries are added, `trimmed` = entries went away, `unknown` = too short a look.
 */
export const trimming = z.enum(["growing", "capped", "trimmed", "unknown"]);

/** What an overview row says of its stream. The row's `waiting` is the group's lag, `running` its pending entries. */
export const backlogStream = z.object({
  stream: name,
  /** null = the stream has no consumer group: progress cannot be seen. */
  group: name.nullable(),
  length: z.number().nullable(),
  trimming,
  consumers: z.number().nullable(),
  lag_reason: lagReason.nullable(),
  /** Age of the oldest entry that the group was not given yet; 0 = none, null = unknown or IDs are no times. */
  behind_ms: z.number().nullable(),
  /** Age of the oldest pending entry, by the time in its ID; 0 = none. */
  pending_oldest_ms: z.number().nullable(),
});
export type BacklogStream = z.infer<typeof backlogStream>;

/** Progress of the search for streams in the keyspace. */
export const discovery = z.object({
  /** Streams that are known. */
  streams: z.number().int(),
  /** Names of the settings that do not exist (yet). */
  awaited: z.array(name),
  /** Share of the keyspace that the running pass has seen, 0 to 1; null = no pass runs. */
  pass: z.number().nullable(),
  /** Whether one pass has seen everything. */
  complete: z.boolean(),
  /** The user may not SCAN: only configured names are watched. */
  denied: z.boolean(),
});
export type Discovery = z.infer<typeof discovery>;

/**
 * alive: reads or finishes · waiting: nothing pending, silent; before Redis 7.2 a healthy reader of a quiet stream looks
 * like this · dead: silent for long and holds pending entries · stalled: before Redis 7.2, holds pending entries and was
 * given nothing for long, dead or stuck · stuck: reads, but its oldest entry has been pending for long · unknown
 */
export const consumerState = z.enum(["alive", "waiting", "dead", "stalled", "stuck", "unknown"]);
export type ConsumerState = z.infer<typeof consumerState>;

export const consumer = z.object({
  name,
  state: consumerState,
  pending: z.number(),
  /** Age of its pending entry with the lowest ID, by the time in the ID; null = nothing pending or IDs are no times. */
  oldest_ms: z.number().nullable(),
  oldest_id: entryId.nullable(),
  /** Since its last attempt to read (Redis 7.2 and later) or its last delivery (before). */
  idle_ms: z.number(),
  /** Since it was last given anything (Redis 7.2 and later); null = never, or not told. */
  inactive_ms: z.number().nullable(),
  /** What is usual between two signs of life; null = not seen yet. */
  usual_gap_ms: z.number().nullable(),
  /** Silent for longer than this with entries pending, it counts as dead. */
  dead_after_ms: z.number(),
  acked_per_s: z.number().nullable(),
  /** Its share of the group's pending entries, 0 to 1. */
  share: z.number().nullable(),
  /** When it was last seen to read its own pending list again; a claim for such a consumer is worked on. */
  reread_seen_ms: z.number().nullable(),
});
export type Consumer = z.infer<typeof consumer>;

/** One bar of a histogram; `to` is exclusive, null = no upper end. */
export const bucket = z.object({ from: z.number(), to: z.number().nullable(), count: z.number() });

export const pendingHistogram = z.object({
  /** Since the last delivery, milliseconds. */
  buckets: z.array(bucket),
  /** How many entries were looked at, of `total`. Counts are scaled up to the total when these differ. */
  sampled: z.number(),
  total: z.number(),
});

export type PendingHistogram = z.infer<typeof pendingHistogram>;

/** Who else brings abandoned entries back to work. */
export const reclaiming = z.object({
  /** When entries were last seen to move from one consumer to another with a delivery. */
  seen_ms: z.number().nullable(),
  /** The least idle time at which that was seen; a look every few seconds sees it too late, never too early. */
  min_idle_ms: z.number().nullable(),
});

/** One group, read now. */
export const groupDetail = z.object({
  stream: name,
  group: name,
  state: health,
  lag,
  pending: z.number(),
  behind_ms: z.number().nullable(),
  /** Whether IDs of this stream are times. */
  ids_are_times: z.boolean(),
  last_delivered_id: entryId,
  /** Entries that were trimmed before the group was given them; with its quality. null = unknown. */
  lost: z.number().nullable(),
  lost_quality: quality,
  pending_oldest_ms: z.number().nullable(),
  pending_oldest_id: entryId.nullable(),
  /** Of those pending, delivered more than once; from the sample of the histogram. */
  redelivered: z.number().nullable(),
  max_deliveries: z.number().nullable(),
  poison: z.number().nullable(),
  consumers: z.array(consumer),
  /** False when there are more consumers than are listed. */
  consumers_complete: z.boolean(),
  histogram: pendingHistogram.nullable(),
  reclaiming,
  length: z.number(),
  trimming,
  memory_bytes: z.number().nullable(),
  /** False for the figures of `MEMORY USAGE` that are known to be wrong (Redis 7.0 with a large pending list). */
  memory_trusted: z.boolean(),
  dead_letters: z.object({ stream: name, length: z.number() }).nullable(),
  /** Redis 7.2 and later tell when a consumer last tried and when it last got something. */
  tells_inactive: z.boolean(),
  redis_version: z.string().nullable(),
  at_ms: z.number(),
});
export type GroupDetail = z.infer<typeof groupDetail>;

/** A field or value, bounded. `text` is null for bytes that are not UTF-8: then `hex` has them. */
export const fieldPart = z.object({
  text: z.string().nullable(),
  hex: z.string().nullable(),
  /** Whole size; larger than what is shown when it was cut. */
  bytes: z.number().int(),
  cut: z.boolean(),
});
export type FieldPart = z.infer<typeof fieldPart>;

export const entry = z.object({
  id: entryId,
  /** Time in the ID, Unix ms; null when IDs of this stream are no times. */
  at_ms: z.number().nullable(),
  /** Pairs in their order; names may repeat. At most 100 in lists, 4,000 of one entry on its own. */
  fields: z.array(z.object({ name: fieldPart, value: fieldPart })),
  fields_total: z.number().int(),
});
export type Entry = z.infer<typeof entry>;

export const entryPage = pageOf(entry).extend({
  /** Field names in the order of their first appearance on this page, at most 12; columns of the table. */
  columns: z.array(z.string()),
});
export type EntryPage = z.infer<typeof entryPage>;

export const pendingEntry = z.object({
  id: entryId,
  stream: name,
  group: name,
  at_ms: z.number().nullable(),
  /** null = unowned (released by XNACK). */
  consumer: name.nullable(),
  /** Since its last delivery; null = unowned. */
  idle_ms: z.number().nullable(),
  deliveries: z.number(),
  /**
   * null = the entry itself is gone (deleted or trimmed): nothing is left to work on; with `fields_denied` of the page,
   * null says nothing.
   */
  fields: entry.shape.fields.nullable(),
  fields_total: z.number().int(),
});
export type PendingEntry = z.infer<typeof pendingEntry>;

export const pendingPage = pageOf(pendingEntry).extend({
  /** How many pending entries were looked at for this page; filters are applied here, in bounded steps. */
  scanned: z.number().int(),
  /** The Redis user may not read entries (XRANGE). */
  fields_denied: z.boolean(),
  at_ms: z.number(),
});
export type PendingPage = z.infer<typeof pendingPage>;

/** `GET pending`: the oldest pending entry IDs over all groups. */
export const pendingAll = z.object({
  items: z.array(pendingEntry),
  /** Groups that hold pending entries, and how many of them were asked. */
  groups: z.number().int(),
  asked: z.number().int(),
  total: z.number(),
  /** The Redis user may not read entries (XRANGE). */
  fields_denied: z.boolean(),
  at_ms: z.number(),
});
export type PendingAll = z.infer<typeof pendingAll>;

export const streamGroup = z.object({
  group: name,
  state: health,
  problem: z.string().nullable(),
  lag,
  pending: z.number().nullable(),
  behind_ms: z.number().nullable(),
  consumers: z.number().nullable(),
  in_per_s: z.number().nullable(),
  out_per_s: z.number().nullable(),
});

export type StreamGroup = z.infer<typeof streamGroup>;

/** A row of the list of streams; from the snapshot. */
export const streamRow = z.object({
  stream: name,
  state: health,
  length: z.number().nullable(),
  in_per_s: z.number().nullable(),
  groups: z.array(streamGroup),
  trimming,
  /** Sum over its groups; null when one is unknown. */
  lag: z.number().nullable(),
  pending: z.number().nullable(),
  at_ms: z.number(),
});
export type StreamRow = z.infer<typeof streamRow>;

export const streamList = z.object({
  items: z.array(streamRow),
  total: z.number().int(),
  discovery,
  at_ms: z.number(),
});
export type StreamList = z.infer<typeof streamList>;

/** One stream, read now. */
export const streamDetail = z.object({
  stream: name,
  length: z.number(),
  in_per_s: z.number().nullable(),
  /** Entries added over the key's life; null before Redis 7.0. */
  added_total: z.number().nullable(),
  first_id: entryId.nullable(),
  last_id: entryId.nullable(),
  /** null = not asked for: the stream has huge entries. */
  last_generated_id: entryId.nullable(),
  ids_are_times: z.boolean(),
  memory_bytes: z.number().nullable(),
  memory_trusted: z.boolean(),
  trimming,
  /** Entries that went away while Vigia watched, per second. */
  evicted_per_s: z.number().nullable(),
  /** Seconds until the key expires; null = never. A TTL on a stream is usually a mistake. */
  expires_s: z.number().nullable(),
  groups: z.array(streamGroup),
  dead_letters: groupDetail.shape.dead_letters,
  /** The stream and group that these dead letters came from, when this is a dead-letter stream. */
  dead_letters_of: z.object({ stream: name }).nullable(),
  at_ms: z.number(),
});
export type StreamDetail = z.infer<typeof streamDetail>;
