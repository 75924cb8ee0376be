/**
 * Entry IDs: `ms-seq`, two unsigned 64-bit numbers. Compared as pairs of BigInts, never as numbers or texts: a
 * producer may choose any ID, and numbers lose digits above 2^53.
 */
export interface EntryId {
  readonly ms: bigint;
  readonly seq: bigint;
}

const MAX = 2n ** 64n - 1n;

/** @throws RangeError for what is no ID; parse what people send with {@link isEntryId} first */
export function parseId(text: string): EntryId {
  const [ms = "", seq = ""] = text.split("-");
  if (!/^\d{1,20}$/.test(ms) || !/^\d{1,20}$/.test(seq)) throw new RangeError("not an entry ID");
  return { ms: BigInt(ms), seq: BigInt(seq) };
}

export function isEntryId(text: string): boolean {
  const parts = /^(\d{1,20})-(\d{1,20})$/.exec(text);
  return parts?.slice(1).every((part) => BigInt(part) <= MAX) ?? false;
}

/** Negative when `a` comes first, 0 when they are one. */
export function compareIds(a: string, b: string): number {
  const [x, y] = [parseId(a), parseId(b)];
  if (x.ms !== y.ms) return x.ms < y.ms ? -1 : 1;
  return x.seq === y.seq ? 0 : x.seq < y.seq ? -1 : 1;
}

/** The next ID after this one, for servers before 6.2 and for windows; the last of all stays itself. */
export function nextId(text: string): string {
  const { ms, seq } = parseId(text);
  if (seq < MAX) return `${ms}-${seq + 1n}`;
  return ms < MAX ? `${ms + 1n}-0` : text;
}

/** The ID right before this one; `0-0` stays itself. */
export function previousId(text: string): string {
  const { ms, seq } = parseId(text);
  if (seq > 0n) return `${ms}-${seq - 1n}`;
  return ms > 0n ? `${ms - 1n}-${MAX}` : text;
}

/** The time in an ID, Unix ms; exact up to the year 287396. */
export function msOf(text: string): number {
  return Number(parseId(text).ms);
}

const YEARS_10_MS = 10 * 365 * 86_400_000;
const DAY_MS = 86_400_000;

/** Whether IDs of a stream are times, judged by its newest: within ten years before and a day after Redis' clock. */
export function isTimeId(text: string, nowMs: number): boolean {
  const ms = msOf(text);
  return ms > nowMs - YEARS_10_MS && ms < nowMs + DAY_MS;
}

/** Age of an entry by the time in its ID, milliseconds, at least 0; null when the IDs are no times. */
export function ageOf(text: string, nowMs: number): number | null {
  return isTimeId(text, nowMs) ? Math.max(0, nowMs - msOf(text)) : null;
}
