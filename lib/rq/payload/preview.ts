import type { Call, ValueNode } from "../../api/schemas/jobs";

interface Line {
  text: string;
  readonly max: number;
}

const isFull = (line: Line) => line.text.length > line.max;
const put = (line: Line, text: string) => {
  if (!isFull(line)) line.text += text.slice(0, line.max + 1 - line.text.length);
};

const NAMED: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'" };

/** Marks for what would not be seen or would reorder the line: control, bidi, zero-width, unassigned. */
function escaped(text: string): string {
  return text.replace(
    /[\p{C}\u2028\u2029\\']/gu,
    (char) => NAMED[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

function join(line: Line, items: readonly ValueNode[], cut: number | undefined): void {
  for (const [index, item] of items.entries()) {
    if (isFull(line)) return;
    if (index > 0) put(line, ", ");
    write(line, item);
  }
  if (cut !== undefined) put(line, items.length > 0 ? ", …" : "…");
}

const BRACKETS = {
  list: ["[", "]"],
  tuple: ["(", ")"],
  set: ["{", "}"],
  frozenset: ["frozenset({", "})"],
} as const;

function writeEntries(line: Line, node: Extract<ValueNode, { t: "dict" }>): void {
  put(line, "{");
  for (const [index, [key, value]] of node.entries.entries()) {
    if (isFull(line)) return;
    if (index > 0) put(line, ", ");
    write(line, key);
    put(line, ": ");
    write(line, value);
  }
  put(line, node.cut === undefined ? "}" : ", …}");
}

function writeObject(line: Line, node: Extract<ValueNode, { t: "object" }>): void {
  put(line, `${escaped(node.cls.slice(node.cls.lastIndexOf(".") + 1))}(`);
  if (node.text === undefined) join(line, [...node.args, ...(node.items ?? [])], node.cut);
  else put(line, escaped(node.text));
  put(line, node.state === undefined || node.text !== undefined ? ")" : ", …)");
}

/** Values that hold no others. */
function leafText(
  node: Exclude<ValueNode, { items: unknown } | { t: "dict" | "object" }>,
  max: number,
): string {
  switch (node.t) {
    case "null":
      return "None";
    case "bool":
      return node.v ? "True" : "False";
    case "int":
    case "float":
      return node.v;
    case "str":
      return `'${escaped(node.v.slice(0, max))}${node.cut === undefined ? "" : "…"}'`;
    case "bytes":
      return `<${node.size} bytes>`;
    case "global":
      return escaped(node.name);
    case "ref":
      return "↑";
    case "opaque":
      return `<${escaped(node.why)}>`;
  }
}

function write(line: Line, node: ValueNode): void {
  if (isFull(line)) return;
  if (node.t === "dict") writeEntries(line, node);
  else if (node.t === "object") writeObject(line, node);
  else if ("items" in node) {
    const [open, close] = BRACKETS[node.t];
    put(line, open);
    join(line, node.items, node.cut);
    put(line, node.t === "tuple" && node.items.length === 1 ? ",)" : close);
  } else put(line, leafText(node, line.max));
}

/**
 * One short line of a value, or of a call with its arguments, much as Python would print it; for lists and texts.
 * Characters that cannot be seen are written out. Cost grows with `maxChars`, not with the value.
 * @returns at most `maxChars` characters; the last is `…` when something did not fit
 */
export function previewOf(what: Call | ValueNode, maxChars: number): string {
  const line: Line = { text: "", max: maxChars };
  if ("t" in what) write(line, what);
  else {
    put(line, `${what.func_name === null ? "?" : escaped(what.func_name)}(`);
    join(line, what.args, undefined);
    for (const [index, [key, value]] of what.kwargs.entries()) {
      if (isFull(line)) break;
      put(line, `${index > 0 || what.args.length > 0 ? ", " : ""}${escaped(key)}=`);
      write(line, value);
    }
    put(line, ")");
  }
  return isFull(line) ? `${line.text.slice(0, maxChars - 1)}…` : line.text;
}
