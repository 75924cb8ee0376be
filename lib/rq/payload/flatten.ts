import type { ValueNode } from "../../api/schemas/jobs";
import { LEFT_OUT } from "./atoms";
import { ALL_TEXT_CHARS_MAX, DEPTH_MAX, ITEMS_MAX, NODES_MAX } from "./limits";
import { describe } from "./objects";

type Shared = Extract<ValueNode, { id?: number }>;

interface Flattener {
  nodes: number;
  chars: number;
  seen: Map<ValueNode, Shared>;
  ids: number;
  reason: string | null;
}

/** Keeps what fits; the others are counted as cut. */
function keep(f: Flattener, items: readonly ValueNode[], depth: number): { kept: ValueNode[]; cut: number } {
  const kept: ValueNode[] = [];
  for (const item of items.slice(0, ITEMS_MAX)) {
    const node = visit(f, item, depth);
    if (node === null) break;
    kept.push(node);
  }
  return { kept, cut: items.length - kept.length };
}

function short(f: Flattener, reason: string): void {
  f.reason ??= reason;
}

function setCut(f: Flattener, node: { cut?: number }, cut: number): void {
  if (cut === 0) return;
  node.cut = cut;
  short(f, "Too many values to be shown; each place says how many are left out.");
}

function text(f: Flattener, node: Extract<ValueNode, { t: "str" }>): ValueNode {
  const room = Math.max(0, ALL_TEXT_CHARS_MAX - f.chars);
  const shown = node.v.slice(0, room);
  f.chars += shown.length;
  const cut = (node.cut ?? 0) + node.v.length - shown.length;
  if (cut === 0) return node;
  short(f, "Long text was cut.");
  return { t: "str", v: shown, cut };
}

function object(f: Flattener, from: Extract<ValueNode, { t: "object" }>, depth: number): Shared {
  const node: Extract<ValueNode, { t: "object" }> = { t: "object", cls: from.cls, args: [] };
  f.seen.set(from, node);
  const said = describe(from);
  if (said !== null) node.text = said;
  const args = keep(f, from.args, depth);
  node.args = args.kept;
  const state = from.state === undefined ? null : visit(f, from.state, depth);
  if (state !== null) node.state = state;
  const items = from.items === undefined ? null : keep(f, from.items, depth);
  if (items !== null) node.items = items.kept;
  setCut(f, node, (from.cut ?? 0) + args.cut + (items?.cut ?? 0));
  return node;
}

function dict(f: Flattener, from: Extract<ValueNode, { t: "dict" }>, depth: number): Shared {
  const node: Extract<ValueNode, { t: "dict" }> = { t: "dict", entries: [] };
  f.seen.set(from, node);
  for (const [key, value] of from.entries.slice(0, ITEMS_MAX)) {
    const shownKey = visit(f, key, depth);
    const shownValue = shownKey === null ? null : visit(f, value, depth);
    if (shownKey === null || shownValue === null) break;
    node.entries.push([shownKey, shownValue]);
  }
  setCut(f, node, (from.cut ?? 0) + from.entries.length - node.entries.length);
  return node;
}

function visit(f: Flattener, from: ValueNode, depth: number): ValueNode | null {
  if (from === LEFT_OUT || f.nodes >= NODES_MAX) {
    short(f, "Too many values to be shown; each place says how many are left out.");
    return null;
  }
  f.nodes += 1;
  if (from.t === "str") return text(f, from);
  if (!("items" in from) && from.t !== "dict" && from.t !== "object") return from;
  const known = f.seen.get(from);
  if (known !== undefined) {
    if (known.id === undefined) {
      f.ids += 1;
      known.id = f.ids;
    }
    return { t: "ref", id: known.id };
  }
  if (depth >= DEPTH_MAX) {
    short(f, `Values nested deeper than ${DEPTH_MAX} are left out.`);
    return { t: "opaque", why: `nested deeper than ${DEPTH_MAX}` };
  }
  if (from.t === "dict") return dict(f, from, depth + 1);
  if (from.t === "object") return object(f, from, depth + 1);
  const node: Extract<ValueNode, { items: ValueNode[]; t: "list" | "tuple" | "set" | "frozenset" }> = {
    t: from.t,
    items: [],
  };
  f.seen.set(from, node);
  const { kept, cut } = keep(f, from.items, depth + 1);
  node.items = kept;
  setCut(f, node, (from.cut ?? 0) + cut);
  return node;
}

/**
 * A graph of values as a bounded tree: what is shared or cyclic appears once, with an `id`, and then as `ref`.
 * At most {@link NODES_MAX} values and {@link DEPTH_MAX} levels.
 * @returns `reason` when something was left out
 */
export function flatten(root: ValueNode): { value: ValueNode; reason: string | null } {
  const f: Flattener = { nodes: 0, chars: 0, seen: new Map(), ids: 0, reason: null };
  const value = visit(f, root, 0);
  return { value: value ?? { t: "opaque", why: "left out" }, reason: f.reason };
}
