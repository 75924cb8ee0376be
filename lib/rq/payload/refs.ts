import type { ValueNode } from "../../api/schemas/jobs";

/** The values directly inside one. */
export function childrenOf(node: ValueNode): readonly ValueNode[] {
  if (node.t === "dict") return node.entries.flat();
  if (node.t === "object") {
    return [...node.args, ...(node.state === undefined ? [] : [node.state]), ...(node.items ?? [])];
  }
  return "items" in node ? node.items : [];
}

/** Every value that `ref`s may name, by id. `roots` are trees, at most as deep and large as one payload. */
export function indexOfIds(roots: readonly ValueNode[]): ReadonlyMap<number, ValueNode> {
  const found = new Map<number, ValueNode>();
  const open = [...roots];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if ("id" in node && node.id !== undefined && node.t !== "ref") found.set(node.id, node);
    open.push(...childrenOf(node));
  }
  return found;
}

/** The value that a `ref` stands for; any other value is itself. */
export function resolveRef(node: ValueNode, root: ValueNode | null): ValueNode {
  if (node.t !== "ref" || root === null) return node;
  return indexOfIds([root]).get(node.id) ?? node;
}
