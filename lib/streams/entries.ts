/** Entries of one stream: pages in either order, from any ID or time, and one entry whole. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../api/cursor";
import { type Order, order } from "../api/inputs";
import type { Entry, EntryPage } from "../api/schemas/streams";
import { AppError } from "../errors";
import { keyOf } from "../names";
import { batch, count, textOf } from "../redis/pipeline";
import { noStream, requireStream, streamError } from "./absent";
import { columnsOf, entryOf, LISTED, WHOLE } from "./fields";
import { compareIds, isEntryId, nextId, previousId } from "./ids";
import { rawEntriesOf, readSteps } from "./raw-entries";

export interface EntriesQuery {
  stream: string;
  order: Order;
  /** Ends of the range, both inclusive: an ID, Unix ms, or an ISO time with its zone. */
  from?: string | undefined;
  to?: string | undefined;
  cursor?: string | undefined;
  limit: number;
  /** Redis' clock. */
  nowMs: number;
}

/** The entry that the page before ended with. */
const entriesCursor = z.strictObject({ o: order, a: z.string().refine(isEntryId) });

const MAX = 2n ** 64n - 1n;
const isoTime = z.iso.datetime({ offset: true });

/**
 * The ID at which a range begins or ends.
 * @throws AppError INVALID_INPUT for what is neither an ID nor a time
 */
export function seekId(text: string, end: "first" | "last"): string {
  if (isEntryId(text)) return text;
  const ms = /^\d{1,20}$/.test(text) ? text : isoTime.safeParse(text).success ? `${Date.parse(text)}` : null;
  const id = `${ms}-${end === "first" ? 0n : MAX}`;
  if (ms !== null && isEntryId(id)) return id;
  throw new AppError(
    "INVALID_INPUT",
    "`from` and `to` take an entry ID (1722470400000-0), Unix milliseconds, or an ISO time with its zone (2024-08-01T00:00:00Z).",
  );
}

/**
 * One page. Two to four round trips; cost does not depend on how deep it lies. Of large entries a page holds fewer
 * than `limit`: it stops at about 4 MB and says where to go on.
 * @throws AppError NOT_FOUND, UNSUPPORTED (no stream), INVALID_INPUT (cursor, `from`, `to`)
 */
export async function readEntries(redis: Redis, query: EntriesQuery): Promise<EntryPage> {
  const { stream, limit, nowMs } = query;
  const key = keyOf("", stream);
  const cursor = query.cursor === undefined ? null : decodeCursor(entriesCursor, query.cursor);
  const order = cursor?.o ?? query.order;
  const first = query.from === undefined ? "-" : seekId(query.from, "first");
  const last = query.to === undefined ? "+" : seekId(query.to, "last");
  // Exclusive ends are not known before Redis 6.2: the neighbouring ID is.
  const after = (shown: string | null) => {
    const place = shown ?? cursor?.a ?? null;
    if (order === "newest")
      return ["XREVRANGE", key, place === null ? last : least(last, previousId(place)), first] as const;
    if (place === null) return ["XRANGE", key, first, last] as const;
    const next = nextId(place);
    return next === place ? null : (["XRANGE", key, most(first, next), last] as const);
  };
  const [[type, length], found] = await Promise.all([
    batch(redis, [
      ["TYPE", key],
      ["XLEN", key],
    ]),
    readSteps(redis, limit + 1, after),
  ]);
  requireStream(type, stream);
  if (found.error !== null) throw streamError(found.error, stream);
  const shown = found.entries.slice(0, limit);
  const items = shown.map((raw) => entryOf(raw, LISTED, nowMs));
  const lastShown = shown.at(-1)?.id;
  const more = found.cutShort || found.entries.length > limit;
  return {
    items,
    next_cursor: more && lastShown !== undefined ? encodeCursor({ o: order, a: lastShown }) : null,
    total: query.from === undefined && query.to === undefined ? count(length) : null,
    columns: columnsOf(items),
  };
}

const least = (last: string, id: string) => (last === "+" || compareIds(id, last) < 0 ? id : last);
const most = (first: string, id: string) => (first === "-" || compareIds(id, first) > 0 ? id : first);

/**
 * One entry with up to 4,000 pairs of up to 256 kB, 4 MB together.
 * @throws AppError NOT_FOUND with what is known of why, UNSUPPORTED (no stream)
 */
export async function readEntry(redis: Redis, stream: string, id: string, nowMs: number): Promise<Entry> {
  const key = keyOf("", stream);
  const [type, reply] = await batch(redis, [
    ["TYPE", key],
    ["XRANGE", key, id, id, "COUNT", 1],
  ]);
  requireStream(type, stream);
  const found = rawEntriesOf(reply);
  if (found === null) throw reply instanceof Error ? streamError(reply, stream) : noStream(stream);
  const [entry] = found;
  if (entry !== undefined) return entryOf(entry, WHOLE, nowMs);
  throw await noEntry(redis, stream, id);
}

async function noEntry(redis: Redis, stream: string, id: string): Promise<AppError> {
  const [reply] = await batch(redis, [["XRANGE", keyOf("", stream), "-", "+", "COUNT", 1]]);
  const first = textOf(rawEntriesOf(reply)?.[0]?.id);
  const why =
    first === null
      ? "The stream is empty now."
      : compareIds(id, first) < 0
        ? `The stream now begins at ${first}: this entry was trimmed or deleted, or never added.`
        : "It was deleted, or never added.";
  return new AppError("NOT_FOUND", `The stream "${stream}" has no entry ${id}. ${why}`, {
    facts: { first_id: first },
  });
}
