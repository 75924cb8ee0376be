import { describe, expect, it } from "vitest";
import { piecesOfName, plainName } from "@/components/ui/name-text";
import { nameFromBytes, nameFromText } from "@/lib/names";

describe("names on the page", () => {
  it("shows plain names as they are, in any script", () => {
    for (const name of ["default", "日本語 🐇 ñ", "a b", "<img src=x>"])
      expect(piecesOfName(nameFromText(name))).toEqual([{ kind: "text", text: name }]);
  });

  it("marks what would hide or turn the text", () => {
    expect(plainName("\u202egnp.exe")).toBe("⟨U+202E⟩gnp.exe");
    expect(plainName("a\u200bb\u0000c\nd\u2066")).toBe("a⟨U+200B⟩b⟨\\0⟩c⟨\\n⟩d⟨U+2066⟩");
    expect(plainName("x\u{e0041}")).toBe("x⟨U+E0041⟩");
  });

  it("marks spaces that a page would swallow, and no others", () => {
    expect(plainName(" ")).toBe("⟨␣⟩");
    expect(plainName(" a b ")).toBe("⟨␣⟩a b⟨␣⟩");
    expect(plainName("a  b")).toBe("a⟨␣⟩⟨␣⟩b");
  });

  it.each(["", " ", "   ", "\u00a0", "\u3000", "\u2003", "\u2800", "\u3164", "\t\u0001", "\u200b", "\n"])(
    "leaves something to see of %j",
    (name) => {
      expect(plainName(nameFromText(name)).replace(/[\s\u2800]/gu, "")).not.toBe("");
      expect(piecesOfName(name).every(({ kind }) => kind === "mark")).toBe(true);
    },
  );

  it("turns the wire form of a name back into what it says", () => {
    expect(plainName(nameFromText("a/b/../c"))).toBe("a/b/../c");
    expect(plainName(nameFromText("b64:oops"))).toBe("b64:oops");
    expect(plainName(nameFromText(""))).toBe("∅");
  });

  it("shows each byte that is not text, and the text around it", () => {
    expect(plainName(nameFromBytes(Buffer.from([0x71, 0xff, 0xc3, 0xb1, 0xc3])))).toBe("q⟨\\xff⟩ñ⟨\\xc3⟩");
  });

  it("shows a malformed wire form as the text it is", () => {
    expect(plainName("b64:!!!")).toBe("b64:!!!");
  });
});
