/** A job's `data`: function, object, arguments. RQ writes `(func_name, instance, args, kwargs)`. */
import type { Call, ValueNode } from "../../api/schemas/jobs";
import { inflate, inflateHead } from "./inflate";
import { readJson } from "./json";
import { startBudget } from "./limits";
import { decode } from "./payload";
import { unpickle } from "./pickle";
import { previewOf } from "./preview";
import { resolveRef } from "./refs";

const PREVIEW_KEY_CHARS = 100;
/** `[`: what a call in JSON begins with, and no opcode of pickle. */
const JSON_LIST = 0x5b;

function partsOf(node: ValueNode | null): ValueNode[] {
  return node?.t === "tuple" || node?.t === "list" ? node.items : [];
}

/** `Class` of a bound method's object, or of the class itself for a class method. */
function className(instance: ValueNode | undefined): string | null {
  const name = instance?.t === "object" ? instance.cls : instance?.t === "global" ? instance.name : null;
  return name === null ? null : name.slice(name.lastIndexOf(".") + 1);
}

/** As a person calls it: `jobs.add`, or `Report.send` for a method of an object. */
function nameOf(parts: readonly ValueNode[]): string | null {
  const [func, instance] = parts;
  if (func?.t !== "str" || func.v === "") return null;
  const owner = className(instance);
  return owner === null ? func.v : `${owner}.${func.v}`;
}

function argumentsOf(parts: readonly ValueNode[], isWhole: boolean, root: ValueNode | null): ValueNode[] {
  const [, , args, ...rest] = parts;
  if (args === undefined) return [];
  const list = resolveRef(args, root);
  if (list.t === "tuple" || list.t === "list") return list.items;
  // Reading ended before the arguments were put together: show those that were read.
  return isWhole ? [list] : [list, ...rest];
}

function keywordsOf(node: ValueNode | undefined, root: ValueNode | null): [string, ValueNode][] {
  const dict = node === undefined ? null : resolveRef(node, root);
  if (dict?.t !== "dict") return [];
  return dict.entries.map(([key, value]) => [
    key.t === "str" ? key.v : previewOf(key, PREVIEW_KEY_CHARS),
    value,
  ]);
}

/**
 * Reads a job's `data` field as Redis holds it (compressed or not). Nothing is imported or executed. What cannot be
 * taken for a call comes back in `payload.value`; of a cut or damaged one the function's name is kept when it can
 * be. Never throws; under 50 ms and 10,000 values whatever the bytes.
 */
export function decodeCall(stored: Buffer): Call {
  const { bytes, compressed, reason } = inflate(stored);
  const payload = decode(bytes, reason);
  const parts = partsOf(payload.value);
  const name = nameOf(parts);
  const detail = [payload.detail, compressed ? "zlib" : null].filter((part) => part !== null).join(", ");
  const described = { ...payload, size: stored.length, detail: detail === "" ? null : detail };
  if (name === null || (parts.length !== 4 && !payload.truncated)) {
    return { func_name: name, instance: null, args: [], kwargs: [], payload: described };
  }
  const [, instance] = parts;
  return {
    func_name: name,
    instance: instance === undefined || instance.t === "null" ? null : instance,
    args: argumentsOf(parts, parts.length === 4, payload.value),
    kwargs: keywordsOf(parts[3], payload.value),
    payload: { ...described, value: null },
  };
}

/**
 * Only the function's name of a job's `data` field, for lists: reads about a kilobyte, some tens of microseconds.
 * @returns null when the bytes do not begin as a call
 */
export function funcNameOf(stored: Buffer): string | null {
  const head = inflateHead(stored);
  const { value } =
    head[0] === JSON_LIST ? readJson(head.toString("utf8"), startBudget()) : unpickle(head, startBudget());
  return nameOf(partsOf(value));
}
