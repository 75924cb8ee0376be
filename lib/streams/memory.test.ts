import { describe, expect, it } from "vitest";
import { createAddedIndex } from "./added-index";
import { createPayloadBudget, entryBytesAfter, isSmall, LARGE_ENTRY_BYTES, takeLarge } from "./entry-size";
import { type Position, progressBetween } from "./progress";
import { createRecentRate } from "./recent-rate";

describe("the index of added entries", () => {
  it("knows the looks themselves exactly, and what lies between to within the entries of one interval", () => {
    const index = createAddedIndex();
    index.note("1000-0", 10);
    index.note("2000-0", 110);
    expect(index.at("999-9")).toBeNull();
    expect(index.at("1000-0")).toBe(10);
    expect(index.at("1500-0")).toBe(60);
    expect(index.at("1000-1")).toBe(11);
    expect(index.at("2000-0")).toBe(110);
    expect(index.at("9000-0")).toBe(110);
  });

  it("keeps recent looks fine and old ones coarse, and never grows beyond its bound", () => {
    const index = createAddedIndex();
    for (let n = 1; n <= 5_000; n += 1) index.note(`${n * 1_000}-0`, n * 10);
    for (const n of [4_999, 4_990]) expect(index.at(`${n * 1_000}-0`)).toBe(n * 10);
    expect(Math.abs((index.at("2500000-0") ?? 0) - 25_000)).toBeLessThanOrEqual(10);
    expect(index.at("1000-0")).toBe(10);
  });

  it("leaves out IDs that are too large for a time", () => {
    const index = createAddedIndex();
    index.note("18446744073709551615-1", 5);
    expect(index.at("18446744073709551615-1")).toBeNull();
  });
});

describe("the size of entries", () => {
  it("makes a stream large at once, and small again only after some small replies", () => {
    let bytes = entryBytesAfter(null, 2_000_000, 5);
    expect(isSmall(bytes)).toBe(false);
    for (let n = 0; n < 5; n += 1) bytes = entryBytesAfter(bytes, 200, 5);
    expect(isSmall(bytes)).toBe(false);
    for (let n = 0; n < 5; n += 1) bytes = entryBytesAfter(bytes, 200, 5);
    expect(isSmall(bytes)).toBe(true);
    expect(entryBytesAfter(LARGE_ENTRY_BYTES * 9, 0, 0)).toBeNull();
  });

  it("lets large replies through once a minute, and none while one is being paid off", () => {
    const budget = createPayloadBudget();
    const large = { entryBytes: 1_000_000, infoAtMs: null };
    expect(takeLarge(large, budget, 0)).toBe(true);
    expect(takeLarge(large, budget, 0)).toBe(false);
    expect(takeLarge({ entryBytes: 20_000, infoAtMs: null }, budget, 60_000)).toBe(false);
    expect(takeLarge({ entryBytes: 20_000, infoAtMs: null }, budget, 300_000)).toBe(true);
    expect(takeLarge({ entryBytes: 20_000, infoAtMs: 299_000 }, budget, 300_000)).toBe(false);
  });
});

describe("what moved between two looks", () => {
  const at = (more: Partial<Position>): Position => ({
    added: 100,
    read: 50,
    lag: { value: 50, quality: "exact", low: 50, high: 50, reason: null },
    pending: 10,
    lastDelivered: "50-0",
    ...more,
  });
  const lag = (value: number) => ({
    value,
    quality: "exact" as const,
    low: value,
    high: value,
    reason: null,
  });

  it("is counted by what Redis says was read, less what is still pending", () => {
    const now = at({ added: 120, read: 70, lag: lag(50), pending: 12, lastDelivered: "70-0" });
    expect(progressBetween(at({}), now)).toEqual({
      in: 20,
      delivered: 20,
      acked: 18,
      exact: true,
      quiet: false,
    });
  });

  it("is inferred from the lag where Redis does not know what was read, and marked so", () => {
    const now = at({ added: 120, read: null, lag: lag(40), pending: 10, lastDelivered: "80-0" });
    expect(progressBetween(at({ read: null }), now)).toEqual({
      in: 20,
      delivered: 30,
      acked: 30,
      exact: false,
      quiet: false,
    });
  });

  it("is nothing when the group was put back or made anew", () => {
    expect(progressBetween(at({}), at({ read: 0, lastDelivered: "0-0" }))).toBeNull();
    expect(progressBetween(at({}), at({ read: 40, lastDelivered: "60-0" }))).toBeNull();
  });

  it("is known to be quiet only when nothing can have been acknowledged", () => {
    expect(progressBetween(at({}), at({}))?.quiet).toBe(true);
    expect(progressBetween(at({}), at({ pending: 9 }))?.quiet).toBe(false);
    expect(
      progressBetween(at({ read: null }), at({ read: null, lastDelivered: "60-0", lag: lag(0) }))?.quiet,
    ).toBe(false);
  });
});

describe("a recent rate", () => {
  it("covers the last half to whole minute", () => {
    const rate = createRecentRate();
    expect(rate.perS()).toBeNull();
    for (let second = 0; second <= 60; second += 2) rate.note(second * 1_000, second * 5);
    expect(rate.perS()).toBe(5);
    for (let second = 62; second <= 180; second += 2) rate.note(second * 1_000, 300);
    expect(rate.perS()).toBe(0);
  });
});
