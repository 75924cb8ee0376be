/** Fields of entries, bounded: bytes of any kind and length become parts that a page can show. */
import type { Entry, FieldPart } from "../api/schemas/streams";
import { isTimeId, msOf } from "./ids";
import type { RawEntry } from "./raw-entries";

type Fields = Entry["fields"];

/** What one entry may take of an answer. */
export interface FieldLimits {
  pairs: number;
  valueBytes: number;
  /** All values of the entry together; what comes after is cut to `LISTED.valueBytes` each. */
  totalBytes: number;
}

const NAME_BYTES = 1_024;
/** In lists. */
export const LISTED: FieldLimits = { pairs: 100, valueBytes: 1_024, totalBytes: 100 * 1_024 };
/** One entry on its own: a way to see all of it. */
export const WHOLE: FieldLimits = { pairs: 4_000, valueBytes: 256 * 1_024, totalBytes: 4 * 1_024 * 1_024 };

/** Text of UTF-8 bytes; a character that the cut went through is left out. null = not UTF-8. */
function textOf(bytes: Buffer, cut: boolean): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut });
  } catch {
    return null;
  }
}

/** At most `max` bytes of a name or value, as text, or as hex when they are not UTF-8. */
export function fieldPart(bytes: Buffer, max: number): FieldPart {
  const cut = bytes.length > max;
  const shown = cut ? bytes.subarray(0, max) : bytes;
  const text = textOf(shown, cut);
  return { text, hex: text === null ? shown.toString("hex") : null, bytes: bytes.length, cut };
}

/** Pairs in their order, names repeated as they are in the entry. */
export function fieldsOf(pairs: RawEntry["pairs"], limits: FieldLimits): Fields {
  let left = limits.totalBytes;
  return pairs.slice(0, limits.pairs).map(([name, value]) => {
    const part = fieldPart(value, left > 0 ? limits.valueBytes : LISTED.valueBytes);
    left -= Math.min(value.length, limits.valueBytes);
    return { name: fieldPart(name, NAME_BYTES), value: part };
  });
}

/** @param nowMs Redis' clock: tells whether the ID can be a time */
export function entryOf(raw: RawEntry, limits: FieldLimits, nowMs: number): Entry {
  return {
    id: raw.id,
    at_ms: timeOf(raw.id, nowMs),
    fields: fieldsOf(raw.pairs, limits),
    fields_total: raw.pairs.length,
  };
}

/** The time in an ID, Unix ms; null when it cannot be one. */
export const timeOf = (id: string, nowMs: number): number | null => (isTimeId(id, nowMs) ? msOf(id) : null);

const COLUMNS_MAX = 12;

/** Field names for the columns of a table: in the order of their first appearance, those that are whole text. */
export function columnsOf(entries: readonly Pick<Entry, "fields">[]): string[] {
  const names = new Set<string>();
  for (const { fields } of entries)
    for (const { name } of fields) {
      if (names.size === COLUMNS_MAX) return [...names];
      if (name.text !== null && !name.cut) names.add(name.text);
    }
  return [...names];
}
