import { describe, expect, it } from "vitest";
import { columnsOf, entryOf, fieldPart, fieldsOf, LISTED, WHOLE } from "./fields";

const pair = (name: string | Buffer, value: string | Buffer): [Buffer, Buffer] => [
  Buffer.from(name),
  Buffer.from(value),
];

describe("a field of an entry", () => {
  it("is text as it is, and says its size in bytes", () => {
    expect(fieldPart(Buffer.from("ocorrência"), 100)).toEqual({
      text: "ocorrência",
      hex: null,
      bytes: 11,
      cut: false,
    });
  });

  it("is cut between characters, never through one", () => {
    for (const max of [4, 5, 6])
      expect(fieldPart(Buffer.from("abc€€"), max)).toMatchObject({
        text: max < 6 ? "abc" : "abc€",
        bytes: 9,
        cut: true,
      });
  });

  it("is hex when it is not UTF-8, also when it ends within a character", () => {
    expect(fieldPart(Buffer.from([0xff, 0x00]), 10)).toMatchObject({ text: null, hex: "ff00", cut: false });
    expect(fieldPart(Buffer.from("€").subarray(0, 2), 10)).toMatchObject({ text: null, hex: "e282" });
    expect(fieldPart(Buffer.alloc(5_000, 0xfe), 4)).toEqual({
      text: null,
      hex: "fefefefe",
      bytes: 5_000,
      cut: true,
    });
  });

  it("keeps its byte order mark and control characters: pages show text, whatever it says", () => {
    expect(fieldPart(Buffer.from("\ufeff\u0000\u001b[31m"), 100).text).toBe("\ufeff\u0000\u001b[31m");
  });
});

describe("the fields of an entry", () => {
  it("stay in order and may repeat", () => {
    const fields = fieldsOf([pair("a", "1"), pair("b", "2"), pair("a", "3")], LISTED);
    expect(fields.map(({ name, value }) => [name.text, value.text])).toEqual([
      ["a", "1"],
      ["b", "2"],
      ["a", "3"],
    ]);
  });

  it("are bounded in number, and say how many there are", () => {
    const pairs = Array.from({ length: 5_000 }, (_, index) => pair(`f${index}`, "v"));
    const raw = { id: "1-1", pairs, bytes: 0 };
    const now = Date.now();
    expect(entryOf(raw, LISTED, now)).toMatchObject({ fields_total: 5_000, at_ms: null });
    expect(entryOf(raw, LISTED, now).fields).toHaveLength(100);
    expect(entryOf(raw, WHOLE, now).fields).toHaveLength(4_000);
  });

  it("are bounded together: what comes after 4 MB is cut short", () => {
    const pairs = Array.from({ length: 40 }, (_, index) => pair(`f${index}`, Buffer.alloc(300_000, 97)));
    const shown = fieldsOf(pairs, WHOLE).map(({ value }) => value.text?.length ?? 0);
    expect(shown[0]).toBe(256 * 1_024);
    expect(shown.at(-1)).toBe(1_024);
    expect(shown.reduce((a, b) => a + b, 0)).toBeLessThan(4.5 * 1_024 * 1_024);
  });

  it("give columns in the order of their first appearance, at most 12, whole text only", () => {
    const first = fieldsOf(
      [pair("b", ""), pair("a", ""), pair("b", ""), pair(Buffer.from([0xff]), "")],
      LISTED,
    );
    const second = fieldsOf(
      [pair("x".repeat(2_000), ""), ...Array.from({ length: 20 }, (_, index) => pair(`c${index}`, ""))],
      LISTED,
    );
    const columns = columnsOf([{ fields: first }, { fields: second }]);
    expect(columns.slice(0, 3)).toEqual(["b", "a", "c0"]);
    expect(columns).toHaveLength(12);
  });
});
