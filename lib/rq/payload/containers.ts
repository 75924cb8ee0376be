/** How the stack machine of a pickle fills lists, sets, dicts and the objects that behave as one. */
import type { ValueNode } from "../../api/schemas/jobs";
import { LEFT_OUT } from "./atoms";
import { ITEMS_MAX } from "./limits";
import { damaged } from "./machine";

type Sequence = "list" | "tuple" | "set" | "frozenset";

export function sequence(t: Sequence, values: readonly ValueNode[]): ValueNode {
  const node: ValueNode = { t, items: [] };
  append(node, values);
  return node;
}

/** Adds to a list, a set, or the items of an object; past the cap values are counted only. */
export function append(target: ValueNode, values: readonly ValueNode[]): void {
  if (target === LEFT_OUT) return;
  if (!("items" in target) && target.t !== "object") throw damaged("it appends to a value that is no list");
  target.items ??= [];
  for (const value of values) {
    if (value === LEFT_OUT || target.items.length >= ITEMS_MAX) target.cut = (target.cut ?? 0) + 1;
    else target.items.push(value);
  }
}

/** Sets entries of a dict, or of an object that behaves as one (OrderedDict): there as tuples of two. */
export function setItems(target: ValueNode, flat: readonly ValueNode[]): void {
  if (target === LEFT_OUT) return;
  if (flat.length % 2 !== 0) throw damaged("a key has no value");
  if (target.t !== "dict" && target.t !== "object") throw damaged("it sets a key on a value that is no dict");
  for (let at = 0; at < flat.length; at += 2) {
    const key = flat[at] ?? LEFT_OUT;
    const value = flat[at + 1] ?? LEFT_OUT;
    if (target.t === "object") {
      append(target, [
        key === LEFT_OUT || value === LEFT_OUT ? LEFT_OUT : { t: "tuple", items: [key, value] },
      ]);
    } else if (key === LEFT_OUT || value === LEFT_OUT || target.entries.length >= ITEMS_MAX) {
      target.cut = (target.cut ?? 0) + 1;
    } else {
      target.entries.push([key, value]);
    }
  }
}

export function dict(values: readonly ValueNode[]): ValueNode {
  const node: ValueNode = { t: "dict", entries: [] };
  setItems(node, values);
  return node;
}
