import { inflateSync, constants as zlib } from "node:zlib";
import { INFLATED_BYTES_MAX, STORED_BYTES_MAX } from "./limits";

export interface Inflated {
  bytes: Buffer;
  /** False when the stored bytes were not zlib's and are given as they are. */
  compressed: boolean;
  /** Why `bytes` is only the beginning; null when it is all. */
  reason: string | null;
}

/** Deflate unpacks to at most 1,032 times its size, so a prefix this short stays below the cap. */
const SAFE_PREFIX = Math.floor(INFLATED_BYTES_MAX / 1_032);
/** First byte of what Python's zlib.compress writes (window of 32 kB). */
const PYTHON_ZLIB = 0x78;

/** RFC 1950: method 8, and a checksum over the two header bytes. */
function hasZlibHeader(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes;
  return bytes.length > 2 && (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}

/** Output of the beginning of a stream, or null when it holds an error or more than the cap. */
function inflatePrefix(bytes: Buffer): Buffer | null {
  try {
    return inflateSync(bytes, { maxOutputLength: INFLATED_BYTES_MAX, finishFlush: zlib.Z_SYNC_FLUSH });
  } catch {
    // Corrupt from some byte on, or a bomb: the caller tries a shorter beginning.
    return null;
  }
}

/** A readable beginning of a stream that cannot be unpacked whole. Few tries: each may unpack megabytes. */
function salvage(bytes: Buffer, tooLarge: boolean): Buffer | null {
  const lengths = tooLarge ? [] : [bytes.length];
  for (let length = Math.min(SAFE_PREFIX, bytes.length); length > 2; length >>= 1) lengths.push(length);
  for (const length of lengths) {
    const found = inflatePrefix(bytes.subarray(0, length));
    if (found !== null && found.length > 0) return found;
  }
  return null;
}

/**
 * The serializer's bytes of a field that RQ compresses (`data`, `exc_info`), as RQ reads it: zlib, or as they are
 * when they are not zlib's. Never gives more than 4 MiB, whatever the field holds; a cut or damaged stream gives
 * its readable beginning and the reason. Never throws.
 */
export function inflate(stored: Buffer): Inflated {
  const bytes = stored.subarray(0, STORED_BYTES_MAX);
  const cutReason =
    stored.length > bytes.length
      ? `Only the first ${STORED_BYTES_MAX} of ${stored.length} bytes were read.`
      : null;
  const raw = { bytes, compressed: false, reason: cutReason };
  if (!hasZlibHeader(bytes)) return raw;
  try {
    return {
      bytes: inflateSync(bytes, { maxOutputLength: INFLATED_BYTES_MAX }),
      compressed: true,
      reason: cutReason,
    };
  } catch (error) {
    const tooLarge = isCode(error, "ERR_BUFFER_TOO_LARGE");
    const found = tooLarge || bytes[0] === PYTHON_ZLIB ? salvage(bytes, tooLarge) : null;
    if (found === null) return raw;
    const reason = tooLarge
      ? `Unpacked it exceeds ${INFLATED_BYTES_MAX} bytes; only its beginning was read.`
      : "The compressed bytes are cut or damaged; only their beginning was read.";
    return { bytes: found, compressed: true, reason: cutReason ?? reason };
  }
}

/** A job's function name stands at the very beginning; so much holds it, compressed or not. */
const HEAD_BYTES = 1_024;
const HEAD_INFLATED_BYTES = 2_048;

/** The first bytes of the serializer's output, for lists: some tens of microseconds, whatever the field's size. */
export function inflateHead(stored: Buffer): Buffer {
  const head = stored.subarray(0, HEAD_BYTES);
  const bytes = (hasZlibHeader(head) ? inflatePrefix(head) : null) ?? head;
  return bytes.subarray(0, HEAD_INFLATED_BYTES);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
