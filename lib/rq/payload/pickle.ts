/**
 * Pickle (protocols 0–5) read as a stack machine that makes inert values only. Nothing is imported, called or
 * built: what Python would call becomes a `global` or an `object` that is shown. Opcodes and their meaning:
 * CPython, Lib/pickletools.py.
 */
import type { ValueNode } from "../../api/schemas/jobs";
import {
  bytesNode,
  digitsNode,
  FALSE,
  floatNode,
  intNode,
  LEFT_OUT,
  longNode,
  NULL,
  TRUE,
  utf8Node,
} from "./atoms";
import { append, dict, sequence, setItems } from "./containers";
import { type Budget, ITEMS_MAX, Unreadable } from "./limits";
import {
  asciiLine,
  damaged,
  int32,
  line,
  type Machine,
  pop,
  popMark,
  push,
  pushMark,
  pushNew,
  recall,
  remember,
  skip,
  take,
  top,
  uint8,
  uint16,
  uint32,
  uint64,
} from "./machine";
import { classOf, reduce } from "./objects";
import { quotedText, rawUnicodeEscape } from "./text-opcodes";

export interface Unpickled {
  /** The value; when reading ended early, what lay on the stack, as a tuple. Null when nothing was read. */
  value: ValueNode | null;
  protocol: number;
  /** Why reading ended before STOP; null when it did not. */
  reason: string | null;
  /** Bytes up to and including STOP, or to where reading ended. */
  read: number;
}

const itemsOf = (node: ValueNode): ValueNode[] => ("items" in node ? (node.items ?? []) : [node]);

/** NEWOBJ and its kin: the class and the arguments that Python would call it with. */
function construct(m: Machine, cls: ValueNode, args: readonly ValueNode[]): void {
  pushNew(m, () => {
    const node: ValueNode = { t: "object", cls: classOf(cls), args: args.slice(0, ITEMS_MAX) };
    if (args.length > ITEMS_MAX) node.cut = args.length - ITEMS_MAX;
    return node;
  });
}

/** BUILD: the state that Python would give to the object. */
function build(m: Machine): void {
  const state = pop(m);
  const target = top(m);
  if (target.t === "object") target.state = state;
  else if (target !== LEFT_OUT && target.t !== "opaque") throw damaged("it gives a state to a plain value");
}

function integerLine(m: Machine): void {
  const text = asciiLine(m).replace(/L$/, "");
  if (!/^[+-]?\d+$/.test(text)) throw damaged("an integer is not one");
  pushNew(m, () => digitsNode(text.replace(/^\+/, "").replace(/^(-?)0+(?=\d)/, "$1")));
}

function floatLine(m: Machine): void {
  const text = asciiLine(m).toLowerCase();
  if (!/^[+-]?(inf|nan|[\d.]{1,400}(e[+-]?\d{1,4})?)$/.test(text)) throw damaged("a number is not one");
  const value = text.endsWith("inf")
    ? Number(text.replace("inf", "Infinity"))
    : text.endsWith("nan")
      ? Number.NaN
      : Number(text);
  pushNew(m, () => floatNode(value));
}

/** I01 and I00 are how old protocols write True and False. */
function intLine(m: Machine): void {
  const two = m.bytes.toString("latin1", m.at, m.at + 3);
  if (two === "00\n" || two === "01\n") {
    m.at += 3;
    push(m, two === "01\n" ? TRUE : FALSE);
  } else integerLine(m);
}

function longBytes(m: Machine, length: number): void {
  if (length < 0) throw damaged("a length is negative");
  const raw = take(m, length);
  m.budget.spend(length);
  pushNew(m, () => longNode(raw));
}

const utf8 = (m: Machine, length: number) => {
  const raw = take(m, length);
  pushNew(m, () => utf8Node(raw));
};
const bytes = (m: Machine, length: number) => {
  if (length < 0) throw damaged("a length is negative");
  const raw = take(m, length);
  pushNew(m, () => bytesNode(raw));
};
/** Python 2's `str`: text where it is UTF-8, else bytes. */
const oldString = (m: Machine, raw: Buffer) => {
  pushNew(m, () => (Buffer.from(raw.toString("utf8")).equals(raw) ? utf8Node(raw) : bytesNode(raw)));
};

