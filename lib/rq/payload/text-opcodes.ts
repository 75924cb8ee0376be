/** Text as the opcodes of pickle protocol 0 write it. */
import type { ValueNode } from "../../api/schemas/jobs";
import { textNode } from "./atoms";
import { Unreadable } from "./limits";

/** The latin-1 text with `\uXXXX` and `\UXXXXXXXX` of Python's raw-unicode-code. */
export function rawUnicodeEscape(raw: Buffer): ValueNode {
  const text = raw
    .toString("latin1")
    .replace(/\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})/g, (whole, short, long) => {
      const code = Number.parseInt(short ?? long, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
  return textNode(text);
}

const SIMPLE: Record<string, number> = {
  n: 10,
  r: 13,
  t: 9,
  "\\": 92,
  "'": 39,
  '"': 34,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
};

/** The bytes behind Python 2's `repr` of a str: `'abc\n\xff'`. */
export function quotedText(raw: Buffer): Buffer {
  const text = raw.toString("latin1").trim();
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text.at(-1) !== quote) {
    throw new Unreadable("The pickle is damaged: a text has no quotes.");
  }
  const plain = text.slice(1, -1).replace(/\\(x[\da-f]{2}|[0-7]{1,3}|[\s\S])/gi, (whole, code: string) => {
    if (/^x/i.test(code) && code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
    const simple = SIMPLE[code];
    return simple === undefined ? whole : String.fromCharCode(simple);
  });
  return Buffer.from(plain, "latin1");
}
