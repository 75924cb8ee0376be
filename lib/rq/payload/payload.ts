/**
 * What a job's bytes say, found out from the bytes alone: RQ stores no word on the serializer. Pickle and JSON are
 * read into inert values; everything else is text or bytes, with the reason.
 */
import type { Payload, ValueNode } from "../../api/schemas/jobs";
import { bytesNode, utf8Node } from "./atoms";
import { flatten } from "./flatten";
import { readJson } from "./json";
import { HEX_BYTES_MAX, INFLATED_BYTES_MAX, startBudget } from "./limits";
import { unpickle } from "./pickle";

const PROTO = 0x80;
const STOP = 0x2e;
const OPEN = 0x28;
const JSON_START = /^[\s[{"\-\dtfnNI]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells bytes from text
const CONTROL = /[\0-\x08\x0e-\x1f]/;

/** Text behind the bytes; null when they are not UTF-8. The last character may be missing from a cut input. */
function utf8(bytes: Buffer, isCut: boolean): string | null {
  try {
    // A new decoder each time: one that streams keeps the rest of a cut character.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return null;
  }
}

type Read = Pick<Payload, "encoding" | "detail" | "reason"> & { value: ValueNode };

function asPickle(bytes: Buffer): Read {
  const { value, protocol, reason } = unpickle(bytes, startBudget());
  if (value === null) return asBytes(bytes, reason ?? "The pickle holds nothing.");
  return { encoding: "pickle", detail: `protocol ${protocol}`, value, reason };
}

/** Protocols 0 and 1 have no header. Bytes are taken for one when it reads to its end, or begins as a call does. */
function asOldPickle(bytes: Buffer, isCut: boolean): Read | null {
  const { value, reason, read } = unpickle(bytes, startBudget());
  if (value === null) return null;
  const isWhole = reason === null && read === bytes.length;
  const isCall =
    bytes[0] === OPEN && (isCut || reason !== null) && value.t === "tuple" && value.items[0]?.t === "str";
  return isWhole || isCall ? { encoding: "pickle", detail: "protocol 0 or 1", value, reason } : null;
}

function asJson(text: string, isCut: boolean): Read | null {
  if (!JSON_START.test(text)) return null;
  const { value, reason, isJson } = readJson(text, startBudget());
  if (value === null || !(isJson || isCut)) return null;
  return { encoding: "json", detail: null, value, reason };
}

function asBytes(bytes: Buffer, reason: string): Read {
  return { encoding: "bytes", detail: null, value: bytesNode(bytes), reason };
}

function read(bytes: Buffer, isCut: boolean): Read {
  if (bytes[0] === PROTO) return asPickle(bytes);
  const text = utf8(bytes, isCut);
  const json = text === null ? null : asJson(text, isCut);
  if (json !== null) return json;
  if (isCut || bytes.at(-1) === STOP || bytes[0] === OPEN) {
    const pickle = asOldPickle(bytes, isCut);
    if (pickle !== null) return pickle;
  }
  if (text === null || CONTROL.test(text)) {
    return asBytes(bytes, "Neither pickle, JSON nor text: another serializer, encrypted, or damaged.");
  }
  return { encoding: "text", detail: null, value: utf8Node(bytes), reason: null };
}

/**
 * Reads serializer bytes and keeps sharing and cycles, for callers that take the value apart.
 * @param cutReason why `bytes` are only the beginning, or null
 */
export function decode(bytes: Buffer, cutReason: string | null): Payload {
  const size = bytes.length;
  if (size === 0)
    return { encoding: "absent", detail: null, size, truncated: false, reason: null, value: null };
  const input = bytes.subarray(0, INFLATED_BYTES_MAX);
  const cut =
    cutReason ?? (input.length < size ? `Only the first ${input.length} of ${size} bytes were read.` : null);
  const found = read(input, cut !== null);
  const { value, reason } = flatten(found.value);
  const shown = found.encoding === "bytes" && size > HEX_BYTES_MAX;
  const why = cut ?? found.reason ?? reason;
  return {
    encoding: found.encoding,
    detail: found.detail,
    size,
    truncated:
      shown || cut !== null || reason !== null || (found.reason !== null && found.encoding !== "bytes"),
    reason: why,
    value,
  };
}

/**
 * Reads what a serializer wrote and Redis holds as it is: `meta`, a result's `return_value` (after base64), the
 * hash's `result`. Nothing is executed. Never throws; under 50 ms and 10,000 values whatever the bytes.
 */
export function decodePayload(bytes: Buffer): Payload {
  return decode(bytes, null);
}
