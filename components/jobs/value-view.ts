/** What a decoded payload looks like as a tree of rows. Pure. */
import type { ValueNode } from "@/lib/api/schemas/jobs";

export interface Child {
  key: string;
  /** `state` = what pickle calls the object's state; the page has the word. */
  label: "state" | { text: string; faint: boolean };
  node: ValueNode;
}

export interface Branch {
  /** `dict`, `list`, or the class of an object. */
  name: string;
  about: "container" | "object";
  children: Child[];
  /** Items in all, those left out included. */
  size: number;
  /** How many are left out. */
  cut: number;
}

/** A scalar on one line, as Python writes it; containers by their brackets and size alone. */
export function inlineText(node: ValueNode): string {
  switch (node.t) {
    case "null":
      return "None";
    case "bool":
      return node.v ? "True" : "False";
    case "int":
    case "float":
    case "str":
      return node.v;
    case "bytes":
      return hexPairs(node.hex);
    case "global":
      return node.name;
    case "object":
      return node.text ?? node.cls;
    case "ref":
      return `#${node.id}`;
    case "opaque":
      return node.why;
    case "dict":
      return `{${node.entries.length + (node.cut ?? 0)}}`;
    default:
      return `${node.t}[${node.items.length + (node.cut ?? 0)}]`;
  }
}

/** `0a1bff` as `0a 1b ff`. */
export function hexPairs(hex: string): string {
  return hex.replace(/(..)(?=.)/g, "$1 ");
}

function indexed(items: readonly ValueNode[], prefix = ""): Child[] {
  return items.map((node, i) => ({
    key: `${prefix}${i}`,
    label: { text: `${prefix}${i}`, faint: true },
    node,
  }));
}

/** What unfolds under a value, or null for a value that stands on one line. Empty containers are containers. */
export function branchOf(node: ValueNode): Branch | null {
  switch (node.t) {
    case "list":
    case "tuple":
    case "set":
    case "frozenset": {
      const cut = node.cut ?? 0;
      return {
        name: node.t,
        about: "container",
        children: indexed(node.items),
        size: node.items.length + cut,
        cut,
      };
    }
    case "dict": {
      const cut = node.cut ?? 0;
      const children = node.entries.map(([key, value], i) => ({
        key: String(i),
        label: { text: inlineText(key), faint: false },
        node: value,
      }));
      return { name: "dict", about: "container", children, size: children.length + cut, cut };
    }
    case "object": {
      const children: Child[] = [
        ...indexed(node.args, "arg "),
        ...(node.state === undefined ? [] : [{ key: "state", label: "state" as const, node: node.state }]),
        ...indexed(node.items ?? [], "item "),
      ];
      if (node.text !== undefined || children.length === 0) return null;
      return { name: node.cls, about: "object", children, size: children.length, cut: node.cut ?? 0 };
    }
    default:
      return null;
  }
}

/** Ids that some `ref` points to: only these are worth showing. */
export function referredIds(nodes: readonly ValueNode[]): Set<number> {
  const ids = new Set<number>();
  const left = [...nodes];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (node.t === "ref") ids.add(node.id);
    else if (node.t === "dict") for (const [key, value] of node.entries) left.push(key, value);
    else if (node.t === "object")
      left.push(...node.args, ...(node.items ?? []), ...(node.state === undefined ? [] : [node.state]));
    else if ("items" in node) left.push(...node.items);
  }
  return ids;
}
