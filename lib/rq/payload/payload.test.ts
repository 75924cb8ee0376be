import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ValueNode } from "@/lib/api/schemas/jobs";
import { rqMatrix } from "@/test/rq/harness";
import { decodeCall, funcNameOf } from "./call";
import { decodePayload } from "./payload";

interface Case {
  name: string;
  protocol?: number;
  json?: boolean;
  call?: boolean;
  shape?: boolean;
  data: string;
  expect?: Expected;
  func?: string;
  args?: Expected[];
  kwargs?: [string, Expected][];
}
type Expected = ValueNode | { t: "object"; text: string | null };

const root = join(import.meta.dirname, "..", "..", "..");

function casesOf(python: string): Case[] {
  const run = spawnSync(python, [join(root, "test", "rq", "payloads.py")], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);
}

/** Brings a decoded value and an expected one to one comparable form: floats as doubles, sets sorted, ids off. */
function plain(node: ValueNode | Expected): unknown {
  if (node.t === "float") return { float: Number(node.v.replace("inf", "Infinity").replace("nan", "NaN")) };
  // Old protocols write __builtin__ for builtins.
  if (node.t === "global") return { global: node.name.slice(node.name.lastIndexOf(".") + 1) };
  if (node.t === "object") return { object: node.text ?? null };
  if (node.t === "dict") return { dict: node.entries.map((entry) => entry.map(plain)) };
  if ("items" in node) {
    const items = node.items.map(plain);
    const isSet = node.t === "set" || node.t === "frozenset";
    return { [node.t]: isSet ? items.map((item) => JSON.stringify(item)).sort() : items };
  }
  return node;
}

describe.each(rqMatrix)("payloads written by RQ $id", ({ rq }) => {
  describe.skipIf(rq === null)("with its own Python", () => {
    const cases = rq === null ? [] : casesOf(rq.python);

    it("has cases of every protocol and kind", () => {
      expect(cases.length).toBeGreaterThan(150);
      expect(new Set(cases.map((item) => item.protocol))).toEqual(new Set([0, 1, 2, 3, 4, 5, undefined]));
    });

    it.each(cases.filter((item) => item.expect))("reads $name (protocol $protocol) exactly", (item) => {
      const read = decodePayload(Buffer.from(item.data, "base64"));
      expect(read).toMatchObject({
        encoding: item.json ? "json" : "pickle",
        reason: null,
        truncated: false,
      });
      if (read.value === null || item.expect === undefined) throw new Error("nothing was read");
      expect(plain(read.value)).toEqual(plain(item.expect));
    });

    it.each(cases.filter((item) => item.call))("takes the call $name (protocol $protocol) apart", (item) => {
      const data = Buffer.from(item.data, "base64");
      const call = decodeCall(data);
      expect(call.func_name).toBe(item.func);
      expect(call.args.map(plain)).toEqual(item.args?.map(plain));
      expect(call.kwargs.map(([key, value]) => [key, plain(value)])).toEqual(
        item.kwargs?.map(([key, value]) => [key, plain(value)]),
      );
      expect(call.payload).toMatchObject({ reason: null, truncated: false, size: data.length });
      expect(funcNameOf(data)).toBe(item.func);
    });

    it("shows a shared value once and then as a reference", () => {
      for (const item of cases.filter(({ name }) => name === "shared")) {
        const { value } = decodePayload(Buffer.from(item.data, "base64"));
        expect(value).toMatchObject({
          t: "list",
          items: [
            { t: "list", id: 1, items: [{ v: "shared" }] },
            { t: "ref", id: 1 },
            { t: "dict", entries: [[{ v: "k" }, { t: "ref", id: 1 }]] },
          ],
        });
      }
    });

    it("shows a cycle as a reference to its beginning", () => {
      for (const item of cases.filter(({ name }) => name === "cycle")) {
        expect(decodePayload(Buffer.from(item.data, "base64")).value).toEqual({
          t: "list",
          id: 1,
          items: [{ t: "ref", id: 1 }],
        });
      }
    });
  });
});