const opaque = (m: Machine, why: string) => pushNew(m, () => ({ t: "opaque", why }));
const global = (m: Machine, module: string, name: string) =>
  pushNew(m, () => ({ t: "global", name: `${module}.${name}`.slice(0, 500) }));

/** Name part of STACK_GLOBAL: text, or what takes its place in a hostile pickle. */
const nameText = (node: ValueNode) => (node.t === "str" ? node.v : "?");

function stackGlobal(m: Machine): void {
  const name = nameText(pop(m));
  global(m, nameText(pop(m)), name);
}

function tuple(m: Machine, length: number): void {
  const values: ValueNode[] = [];
  for (let at = 0; at < length; at += 1) values.unshift(pop(m));
  pushNew(m, () => sequence("tuple", values));
}

function fromMark(m: Machine, make: (values: ValueNode[]) => ValueNode): void {
  const values = popMark(m);
  pushNew(m, () => make(values));
}

function popOrMark(m: Machine): void {
  if (m.marks.length > 0 && m.marks.at(-1) === m.stack.length) m.marks.pop();
  else pop(m);
}

const OPCODES: Record<string, (m: Machine) => void> = {
  // Constants and numbers
  N: (m) => push(m, NULL),
  "\x88": (m) => push(m, TRUE),
  "\x89": (m) => push(m, FALSE),
  I: intLine,
  L: integerLine,
  F: floatLine,
  J: (m) => {
    const value = int32(m);
    pushNew(m, () => intNode(value));
  },
  K: (m) => {
    const value = uint8(m);
    pushNew(m, () => intNode(value));
  },
  M: (m) => {
    const value = uint16(m);
    pushNew(m, () => intNode(value));
  },
  G: (m) => {
    const value = m.bytes.readDoubleBE(skip(m, 8));
    pushNew(m, () => floatNode(value));
  },
  "\x8a": (m) => longBytes(m, uint8(m)),
  "\x8b": (m) => longBytes(m, int32(m)),
  // Text and bytes
  S: (m) => oldString(m, quotedText(line(m))),
  T: (m) => {
    const length = int32(m);
    if (length < 0) throw damaged("a length is negative");
    oldString(m, take(m, length));
  },
  U: (m) => oldString(m, take(m, uint8(m))),
  V: (m) => {
    const raw = line(m);
    pushNew(m, () => rawUnicodeEscape(raw));
  },
  X: (m) => utf8(m, uint32(m)),
  "\x8c": (m) => utf8(m, uint8(m)),
  "\x8d": (m) => utf8(m, uint64(m)),
  B: (m) => bytes(m, uint32(m)),
  C: (m) => bytes(m, uint8(m)),
  "\x8e": (m) => bytes(m, uint64(m)),
  "\x96": (m) => bytes(m, uint64(m)),
  // Containers
  ")": (m) => pushNew(m, () => sequence("tuple", [])),
  t: (m) => fromMark(m, (values) => sequence("tuple", values)),
  "\x85": (m) => tuple(m, 1),
  "\x86": (m) => tuple(m, 2),
  "\x87": (m) => tuple(m, 3),
  "]": (m) => pushNew(m, () => sequence("list", [])),
  l: (m) => fromMark(m, (values) => sequence("list", values)),
  a: (m) => {
    const value = pop(m);
    append(top(m), [value]);
  },
  e: (m) => {
    const values = popMark(m);
    append(top(m), values);
  },
  "}": (m) => pushNew(m, () => dict([])),
  d: (m) => fromMark(m, dict),
  s: (m) => {
    const value = pop(m);
    const key = pop(m);
    setItems(top(m), [key, value]);
  },
  u: (m) => {
    const values = popMark(m);
    setItems(top(m), values);
  },
  "\x8f": (m) => pushNew(m, () => sequence("set", [])),
  "\x90": (m) => {
    const values = popMark(m);
    append(top(m), values);
  },
  "\x91": (m) => fromMark(m, (values) => sequence("frozenset", values)),
  // Stack and memo
  "\x80": (m) => {
    m.protocol = uint8(m);
    if (m.protocol > 5) throw new Unreadable(`Pickle protocol ${m.protocol} is not known.`);
  },
  "\x95": (m) => {
    skip(m, 8);
  },
  "(": pushMark,
  "0": popOrMark,
  "1": (m) => {
    popMark(m);
  },
  "2": (m) => push(m, top(m)),
  p: (m) => {
    const index = asciiLine(m);
    if (!/^\d{1,15}$/.test(index)) throw damaged("a reference is no number");
    remember(m, Number(index));
  },
  q: (m) => remember(m, uint8(m)),
  r: (m) => remember(m, uint32(m)),
  "\x94": (m) => remember(m, m.memo.size),
  g: (m) => {
    const index = asciiLine(m);
    if (!/^\d{1,15}$/.test(index)) throw damaged("a reference is no number");
    recall(m, Number(index));
  },
  h: (m) => recall(m, uint8(m)),
  j: (m) => recall(m, uint32(m)),
  // What Python would import, call or build
  c: (m) => {
    const module = line(m).toString("utf8");
    global(m, module, line(m).toString("utf8"));
  },
  "\x93": stackGlobal,
  R: (m) => {
    const args = pop(m);
    const callable = pop(m);
    pushNew(m, () => reduce(callable, itemsOf(args)));
  },
  "\x81": (m) => {
    const args = pop(m);
    construct(m, pop(m), itemsOf(args));
  },
  "\x92": (m) => {
    const kwargs = pop(m);
    const args = pop(m);
    const named = kwargs.t === "dict" && kwargs.entries.length === 0 ? [] : [kwargs];
    construct(m, pop(m), [...itemsOf(args), ...named]);
  },
  i: (m) => {
    const module = line(m).toString("utf8");
    const name = line(m).toString("utf8");
    construct(m, { t: "global", name: `${module}.${name}`.slice(0, 500) }, popMark(m));
  },
  o: (m) => {
    const [cls = LEFT_OUT, ...args] = popMark(m);
    construct(m, cls, args);
  },
  b: build,
  "\x82": (m) => opaque(m, `extension ${uint8(m)}`),
  "\x83": (m) => opaque(m, `extension ${uint16(m)}`),
  "\x84": (m) => opaque(m, `extension ${int32(m)}`),
  P: (m) => {
    const id = asciiLine(m).slice(0, 100);
    opaque(m, `persistent object ${id}`);
  },
  Q: (m) => {
    pop(m);
    opaque(m, "persistent object");
  },
  "\x97": (m) => opaque(m, "a buffer kept outside the pickle"),
  "\x98": (m) => {
    top(m);
  },
};

