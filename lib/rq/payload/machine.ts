/** The state of a pickle's stack machine, and how opcodes read their arguments and move values. */
import type { ValueNode } from "../../api/schemas/jobs";
import { LEFT_OUT } from "./atoms";
import { type Budget, Unreadable, WORKING_NODES_MAX } from "./limits";

export interface Machine {
  readonly bytes: Buffer;
  readonly budget: Budget;
  at: number;
  protocol: number;
  stack: ValueNode[];
  /** Heights of the stack at each open MARK. */
  marks: number[];
  memo: Map<number, ValueNode>;
}

export const damaged = (what: string) => new Unreadable(`The pickle is damaged: ${what}.`);

/** Moves past `length` bytes and gives where they begin. */
export function skip(m: Machine, length: number): number {
  const start = m.at;
  if (length > m.bytes.length - start) throw damaged("it ends early");
  m.at = start + length;
  return start;
}

export function take(m: Machine, length: number): Buffer {
  m.budget.spend(length >> 6);
  const start = skip(m, length);
  return m.bytes.subarray(start, m.at);
}

export const uint8 = (m: Machine) => m.bytes.readUInt8(skip(m, 1));
export const uint16 = (m: Machine) => m.bytes.readUInt16LE(skip(m, 2));
export const int32 = (m: Machine) => m.bytes.readInt32LE(skip(m, 4));
export const uint32 = (m: Machine) => m.bytes.readUInt32LE(skip(m, 4));

/** An 8-byte length; one beyond what a number can hold is beyond the input too. */
export function uint64(m: Machine): number {
  const low = uint32(m);
  return uint32(m) * 2 ** 32 + low;
}

/** Argument of a text opcode, without its newline. */
export function line(m: Machine): Buffer {
  const end = m.bytes.indexOf(0x0a, m.at);
  if (end < 0) throw damaged("it ends early");
  const found = take(m, end - m.at);
  m.at += 1;
  return found;
}

export const asciiLine = (m: Machine) => line(m).toString("latin1").trim();

export function push(m: Machine, node: ValueNode): void {
  if (m.stack.length >= WORKING_NODES_MAX) throw new Unreadable("The pickle is too complex to be shown.");
  m.stack.push(node);
}

/** Pushes a new value, made only when the budget has room for it. */
export function pushNew(m: Machine, make: () => ValueNode): void {
  push(m, m.budget.node() ? make() : LEFT_OUT);
}

export function pop(m: Machine): ValueNode {
  const floor = m.marks.at(-1) ?? 0;
  const node = m.stack.length > floor ? m.stack.pop() : undefined;
  if (node === undefined) throw damaged("it takes more values than it made");
  return node;
}

export function top(m: Machine): ValueNode {
  const node = m.stack.at(-1);
  if (node === undefined || m.stack.length <= (m.marks.at(-1) ?? 0)) {
    throw damaged("it takes more values than it made");
  }
  return node;
}

export function pushMark(m: Machine): void {
  if (m.marks.length >= WORKING_NODES_MAX) throw new Unreadable("The pickle is too complex to be shown.");
  m.marks.push(m.stack.length);
}

/** The values above the last MARK, and the MARK itself, leave the stack. */
export function popMark(m: Machine): ValueNode[] {
  const height = m.marks.pop();
  if (height === undefined) throw damaged("a mark is missing");
  const values = m.stack.splice(height);
  m.budget.spend(values.length);
  return values;
}

/** What Python's `memo[n] = value` does. Values that were left out still take their number. */
export function remember(m: Machine, index: number): void {
  if (m.memo.size >= WORKING_NODES_MAX) throw new Unreadable("The pickle is too complex to be shown.");
  m.memo.set(index, top(m));
}

export function recall(m: Machine, index: number): void {
  const node = m.memo.get(index);
  if (node === undefined) throw damaged("it refers to a value that it did not make");
  push(m, node);
}
