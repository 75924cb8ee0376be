/**
 * Values of hash fields. Whoever can write to Redis can put anything in any field, so each reader takes what it
 * can use and gives `null` for the rest: missing, of another kind, empty, huge or binary.
 */
import { nameFromBytes } from "../names";
import type { Reply } from "../redis/pipeline";
import { timeOf } from "./keys";

/** Longest text of a short field: a status, a number, a date. */
const SHORT_BYTES_MAX = 200;
const NAME_BYTES_MAX = 4_096;

export function bytesField(reply: Reply): Buffer | null {
  return Buffer.isBuffer(reply) && reply.length > 0 ? reply : null;
}

/** Text for people, cut at `max` characters; bytes that are not UTF-8 become replacement marks. */
export function textField(reply: Reply, max = SHORT_BYTES_MAX): string | null {
  const bytes = bytesField(reply);
  if (bytes === null) return null;
  // Four bytes a character at most: a longer field need not be decoded in whole.
  const text = bytes.subarray(0, max * 4 + 4).toString("utf8");
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}

/** A name's string form; empty is RQ's way to say "none". */
export function nameField(reply: Reply): string | null {
  const bytes = bytesField(reply);
  return bytes === null || bytes.length > NAME_BYTES_MAX ? null : nameFromBytes(bytes);
}

export function numberField(reply: Reply): number | null {
  const text = textField(reply);
  return text !== null && /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : null;
}

/** RQ's date text → Unix ms. */
export const timeField = (reply: Reply): number | null => timeOf(textField(reply));

/** RQ's date text as it stands, if it is one. */
export function dateField(reply: Reply): string | null {
  const text = textField(reply);
  return timeOf(text) === null ? null : text;
}

/** A float of Unix seconds (result entries, executions) → Unix ms. */
export function epochField(reply: Reply): number | null {
  const seconds = numberField(reply);
  return seconds === null ? null : seconds * 1_000;
}

/** A JSON list of numbers: `retry_intervals`. */
export function numbersField(reply: Reply): number[] | null {
  const value = jsonField(reply);
  return Array.isArray(value) && value.every((item) => typeof item === "number") ? value : null;
}

export function jsonField(reply: Reply): unknown {
  const bytes = bytesField(reply);
  if (bytes === null) return null;
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
}
