/** The stream of a job's results: `rq:results:ID`, one entry per final outcome, newest asked first. */
import type { Redis } from "ioredis";
import type { JobResult, Payload } from "../api/schemas/jobs";
import { fingerprintOf } from "../failures/fingerprint";
import { batch, count, list, type Reply, textOf } from "../redis/pipeline";
import { epochField, textField } from "./hash";
import { resultsKey } from "./keys";
import { inflate } from "./payload/inflate";
import { STORED_BYTES_MAX } from "./payload/limits";
import { decodePayload } from "./payload/payload";

export interface ResultEntry {
  /** `ms-seq`; the milliseconds are when the result was made. */
  id: string;
  fields: ReadonlyMap<string, Buffer>;
}

/** Results shown of one job; RQ itself keeps about ten. */
const RESULTS_MAX = 10;
/** A stream that needs more than this is not read: one entry may hold anything. */
const STREAM_BYTES_MAX = 8 * 1_048_576;
/** Base64 makes three bytes four characters. */
const BASE64_CHARS_MAX = Math.ceil(STORED_BYTES_MAX / 3) * 4;
const TRACEBACK_CHARS_MAX = 65_536;

const TYPES: Record<string, JobResult["type"]> = {
  "1": "successful",
  "2": "failed",
  "3": "stopped",
  "4": "retried",
  "5": "max_retries_exceeded",
};

/** A reply of XREVRANGE. */
export function resultEntries(reply: Reply): ResultEntry[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((item: unknown): ResultEntry[] => {
    if (!Array.isArray(item)) return [];
    const id = textOf(item[0]);
    const flat = list(item[1]);
    const fields = new Map<string, Buffer>();
    for (let index = 0; index + 1 < flat.length; index += 2) {
      const value = flat[index + 1];
      if (value !== undefined) fields.set(String(flat[index]), value);
    }
    return id === null ? [] : [{ id, fields }];
  });
}

export const typeOf = (entry: ResultEntry): JobResult["type"] =>
  TYPES[textField(entry.fields.get("type")) ?? ""] ?? "unknown";

function base64(value: Buffer | undefined): Buffer | null {
  if (value === undefined || value.length === 0) return null;
  return Buffer.from(value.subarray(0, BASE64_CHARS_MAX).toString("latin1"), "base64");
}

/** The text that RQ stores compressed: in `exc_info` of the hash as it is, in a result as base64. */
export function exceptionText(stored: Buffer | null): string | null {
  if (stored === null || stored.length === 0) return null;
  // A requeue by RQ leaves the compressed empty text behind.
  const text = inflate(stored).bytes.toString("utf8");
  return text.trim() === "" ? null : text;
}

/** The traceback of an entry, whole. */
export const tracebackOf = (entry: ResultEntry): string | null =>
  exceptionText(base64(entry.fields.get("exc_string")));

/** The return value of an entry; null = none was stored, which is how RQ stores Python's None. */
export function returnValueOf(entry: ResultEntry): Payload | null {
  const bytes = base64(entry.fields.get("return_value"));
  return bytes === null ? null : decodePayload(bytes);
}

/** Keeps both ends of a long text: what was called, and what it died of. */
function middleCut(text: string): string {
  if (text.length <= TRACEBACK_CHARS_MAX) return text;
  const head = Math.floor(TRACEBACK_CHARS_MAX / 8);
  return `${text.slice(0, head)}\n…\n${text.slice(text.length - (TRACEBACK_CHARS_MAX - head))}`;
}

export function toJobResult(entry: ResultEntry): JobResult {
  const traceback = tracebackOf(entry);
  return {
    id: entry.id,
    at_ms: Number(entry.id.split("-")[0]) || 0,
    type: typeOf(entry),
    worker_name: textField(entry.fields.get("worker_name"), 1_000),
    started_ms: epochField(entry.fields.get("execution_started_at")),
    ended_ms: epochField(entry.fields.get("execution_ended_at")),
    return_value: returnValueOf(entry),
    error: traceback === null ? null : fingerprintOf(traceback).error,
    traceback: traceback === null ? null : middleCut(traceback),
  };
}

export interface Results {
  entries: ResultEntry[];
  /** All entries of the stream; null where Redis would not tell. */
  total: number | null;
  /** Bytes of the stream when it was too large to be read. */
  tooLarge: number | null;
}

/** The newest results of a job. Two round trips; the size is asked first, as one value may be 512 MB. */
export async function readResults(redis: Redis, id: string, most = RESULTS_MAX): Promise<Results> {
  const key = resultsKey(id);
  const [length, memory] = await batch(redis, [
    ["XLEN", key],
    ["MEMORY", "USAGE", key],
  ]);
  const total = count(length);
  const bytes = count(memory) ?? 0;
  if (total === null || total === 0) return { entries: [], total, tooLarge: null };
  if (bytes > STREAM_BYTES_MAX) return { entries: [], total, tooLarge: bytes };
  const [reply] = await batch(redis, [["XREVRANGE", key, "+", "-", "COUNT", most]]);
  return { entries: resultEntries(reply), total, tooLarge: null };
}
