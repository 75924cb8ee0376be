import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesFromName, isName, keyOf, nameFromBytes, nameFromText } from "./names";

describe("a name's string form", () => {
  it.each(["mail", "höchste prio", "日本", "a b", "a:b", "B64:x", "...", "a.b", "{tag}", "\n", "%2F"])(
    "is the text itself for %j",
    (text) => {
      expect(nameFromText(text)).toBe(text);
      expect(nameFromBytes(Buffer.from(text))).toBe(text);
    },
  );

  it.each([
    ["an empty name", ""],
    ["a dot", "."],
    ["two dots", ".."],
    ["a slash", "a/b"],
    ["our own prefix", "b64:bWFpbA"],
  ])("is b64: for %s, which a URL would lose or take for something else", (_, text) => {
    const name = nameFromText(text);
    expect(name).toMatch(/^b64:[\w-]*$/);
    expect(bytesFromName(name)?.toString()).toBe(text);
  });

  it("is b64: for bytes that are not UTF-8, overlong and surrogate encodings included", () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x61, 0xe2, 0x82]])
      expect(nameFromBytes(Buffer.from(bytes))).toMatch(/^b64:/);
  });

  it("keeps a byte order mark", () => {
    const bytes = Buffer.from("\ufeffmail");
    expect(bytesFromName(nameFromBytes(bytes))?.equals(bytes)).toBe(true);
  });

  it("converts any bytes there and back without loss, and is valid", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (array) => {
        const bytes = Buffer.from(array);
        const name = nameFromBytes(bytes);
        expect(bytesFromName(name)?.equals(bytes)).toBe(true);
        expect(isName(name)).toBe(true);
        expect(name).not.toContain("/");
      }),
    );
  });

  it("is one for each name: no two strings mean the same bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), (text) => {
        if (isName(text)) expect(nameFromBytes(bytesFromName(text) ?? Buffer.alloc(0))).toBe(text);
      }),
    );
    expect(isName("b64:bWFpbA")).toBe(false);
  });

  it.each(["", "a/b", ".", "..", "b64:***", "b64:A", "b64:YQ==", "b64:YR", "\ud800"])(
    "%j is no valid form",
    (name) => {
      expect(isName(name)).toBe(false);
    },
  );

  it("has a bound", () => {
    expect(isName("a".repeat(4096))).toBe(true);
    expect(isName("a".repeat(4097))).toBe(false);
  });
});

describe("a key", () => {
  it("is text for a text name and bytes for any other", () => {
    expect(keyOf("rq:queue:", "mail")).toBe("rq:queue:mail");
    expect(keyOf("rq:queue:", nameFromBytes(Buffer.from([0xff])), ":x")).toEqual(
      Buffer.concat([Buffer.from("rq:queue:"), Buffer.from([0xff]), Buffer.from(":x")]),
    );
    expect(String(keyOf("rq:queue:", nameFromText("a/b")))).toBe("rq:queue:a/b");
  });

  it("cannot be made of a malformed form", () => {
    expect(() => keyOf("rq:queue:", "b64:*")).toThrow(RangeError);
  });
});
