import type { ValueNode } from "../../api/schemas/jobs";
import { DEPTH_MAX, NODES_MAX } from "./limits";
import { indexOfIds } from "./refs";

/** Thrown and caught here alone: some part of the value has no JSON form. */
class NoJson extends Error {}

interface Writer {
  ids: ReadonlyMap<number, ValueNode>;
  nodes: number;
}

function numberOf(text: string, isExact: (value: number) => boolean): number {
  const value = Number(text);
  if (!isExact(value)) throw new NoJson();
  return value;
}

function write(w: Writer, node: ValueNode, depth: number): unknown {
  w.nodes += 1;
  // What is shared is written out again each time: a cycle, or a few doublings, end here.
  if (w.nodes > NODES_MAX || depth > DEPTH_MAX) throw new NoJson();
  if ("cut" in node && node.cut !== undefined) throw new NoJson();
  switch (node.t) {
    case "null":
      return null;
    case "bool":
    case "str":
      return node.v;
    case "int":
      return numberOf(node.v, Number.isSafeInteger);
    case "float":
      return numberOf(node.v, Number.isFinite);
    case "list":
    case "tuple":
      return node.items.map((item) => write(w, item, depth + 1));
    case "dict": {
      // No prototype: a key named `__proto__` is a key like any other.
      const json: Record<string, unknown> = Object.create(null);
      for (const [key, value] of node.entries) {
        if (key.t !== "str" || key.cut !== undefined) throw new NoJson();
        json[key.v] = write(w, value, depth + 1);
      }
      return json;
    }
    case "ref": {
      const target = w.ids.get(node.id);
      if (target === undefined) throw new NoJson();
      return write(w, target, depth + 1);
    }
    default:
      throw new NoJson();
  }
}

/**
 * A value as plain JSON, when it has exactly such a form: dicts with text keys, lists, tuples (as arrays), text,
 * finite numbers that JSON keeps exact, booleans, None. Null for anything else (bytes, sets, dates, objects, integers
 * above 2^53, NaN, what was cut or is cyclic): show {@link previewOf} then. Objects have no prototype.
 */
export function plainJson(node: ValueNode): { json: unknown } | null {
  try {
    return { json: write({ ids: indexOfIds([node]), nodes: 0 }, node, 0) };
  } catch (error) {
    if (error instanceof NoJson) return null;
    throw error;
  }
}
