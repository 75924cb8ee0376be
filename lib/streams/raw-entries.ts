/**
 * Entries as Redis has them, read in steps: an entry's size is known only once it was read, and a page of large
 * entries must not move tens of megabytes. A step is at most eight times the one before, and no larger than what
 * the largest entry so far lets fit.
 */
import type { Redis } from "ioredis";
import { keyOf } from "../names";
import { batch, type Reply, textOf } from "../redis/pipeline";

export interface RawEntry {
  id: string;
  pairs: [name: Buffer, value: Buffer][];
  /** Of all names and values. */
  bytes: number;
}

/** What one page may read of entries; the last step may go beyond when entries grow within it. */
const PAGE_BYTES = 4 * 1_024 * 1_024;
const FIRST_STEP = 4;
const GROWTH = 8;

/** Replies of XRANGE and XREVRANGE; null for an error reply. Entries that are no pairs of bytes are left out. */
export function rawEntriesOf(reply: Reply): RawEntry[] | null {
  if (!Array.isArray(reply)) return null;
  return reply.flatMap((item) => {
    const [id, fields] = Array.isArray(item) ? [textOf(item[0]), item[1] as unknown] : [null, null];
    if (id === null || !Array.isArray(fields)) return [];
    const pairs: RawEntry["pairs"] = [];
    let bytes = 0;
    for (let index = 0; index + 1 < fields.length; index += 2) {
      const [name, value]: [unknown, unknown] = [fields[index], fields[index + 1]];
      if (!Buffer.isBuffer(name) || !Buffer.isBuffer(value)) continue;
      pairs.push([name, value]);
      bytes += name.length + value.length;
    }
    return [{ id, pairs, bytes }];
  });
}

interface Pace {
  /** Size of the next step, of so many still wanted; 0 = the page has read enough. */
  step(wanted: number): number;
  note(entries: readonly RawEntry[]): void;
}

function createPace(): Pace {
  let read = 0;
  let largest = 1;
  let last = FIRST_STEP / GROWTH;
  return {
    step: (wanted) => {
      if (read >= PAGE_BYTES) return 0;
      const fits = Math.max(1, Math.floor((PAGE_BYTES - read) / largest));
      last = Math.min(wanted, last * GROWTH, fits);
      return last;
    },
    note: (entries) => {
      for (const { bytes } of entries) {
        read += bytes;
        largest = Math.max(largest, bytes);
      }
    },
  };
}

export interface RangeRead {
  entries: RawEntry[];
  /** The bytes of a page were read before `wanted` entries were. */
  cutShort: boolean;
  /** An error reply; `entries` then holds what came before it. */
  error: Error | null;
}

/**
 * Up to `wanted` entries that follow each other, about 4 MB at most.
 * @param command a range command without its COUNT that goes on after an entry; null = nothing can follow
 */
export async function readSteps(
  redis: Redis,
  wanted: number,
  command: (after: string | null) => readonly [name: string, ...args: (string | Buffer)[]] | null,
): Promise<RangeRead> {
  const entries: RawEntry[] = [];
  const pace = createPace();
  for (;;) {
    const left = wanted - entries.length;
    const next = left === 0 ? null : command(entries.at(-1)?.id ?? null);
    if (next === null) return { entries, cutShort: false, error: null };
    const n = pace.step(left);
    if (n === 0) return { entries, cutShort: true, error: null };
    const [reply] = await batch(redis, [[...next, "COUNT", n]]);
    const found = rawEntriesOf(reply);
    if (found === null)
      return { entries, cutShort: false, error: reply instanceof Error ? reply : new Error("no entries") };
    pace.note(found);
    entries.push(...found);
    if (found.length < n) return { entries, cutShort: false, error: null };
  }
}

/** An entry of some stream, by its ID. */
export interface EntryPlace {
  stream: string;
  id: string;
}

export interface PlacesRead {
  /** In the order asked for, and as many as the bytes of a page allowed; null = there is no such entry. */
  entries: (RawEntry | null)[];
  /** The user may not read entries: nulls say nothing. */
  denied: boolean;
}

/** Entries by ID, in pipelines, about 4 MB at most. */
export async function readPlaces(redis: Redis, places: readonly EntryPlace[]): Promise<PlacesRead> {
  const entries: (RawEntry | null)[] = [];
  const pace = createPace();
  let denied = false;
  while (entries.length < places.length) {
    const n = pace.step(places.length - entries.length);
    if (n === 0) break;
    const replies = await batch(
      redis,
      places
        .slice(entries.length, entries.length + n)
        .map(({ stream, id }) => ["XRANGE", keyOf("", stream), id, id, "COUNT", 1] as const),
    );
    const found = replies.map((reply) => rawEntriesOf(reply)?.[0] ?? null);
    denied ||= replies.some((reply) => reply instanceof Error && reply.message.startsWith("NOPERM"));
    pace.note(found.filter((entry) => entry !== null));
    entries.push(...found);
  }
  return { entries, denied };
}
