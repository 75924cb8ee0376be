import { describe, expect, it } from "vitest";
import { branchOf, hexPairs, inlineText, referredIds } from "@/components/jobs/value-view";
import type { ValueNode } from "@/lib/api/schemas/jobs";

const str = (v: string): ValueNode => ({ t: "str", v });

describe("a payload as rows", () => {
  it("writes scalars as Python does", () => {
    expect(inlineText({ t: "null" })).toBe("None");
    expect(inlineText({ t: "bool", v: true })).toBe("True");
    expect(inlineText({ t: "int", v: "123456789012345678901" })).toBe("123456789012345678901");
  });

  it("counts what was left out of a container", () => {
    const branch = branchOf({ t: "list", items: [str("a")], cut: 999 });
    expect(branch).toMatchObject({ size: 1_000, cut: 999 });
  });

  it("keeps an object with a certain meaning on one line", () => {
    expect(
      branchOf({ t: "object", cls: "datetime.datetime", text: "2026-01-01", args: [str("x")] }),
    ).toBeNull();
  });

  it("unfolds an object into arguments, state and items", () => {
    const branch = branchOf({
      t: "object",
      cls: "shop.Cart",
      args: [str("a")],
      state: str("s"),
      items: [str("i")],
    });
    expect(branch?.children.map((child) => child.key)).toEqual(["arg 0", "state", "item 0"]);
  });

  it("shows ids only of values that are referred to", () => {
    const shared: ValueNode = { t: "dict", id: 4, entries: [[str("self"), { t: "ref", id: 4 }]] };
    expect([...referredIds([{ t: "list", id: 3, items: [shared] }])]).toEqual([4]);
  });

  it("parts bytes into pairs", () => {
    expect(hexPairs("0a1bff")).toBe("0a 1b ff");
    expect(hexPairs("")).toBe("");
  });
});
