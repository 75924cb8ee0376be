import { describe, expect, it } from "vitest";
import { createFormat } from "./format";
import { chooseLocale, chooseZone } from "./locale";

const en = createFormat("en");
const pt = createFormat("pt-BR");
const plain = (text: string) => text.replace(/\u00a0/g, " ").replace(/\u202f/g, "_");

describe("durations", () => {
  it.each([
    [0, "0 s"],
    [0.2, "1 ms"],
    [350, "350 ms"],
    [999.6, "999 ms"],
    [48_000, "48 s"],
    [59_999, "59 s"],
    [252_000, "4 m 12 s"],
    [362_000, "6 m 02 s"],
    [7_500_000, "2 h 05 m"],
    [97 * 3_600_000, "4 d 01 h"],
    [12 * 86_400_000, "12 d"],
    [-5, "0 s"],
  ])("writes %d ms as two units at most", (ms, text) => {
    expect(plain(en.duration(ms))).toBe(text);
  });

  it("shows tenths of a second only when asked, and never rounds up to a full minute", () => {
    expect(plain(en.duration(30_249, true))).toBe("30.2 s");
    expect(plain(en.duration(59_990, true))).toBe("59.9 s");
    expect(plain(pt.duration(30_249, true))).toBe("30,2 s");
  });

  it("writes a fixed stretch in one unit where it fits", () => {
    expect(plain(en.span(600_000))).toBe("10 m");
    expect(plain(en.span(3_600_000))).toBe("1 h");
    expect(plain(en.span(90_000))).toBe("1 m 30 s");
  });

  it("uses the Brazilian unit of minutes", () => {
    expect(plain(pt.duration(252_000))).toBe("4 min 12 s");
  });
});

describe("counts", () => {
  it.each([
    [0, "0", "0"],
    [9_999, "9_999", "9_999"],
    [12_345, "12.3 k", "12,3 mil"],
    [999_949, "999.9 k", "999,9 mil"],
    [999_950, "1 M", "1 mi"],
    [1_250_000, "1.3 M", "1,3 mi"],
    [2_000_000_000, "2 G", "2 bi"],
  ])("is exact below ten thousand and short above: %d", (n, english, portuguese) => {
    expect(plain(en.count(n))).toBe(english);
    expect(plain(pt.count(n))).toBe(portuguese);
  });

  it("wears its sign when it is a change", () => {
    expect(en.change(212)).toBe("+212");
    expect(en.change(-3)).toBe("\u22123");
    expect(en.change(0)).toBe("0");
  });

  it("takes the plural for zero in both languages", () => {
    expect(plain(en.counted(0, "job", "jobs"))).toBe("0 jobs");
    expect(plain(pt.counted(0, "job", "jobs"))).toBe("0 jobs");
    expect(plain(pt.counted(1, "problema", "problemas"))).toBe("1 problema");
  });
});

describe("rates, bytes, percent", () => {
  it("never shows a small rate as zero", () => {
    expect(en.perSecond(0.01)).toBe("<0.1");
    expect(pt.perSecond(0.01)).toBe("<0,1");
    expect(en.perSecond(0)).toBe("0");
    expect(en.perSecond(48.23)).toBe("48.2");
  });

  it("picks the unit that gives at least one", () => {
    expect(en.rate(48.23)).toEqual({ value: "48.2", unit: "/s" });
    expect(en.rate(0.5)).toEqual({ value: "30", unit: "/min" });
    expect(en.rate(0.001)).toEqual({ value: "3.6", unit: "/h" });
    expect(en.rate(0)).toEqual({ value: "0", unit: "" });
  });

  it("counts bytes in powers of two", () => {
    expect(plain(en.bytes(1_536))).toBe("1.5 KiB");
    expect(plain(en.bytes(0))).toBe("0 B");
    expect(plain(pt.percent(21, 1_000))).toBe("2,1 %");
  });
});

describe("times", () => {
  const at = Date.UTC(2026, 2, 4, 14, 2, 7);

  it("reads a moment ahead as now when clocks differ", () => {
    expect(en.ago(at + 400, at)).toBe("now");
    expect(plain(en.ago(at, at + 8_000))).toBe("8 s ago");
    expect(plain(pt.ago(at, at + 8_000))).toBe("há 8 s");
    expect(plain(en.relative(at + 65_000, at))).toBe("in 1 m 05 s");
  });

  it("writes the exact time in the zone that was asked for", () => {
    expect(en.dateTime(at)).toBe("2026-03-04 14:02:07");
    expect(createFormat("pt-BR", "America/Sao_Paulo").exactTime(at)).toBe(
      "04/03/2026 11:02:07 America/Sao_Paulo",
    );
    expect(createFormat("en", "UTC").clock(Date.UTC(2026, 0, 1, 0, 5))).toBe("00:05");
  });

  it("names the day only when the clock alone could be mistaken, whatever midnight lies between", () => {
    const hour = 3_600_000;
    expect(en.since(at, at + 60_000)).toBe("14:02");
    expect(en.since(at, at + 19 * hour)).toBe("14:02");
    expect(en.since(at, at - 60_000)).toBe("14:02");
    expect(en.since(at, at + 20 * hour)).toBe("2026-03-04 14:02");
    expect(pt.since(at, at + 24 * hour)).toBe("04/03/2026 14:02");
    const early = Date.UTC(2026, 2, 4, 0, 5);
    expect(en.since(early, early + 23 * hour)).toBe("2026-03-04 00:05");
  });
});

describe("the language of a visitor", () => {
  it("follows the cookie, then the browser, then English", () => {
    expect(chooseLocale("pt-BR", "en")).toBe("pt-BR");
    expect(chooseLocale("xx", "pt;q=0.9, fr")).toBe("pt-BR");
    expect(chooseLocale(undefined, "fr-FR, en;q=0.5, pt-PT;q=0.8")).toBe("pt-BR");
    expect(chooseLocale(undefined, "en;q=0, pt")).toBe("pt-BR");
    expect(chooseLocale(undefined, null)).toBe("en");
  });

  it("falls back to UTC for a zone that does not exist", () => {
    expect(chooseZone(undefined, "Mars/Olympus")).toBe("UTC");
    expect(chooseZone("1", "America/Sao_Paulo")).toBe("UTC");
    expect(chooseZone(undefined, "America/Sao_Paulo")).toBe("America/Sao_Paulo");
  });
});
