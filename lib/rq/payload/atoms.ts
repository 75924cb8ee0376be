/** Leaves of the tree of values: text, bytes and numbers, bounded and exact. */
import type { ValueNode } from "../../api/schemas/jobs";
import { HEX_BYTES_MAX, INT_BYTES_MAX, INT_DIGITS_MAX, TEXT_CHARS_MAX } from "./limits";

/** Stands for a value that was read but not kept. Compared by identity, never shown. */
export const LEFT_OUT: ValueNode = { t: "opaque", why: "left out" };
export const NULL: ValueNode = { t: "null" };
export const TRUE: ValueNode = { t: "bool", v: true };
export const FALSE: ValueNode = { t: "bool", v: false };

const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;

/** UTF-8 bytes → text; `cut` counts the characters (code points) left out. */
export function utf8Node(bytes: Buffer): ValueNode {
  if (bytes.length <= TEXT_CHARS_MAX) return { t: "str", v: bytes.toString("utf8") };
  let end = TEXT_CHARS_MAX;
  while (end > TEXT_CHARS_MAX - 4 && isContinuation(bytes[end])) end -= 1;
  let cut = 0;
  for (let at = end; at < bytes.length; at += 1) if (!isContinuation(bytes[at])) cut += 1;
  return { t: "str", v: bytes.toString("utf8", 0, end), cut };
}

export function textNode(text: string): ValueNode {
  return text.length <= TEXT_CHARS_MAX
    ? { t: "str", v: text }
    : { t: "str", v: text.slice(0, TEXT_CHARS_MAX), cut: text.length - TEXT_CHARS_MAX };
}

export function bytesNode(bytes: Buffer, size = bytes.length): ValueNode {
  return { t: "bytes", hex: bytes.toString("hex", 0, HEX_BYTES_MAX), size };
}

export const intNode = (value: number): ValueNode => ({ t: "int", v: String(value) });

/** Python's little-endian two's complement of any length; no bytes at all is zero. */
export function longNode(bytes: Buffer): ValueNode {
  if (bytes.length > INT_BYTES_MAX) return { t: "opaque", why: `an integer of ${bytes.length} bytes` };
  if (bytes.length === 0) return intNode(0);
  const bits = BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`));
  return { t: "int", v: bits.toString() };
}

/** Decimal digits, exact at any length up to the cap. */
export function digitsNode(digits: string): ValueNode {
  if (digits.length > INT_DIGITS_MAX) return { t: "opaque", why: `an integer of ${digits.length} digits` };
  return { t: "int", v: digits };
}

/** A double in Python's words: `1.0`, `-0.0`, `nan`, `inf`. Reading the text gives the same double. */
export function floatNode(value: number): ValueNode {
  if (Number.isNaN(value)) return { t: "float", v: "nan" };
  if (!Number.isFinite(value)) return { t: "float", v: value > 0 ? "inf" : "-inf" };
  const text = Object.is(value, -0) ? "-0" : String(value);
  return { t: "float", v: /[.e]/.test(text) ? text : `${text}.0` };
}