const HANDLERS: (((m: Machine) => void) | undefined)[] = Array.from(
  { length: 256 },
  (_, code) => OPCODES[String.fromCharCode(code)],
);
const STOP = 0x2e;

/** What lies on the stack when reading ends early: open containers closed, the outermost values as one tuple. */
function gather(m: Machine): ValueNode | null {
  while (m.marks.length > 1) {
    const values = m.stack.splice(m.marks.pop() ?? 0);
    const target = m.stack.at(-1);
    if (target !== undefined && m.stack.length > (m.marks.at(-1) ?? 0) && accepts(target, values)) continue;
    if (values.length > 0) m.stack.push(sequence("tuple", values));
  }
  const values = m.stack.filter((node) => node !== LEFT_OUT);
  if (values.length === 0) return null;
  return values.length === 1 && m.marks.length === 0 ? (values[0] ?? null) : sequence("tuple", values);
}

function accepts(target: ValueNode, values: ValueNode[]): boolean {
  if (target.t === "dict") setItems(target, values.length % 2 === 0 ? values : values.slice(0, -1));
  else if (target.t === "list" || target.t === "set") append(target, values);
  else return false;
  return true;
}

/**
 * Reads one pickle. Shared values and cycles stay shared in the answer, which is therefore a graph: give it to
 * {@link flatten} before anything walks it. Never throws; cost is linear and within the budget.
 */
export function unpickle(input: Buffer, budget: Budget): Unpickled {
  const m: Machine = { bytes: input, budget, at: 0, protocol: 0, stack: [], marks: [], memo: new Map() };
  try {
    for (;;) {
      const code = uint8(m);
      if (code === STOP) return { value: pop(m), protocol: m.protocol, reason: null, read: m.at };
      const run = HANDLERS[code];
      if (run === undefined) throw damaged(`byte ${m.at - 1} is no opcode`);
      m.budget.spend(1);
      run(m);
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { value: gather(m), protocol: m.protocol, reason: error.message, read: m.at };
  }
}
