/**
 * JSON as Python writes it (NaN and Infinity too), read into inert values. Our own reader, as JSON.parse rounds big
 * integers, refuses NaN, makes objects with keys that payloads choose, and gives nothing for a cut text.
 */
import type { ValueNode } from "../../api/schemas/jobs";
import { digitsNode, FALSE, LEFT_OUT, NULL, TRUE, textNode } from "./atoms";
import { type Budget, DEPTH_MAX, ITEMS_MAX, OutOfTime, Unreadable } from "./limits";

interface Reader {
  readonly text: string;
  readonly budget: Budget;
  at: number;
}

const bad = (reader: Reader) =>
  new Unreadable(
    reader.at >= reader.text.length
      ? "The JSON text ends early."
      : `The text is no JSON from character ${reader.at} on.`,
  );

const BLANK = new Set([" ", "\t", "\n", "\r"]);
function skipBlank(reader: Reader): void {
  while (BLANK.has(reader.text[reader.at] ?? "")) reader.at += 1;
  reader.budget.spend(1);
}

/** Position after a string's closing quote; `at` stands on the opening one. */
function stringEnd(reader: Reader): number {
  for (let at = reader.at + 1; ; ) {
    const quote = reader.text.indexOf('"', at);
    if (quote < 0) {
      reader.at = reader.text.length;
      throw bad(reader);
    }
    let slashes = 0;
    while (reader.text[quote - 1 - slashes] === "\\" && quote - 1 - slashes > reader.at) slashes += 1;
    reader.budget.spend(slashes + 1);
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function string(reader: Reader): string {
  const end = stringEnd(reader);
  const raw = reader.text.slice(reader.at, end);
  reader.budget.spend(raw.length >> 4);
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    // A wrong escape or a bare control character: the same answer as for any other wrong character.
    throw bad(reader);
  }
  reader.at = end;
  return String(value);
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORDS: [string, ValueNode][] = [
  ["null", NULL],
  ["true", TRUE],
  ["false", FALSE],
  ["NaN", { t: "float", v: "nan" }],
  ["Infinity", { t: "float", v: "inf" }],
  ["-Infinity", { t: "float", v: "-inf" }],
];

function scalar(reader: Reader): ValueNode {
  for (const [word, node] of WORDS) {
    if (reader.text.startsWith(word, reader.at)) {
      reader.at += word.length;
      return node;
    }
  }
  NUMBER.lastIndex = reader.at;
  const found = NUMBER.exec(reader.text);
  if (found === null) throw bad(reader);
  const [digits, fraction, exponent] = found;
  reader.budget.spend(digits.length >> 4);
  reader.at += digits.length;
  if (fraction === undefined && exponent === undefined) return digitsNode(digits);
  return digits.length > 400
    ? { t: "opaque", why: `a number of ${digits.length} digits` }
    : { t: "float", v: digits };
}

/** Moves past one value without keeping it and without recursion, whatever its depth. */
function skipValue(reader: Reader): void {
  let depth = 0;
  do {
    skipBlank(reader);
    const next = reader.text[reader.at];
    if (next === "[" || next === "{") {
      depth += 1;
      reader.at += 1;
    } else if (next === "]" || next === "}") {
      if (depth === 0) throw bad(reader);
      depth -= 1;
      reader.at += 1;
    } else if (next === '"') reader.at = stringEnd(reader);
    else if (depth > 0 && (next === "," || next === ":")) reader.at += 1;
    else scalar(reader);
  } while (depth > 0);
}

/** Reads one value and hands it on; containers before they are filled, so that a broken text leaves its beginning. */
function value(reader: Reader, depth: number, attach: (node: ValueNode) => void): void {
  skipBlank(reader);
  const next = reader.text[reader.at];
  if (!reader.budget.node()) {
    skipValue(reader);
    attach(LEFT_OUT);
  } else if (next === '"') attach(textNode(string(reader)));
  else if (next !== "[" && next !== "{") attach(scalar(reader));
  else if (depth >= DEPTH_MAX) {
    skipValue(reader);
    attach({ t: "opaque", why: `nested deeper than ${DEPTH_MAX}` });
  } else if (next === "[") array(reader, depth + 1, attach);
  else object(reader, depth + 1, attach);
}

/** Calls `read` for each member, up to the closing bracket; `at` stands on the opening one. */
function members(reader: Reader, close: string, read: () => void): void {
  reader.at += 1;
  skipBlank(reader);
  if (reader.text[reader.at] === close) {
    reader.at += 1;
    return;
  }
  for (;;) {
    read();
    skipBlank(reader);
    const next = reader.text[reader.at];
    if (next !== "," && next !== close) throw bad(reader);
    reader.at += 1;
    if (next === close) return;
  }
}

function array(reader: Reader, depth: number, attach: (node: ValueNode) => void): void {
  const items: ValueNode[] = [];
  const node: ValueNode = { t: "list", items };
  attach(node);
  const add = (item: ValueNode) => {
    if (item === LEFT_OUT) node.cut = (node.cut ?? 0) + 1;
    else items.push(item);
  };
  members(reader, "]", () => {
    if (items.length < ITEMS_MAX) {
      value(reader, depth, add);
      return;
    }
    skipValue(reader);
    add(LEFT_OUT);
  });
}

function object(reader: Reader, depth: number, attach: (node: ValueNode) => void): void {
  const entries: [ValueNode, ValueNode][] = [];
  const node: ValueNode = { t: "dict", entries };
  attach(node);
  members(reader, "}", () => {
    skipBlank(reader);
    if (reader.text[reader.at] !== '"') throw bad(reader);
    const key = textNode(string(reader));
    skipBlank(reader);
    if (reader.text[reader.at] !== ":") throw bad(reader);
    reader.at += 1;
    const add = (item: ValueNode) => {
      if (item === LEFT_OUT) node.cut = (node.cut ?? 0) + 1;
      else entries.push([key, item]);
    };
    if (entries.length < ITEMS_MAX) {
      value(reader, depth, add);
      return;
    }
    skipValue(reader);
    add(LEFT_OUT);
  });
}

export interface ReadJson {
  /** What was read, even when the text broke. */
  value: ValueNode | null;
  /** Why reading ended early; null when it did not. */
  reason: string | null;
  /** False when the text is not JSON, as far as it was read. */
  isJson: boolean;
}

/** Reads one JSON text. Never throws; linear cost within the budget. */
export function readJson(text: string, budget: Budget): ReadJson {
  const reader: Reader = { text, budget, at: 0 };
  let root: ValueNode | null = null;
  try {
    value(reader, 0, (node) => {
      root = node;
    });
    skipBlank(reader);
    if (reader.at < text.length) throw bad(reader);
    return { value: root, reason: null, isJson: true };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { value: root, reason: error.message, isJson: error instanceof OutOfTime };
  }
}
