import { describe, expect, it } from "vitest";
import { dateField, nameField, numberField, numbersField, textField, timeField } from "./hash";

const of = (text: string) => Buffer.from(text);

describe("a field of a hash", () => {
  it("is a number only when it is written as one", () => {
    for (const [text, number] of [
      ["180", 180],
      ["-1", -1],
      ["0.5", 0.5],
    ] as const)
      expect(numberField(of(text))).toBe(number);
    for (const text of ["", " 1", "1e3", "NaN", "Infinity", "0x10", "1,5", "9".repeat(400), "none"])
      expect(numberField(of(text)), text).toBeNull();
    expect(numberField(null)).toBeNull();
    expect(numberField(new Error("WRONGTYPE"))).toBeNull();
    expect(numbersField(of("[10, 20]"))).toEqual([10, 20]);
    for (const text of ["", "[", '["a"]', "{}", "7"]) expect(numbersField(of(text)), text).toBeNull();
  });

  it("is a moment only in RQ's own form", () => {
    expect(timeField(of("2024-05-06T07:08:09.123456Z"))).toBe(Date.parse("2024-05-06T07:08:09.123Z"));
    expect(dateField(of("2024-05-06T07:08:09.123456Z"))).toBe("2024-05-06T07:08:09.123456Z");
    for (const text of ["", "2024-05-06T07:08:09+00:00", "2024-13-06T07:08:09Z", "yesterday"])
      expect([timeField(of(text)), dateField(of(text))], text).toEqual([null, null]);
  });

  it("keeps the bytes of a name, and takes an empty one for none", () => {
    expect(nameField(Buffer.from([0xff, 0xfe]))).toBe("b64:__4");
    expect(nameField(of(""))).toBeNull();
    expect(nameField(of("x".repeat(5_000)))).toBeNull();
  });

  it("cuts a text between characters and marks the cut", () => {
    expect(textField(of("é".repeat(10)), 5)).toBe("éééé…");
    expect(textField(of("short"), 5)).toBe("short");
    expect(textField(Buffer.from([0x61, 0xff]), 5)).toBe("a\ufffd");
  });
});
