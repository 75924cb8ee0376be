import { describe, expect, it } from "vitest";
import { createRings as createAny, type Point } from "./rings";

const TIERS = [
  { stepMs: 10_000, points: 6 },
  { stepMs: 60_000, points: 4 },
];
const at = (gauge: number | null, counter = 0): ReadonlyMap<string, Point> =>
  new Map([["a", { gauges: [gauge], counters: [counter], zeroSinceMs: null }]]);
const createRings = (tiers: typeof TIERS, gauges: number, counters: number) =>
  createAny<Point>(tiers, gauges, counters, (item, into) => Object.assign(into, item));

describe("rings", () => {
  it("hold values at wall-clock slots, newest last, gaps before the first look", () => {
    const rings = createRings(TIERS, 1, 1);
    rings.record(1_000_000, true, at(3));
    rings.record(1_010_000, true, at(5));
    expect(rings.values("a", 0, 0, 1_010_000)).toEqual([null, null, null, null, 3, 5]);
    expect(rings.startMs(0, 1_010_000)).toBe(960_000);
  });

  it("keep a gap where nobody looked, and never fill it with zero", () => {
    const rings = createRings(TIERS, 1, 1);
    rings.record(1_000_000, true, at(3));
    rings.record(1_030_000, false, at(4));
    expect(rings.values("a", 0, 0, 1_030_000)).toEqual([null, null, 3, null, null, 4]);
    expect(rings.values("a", 0, 0, 1_050_000)).toEqual([3, null, null, 4, null, null]);
  });

  it("know the slots between two looks when none was missed", () => {
    const rings = createRings(TIERS, 1, 1);
    rings.record(1_000_000, true, at(3));
    rings.record(1_020_000, true, at(4));
    expect(rings.values("a", 0, 0, 1_020_000)).toEqual([null, null, null, 3, 4, 4]);
  });

  it("keep null for what could not be known", () => {
    const rings = createRings(TIERS, 1, 1);
    rings.record(1_000_000, true, at(3));
    rings.record(1_010_000, true, at(null));
    rings.record(1_020_000, true, at(2));
    expect(rings.values("a", 0, 0, 1_020_000)).toEqual([null, null, null, 3, null, 2]);
  });

  it("turn counters into rates per second of their slot", () => {
    const rings = createRings(TIERS, 1, 1);
    rings.record(1_000_000, true, at(0, 0));
    rings.record(1_005_000, true, at(0, 50));
    rings.record(1_012_000, true, at(0, 50 + 70));
    expect(rings.values("a", 1, 0, 1_012_000).slice(-2)).toEqual([10, 10]);
    expect(rings.values("a", 1, 1, 1_012_000).at(-1)).toBe(10);
  });

  it("do not spread what happened during a gap over it", () => {
    const rings = createRings(TIERS, 1, 1);
    rings.record(1_000_000, true, at(0, 10));
    rings.record(1_040_000, false, at(0, 5_000));
    rings.record(1_045_000, true, at(0, 5_010));
    expect(rings.values("a", 1, 0, 1_045_000)).toEqual([null, null, null, null, null, 2]);
  });

  it("cost nothing for a subject that never had anything, and say zero where somebody looked", () => {
    const rings = createRings(TIERS, 1, 1);
    rings.record(1_000_000, true, at(0));
    rings.record(1_010_000, true, at(0));
    expect(rings.bytes()).toBe(0);
    expect(rings.values("a", 0, 0, 1_010_000)).toEqual([null, null, null, null, 0, 0]);
    rings.record(1_020_000, true, at(7));
    expect(rings.values("a", 0, 0, 1_020_000)).toEqual([null, null, null, 0, 0, 7]);
  });

  it("cost nothing for a subject that was never known, and begin when it is", () => {
    const rings = createRings(TIERS, 1, 1);
    rings.record(1_000_000, true, at(null));
    rings.record(1_010_000, true, at(null));
    expect(rings.bytes()).toBe(0);
    expect(rings.values("a", 0, 0, 1_010_000)).toEqual([null, null, null, null, null, null]);
    rings.record(1_020_000, true, at(0));
    expect(rings.values("a", 0, 0, 1_020_000)).toEqual([null, null, null, null, null, 0]);
  });

  it("take a late subject's word that it was zero, where somebody looked", () => {
    const rings = createRings(TIERS, 1, 1);
    for (const ms of [1_000_000, 1_010_000, 1_030_000]) rings.record(ms, ms < 1_030_000, new Map());
    const late = { gauges: [7], counters: [0], zeroSinceMs: 1_010_000 };
    rings.record(1_040_000, true, new Map([["late", late]]));
    expect(rings.values("late", 0, 0, 1_040_000)).toEqual([null, null, 0, null, 0, 7]);
  });

  it("overwrite the oldest and survive a long time without a look", () => {
    const rings = createRings(TIERS, 1, 1);
    for (let slot = 0; slot < 20; slot += 1) rings.record(1_000_000 + slot * 10_000, true, at(slot + 1));
    expect(rings.values("a", 0, 0, 1_190_000)).toEqual([15, 16, 17, 18, 19, 20]);
    rings.record(9_000_000, false, at(1));
    expect(rings.values("a", 0, 0, 9_000_000)).toEqual([null, null, null, null, null, 1]);
  });

  it("forget a subject that is gone", () => {
    const rings = createRings(TIERS, 1, 1);
    rings.record(1_000_000, true, at(5));
    rings.record(1_010_000, true, new Map());
    expect([...rings.subjects()]).toEqual([]);
  });
});
