/** Jobs of one place of one queue, a page at a time. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { decodeCursor, encodeCursor, scoreText } from "../api/cursor";
import type { Order } from "../api/inputs";
import type { JobPage, Place } from "../api/schemas/jobs";
import { bytesFromName, nameFromBytes } from "../names";
import { type Entry, type Registry, scoreArg } from "./entries";
import { type KnownErrors, type RowKind, type RowRef, readRows } from "./job-rows";
import { queueCursor, readQueue } from "./queue-page";
import { countRegistries, readRegistry } from "./registry-page";
import { startedJobs } from "./started";

export interface JobListQuery {
  queue: string;
  place: Place;
  order: Order;
  cursor: string | undefined;
  limit: number;
  /** Redis' clock. */
  nowMs: number;
}

/** A member in the string form of names, as long as it may be. */
export const memberInput = z.string().transform((name) => bytesFromName(name) ?? Buffer.alloc(0));

/** After which entry a registry goes on: `s` its score, `m` its member. */
const registryCursor = z.strictObject({ s: scoreText, m: memberInput });

export const kindOf = (place: Place): RowKind =>
  place === "failed" || place === "started" ? place : "plain";

/** What an entry's score means for its row; elsewhere it is an expiry or a past moment. */
export function dueOf(place: Registry, entry: Entry): number | null {
  if (place !== "started" && place !== "scheduled") return null;
  return Number.isFinite(entry.score) ? entry.score * 1_000 : null;
}

/**
 * Rows of a place. `newest` is by the time the place is kept in: what was pushed last (queued), what is due last
 * (scheduled), the deadline of the heartbeat (started), the time it was put there (deferred, canceled), and for
 * failed and finished the time at which RQ will drop it, which is the order of ending as long as all have the same
 * TTL; jobs that are kept for ever come last (failed) or first (finished). Expired entries are left out.
 *
 * The cost of a page does not depend on how far down it is.
 * @throws AppError INVALID_INPUT for a malformed cursor
 */
export async function listJobs(redis: Redis, query: JobListQuery, known: KnownErrors): Promise<JobPage> {
  return query.place === "queued"
    ? listQueued(redis, query, known)
    : listRegistry(redis, query, query.place, known);
}

async function listQueued(redis: Redis, query: JobListQuery, known: KnownErrors): Promise<JobPage> {
  const cursor = query.cursor === undefined ? null : decodeCursor(queueCursor, query.cursor);
  // The cursor's distance is from the end that its own order begins at.
  const order = cursor?.o ?? query.order;
  const page = await readQueue(redis, query.queue, order, cursor, query.limit);
  const refs = page.ids.map((id): RowRef => ({ id: nameFromBytes(id), queue: query.queue, dueMs: null }));
  return {
    items: await readRows(redis, refs, "plain", known),
    next_cursor: page.next === null ? null : encodeCursor(page.next),
    total: page.total,
  };
}

async function listRegistry(
  redis: Redis,
  query: JobListQuery,
  place: Registry,
  known: KnownErrors,
): Promise<JobPage> {
  const { queue, order, limit } = query;
  const nowS = query.nowMs / 1_000;
  const cursor = query.cursor === undefined ? null : decodeCursor(registryCursor, query.cursor);
  const after = cursor === null ? null : { score: cursor.s, member: cursor.m };
  const [page, [total = null]] = await Promise.all([
    readRegistry(redis, { queue, place, order, after, limit, nowS }),
    countRegistries(redis, place, [queue], nowS),
  ]);
  const last = page.entries.at(-1);
  const jobs =
    place === "started"
      ? await startedJobs(
          redis,
          page.entries.map((entry) => ({ ...entry, queue })),
        )
      : page.entries.map((entry) => ({ id: nameFromBytes(entry.member), entry }));
  const refs = jobs.map(({ id, entry }): RowRef => ({ id, queue, dueMs: dueOf(place, entry) }));
  return {
    items: await readRows(redis, refs, kindOf(place), known),
    next_cursor:
      page.more && last !== undefined
        ? encodeCursor({ s: scoreArg(last.score), m: nameFromBytes(last.member) })
        : null,
    total,
  };
}
