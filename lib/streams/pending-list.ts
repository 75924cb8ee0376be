/**
 * Pending entries of one group in ID order, filtered. Redis' own IDLE filter looks at everything it rejects without a
 * bound, so filters are applied here: a request looks at so many entries, tells how many, and where to go on.
 */
import type { Redis } from "ioredis";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../api/cursor";
import type { PendingEntry, PendingPage } from "../api/schemas/streams";
import { keyOf } from "../names";
import { batch, type Reply } from "../redis/pipeline";
import { noGroup, requireStream, streamError } from "./absent";
import { fieldsOf, LISTED, timeOf } from "./fields";
import { isEntryId, nextId } from "./ids";
import { readPlaces } from "./raw-entries";
import { consumersOf, type GroupInfo, groupsOf, type PendingInfo, pendingOf } from "./replies";

export interface PendingQuery {
  stream: string;
  group: string;
  /** undefined = of all consumers, and those that nobody owns. */
  consumer?: string | undefined;
  minIdleMs?: number | undefined;
  minDeliveries?: number | undefined;
  cursor?: string | undefined;
  limit: number;
  /** Redis' clock. */
  nowMs: number;
}

/** One command: some 0.35 ms of Redis' time. */
const STEP = 1_000;
/** Pending entries that one request looks at. */
const SCANNED_MAX = 5_000;

/** The pending entry that was looked at last. */
const pendingCursor = z.strictObject({ a: z.string().refine(isEntryId) });

/** A pending entry and where it is pending. */
export interface PendingPlace extends PendingInfo {
  stream: string;
  group: string;
}

/**
 * Pending entries with their fields, as many as a page's bytes allow; `denied` = the user may not read entries.
 */
export async function withFields(
  redis: Redis,
  places: readonly PendingPlace[],
  nowMs: number,
): Promise<{ items: PendingEntry[]; denied: boolean }> {
  const { entries, denied } = await readPlaces(redis, places);
  const items = places.slice(0, entries.length).map((place, index): PendingEntry => {
    const entry = entries[index] ?? null;
    return {
      id: place.id,
      stream: place.stream,
      group: place.group,
      at_ms: timeOf(place.id, nowMs),
      consumer: place.consumer,
      idle_ms: place.idleMs,
      deliveries: place.deliveries,
      fields: entry === null ? null : fieldsOf(entry.pairs, LISTED),
      fields_total: entry?.pairs.length ?? 0,
    };
  });
  return { items, denied };
}

/** What an unowned entry would be asked by: Redis knows its consumer as the empty name. */
const isUnowned = (consumer: string) => keyOf("", consumer).length === 0;

function matches(query: PendingQuery, entry: PendingInfo): boolean {
  if (query.consumer !== undefined && entry.consumer !== query.consumer)
    if (entry.consumer !== null || !isUnowned(query.consumer)) return false;
  // Nobody works on an unowned entry: it has waited for long enough, whatever that is.
  if (query.minIdleMs !== undefined && entry.idleMs !== null && entry.idleMs < query.minIdleMs) return false;
  return query.minDeliveries === undefined || entry.deliveries >= query.minDeliveries;
}

interface Scan {
  found: PendingInfo[];
  scanned: number;
  /** Where to go on; null = everything was looked at. */
  after: string | null;
}

/** @throws AppError NOT_FOUND when the group went away meanwhile */
async function scan(redis: Redis, query: PendingQuery, after: string | null): Promise<Scan> {
  const key = keyOf("", query.stream);
  const owner = query.consumer === undefined || isUnowned(query.consumer) ? [] : [keyOf("", query.consumer)];
  // Redis itself finds the entries of one consumer: it keeps a list of each one's own.
  const filtered =
    query.minIdleMs !== undefined ||
    query.minDeliveries !== undefined ||
    (query.consumer !== undefined && isUnowned(query.consumer));
  const found: PendingInfo[] = [];
  let scanned = 0;
  let place = after;
  for (;;) {
    const start = place === null ? "-" : nextId(place);
    if (start === place) return { found, scanned, after: null };
    const n = Math.min(filtered ? STEP : query.limit + 1, SCANNED_MAX - scanned);
    const [reply] = await batch(redis, [
      ["XPENDING", key, keyOf("", query.group), start, "+", n, ...owner] as const,
    ]);
    const entries = pendingOf(reply);
    if (entries === null)
      throw reply instanceof Error ? streamError(reply, query.stream) : new Error("no pending entries");
    for (const entry of entries) {
      if (matches(query, entry)) {
        if (found.length === query.limit) return { found, scanned, after: place };
        found.push(entry);
      }
      scanned += 1;
      place = entry.id;
    }
    if (entries.length < n) return { found, scanned, after: null };
    if (scanned >= SCANNED_MAX) return { found, scanned, after: place };
  }
}

/** The group of a stream by its name. @throws AppError NOT_FOUND, UNSUPPORTED (no stream) */
export function requireGroup(
  replies: { type: Reply; groups: Reply },
  stream: string,
  group: string,
): GroupInfo {
  requireStream(replies.type, stream);
  const groups = groupsOf(replies.groups);
  if (groups === null)
    throw replies.groups instanceof Error ? streamError(replies.groups, stream) : noGroup(stream, group, []);
  const found = groups.find(({ name }) => name === group);
  if (found === undefined) throw noGroup(stream, group, groups);
  return found;
}

/** All that match, where one number of the server says so; null where only looking at each would tell. */
function totalOf(query: PendingQuery, info: GroupInfo, consumers: Reply): number | null {
  if (query.minIdleMs !== undefined || query.minDeliveries !== undefined) return null;
  if (query.consumer === undefined) return info.pending;
  if (isUnowned(query.consumer)) return null;
  return consumersOf(consumers)?.find(({ name }) => name === query.consumer)?.pending ?? 0;
}

/**
 * One page, lowest ID first. At most five commands of 1,000 pending entries each, and one XRANGE for each that is
 * shown. A page may be empty and yet have a `next_cursor`: nothing matched in what was looked at.
 * @throws AppError NOT_FOUND (with the groups that there are), UNSUPPORTED (no stream), INVALID_INPUT (cursor)
 */
export async function readPending(redis: Redis, query: PendingQuery): Promise<PendingPage> {
  const { stream, group, nowMs } = query;
  const cursor = query.cursor === undefined ? null : decodeCursor(pendingCursor, query.cursor);
  const key = keyOf("", stream);
  const [type, groups, consumers] = await batch(redis, [
    ["TYPE", key],
    ["XINFO", "GROUPS", key],
    ...(query.consumer === undefined ? [] : [["XINFO", "CONSUMERS", key, keyOf("", group)] as const]),
  ]);
  const info = requireGroup({ type, groups }, stream, group);
  const { found, scanned, after } = await scan(redis, query, cursor?.a ?? null);
  const { items, denied } = await withFields(
    redis,
    found.map((entry) => ({ ...entry, stream, group })),
    nowMs,
  );
  const next = items.length < found.length ? (items.at(-1)?.id ?? null) : after;
  return {
    items,
    next_cursor: next === null ? null : encodeCursor({ a: next }),
    total: totalOf(query, info, consumers),
    scanned,
    fields_denied: denied,
    at_ms: nowMs,
  };
}
