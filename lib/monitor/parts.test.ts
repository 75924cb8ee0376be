import { describe, expect, it } from "vitest";
import type { Part } from "../source";
import { createParts, type Parted, type PartsStore } from "./parts";

const START = 1_800_000_000_000;
const STEP = 15_000;
const TIERS = [{ stepMs: STEP, points: 6 }];
const ID = "streams:s/g";

const part = (name: string, held: number, oldestSinceMs: number | null = START): Part => ({
  backlog: ID,
  name,
  held,
  oldestSinceMs: held === 0 ? null : oldestSinceMs,
});
const group = (running: number | null, ...parts: Part[]): ReadonlyMap<string, Parted> =>
  new Map([[ID, { running, parts }]]);

/** Looks one step apart, the first at `START`. */
function looks(store: PartsStore, ...groups: ReadonlyMap<string, Parted>[]): number {
  for (const [index, backlogs] of groups.entries()) store.record(START + index * STEP, true, backlogs);
  return START + (groups.length - 1) * STEP;
}

describe("the parts of a group", () => {
  it("keep the share of a consumer whose messages were rescued and who is gone", () => {
    const store = createParts(TIERS, 86_400_000);
    const at = looks(
      store,
      group(9, part("dead", 6), part("alive", 3)),
      group(9, part("dead", 6), part("alive", 3)),
      group(9, part("alive", 9)),
      group(0),
    );
    expect(store.of(ID, 0, at)).toEqual([
      { key: "alive", held: [null, null, 3, 3, 9, 0], oldest_ms: [null, null, 0, STEP, 2 * STEP, 0] },
      { key: "dead", held: [null, null, 6, 6, 0, 0], oldest_ms: [null, null, 0, STEP, 0, 0] },
    ]);
  });

  it("say zero for the time before a consumer held anything, and nothing of the time before the group", () => {
    const store = createParts(TIERS, 86_400_000);
    const at = looks(
      store,
      new Map(),
      group(0),
      group(4, part("a", 4)),
      group(5, part("a", 4), part("b", 1)),
    );
    expect(store.of(ID, 0, at).map(({ key, held }) => [key, held])).toEqual([
      ["a", [null, null, null, 0, 4, 4]],
      ["b", [null, null, null, 0, 0, 1]],
    ]);
  });

  it("leave a gap while the group's consumers are not told of, though it holds something", () => {
    const store = createParts(TIERS, 86_400_000);
    const at = looks(store, group(4, part("a", 4)), group(4), group(null), group(2, part("a", 2)));
    expect(store.of(ID, 0, at)[0]?.held).toEqual([null, null, 4, null, null, 2]);
  });

  it("know no age where IDs are no times", () => {
    const store = createParts(TIERS, 86_400_000);
    const at = looks(store, group(4, part("a", 4, null)), group(0, part("a", 0)));
    expect(store.of(ID, 0, at)[0]?.oldest_ms.slice(-2)).toEqual([null, 0]);
  });

  it("name the eight that held most, and sum the rest with the oldest of them", () => {
    const store = createParts(TIERS, 86_400_000);
    const parts = Array.from({ length: 11 }, (_, index) =>
      part(`c${index}`, index + 1, START - index * 1_000),
    );
    const at = looks(store, group(66, ...parts));
    const told = store.of(ID, 0, at);
    expect(told.map(({ key }) => key)).toEqual(["c10", "c9", "c8", "c7", "c6", "c5", "c4", "c3", ""]);
    expect(told.at(-1)?.held.at(-1)).toBe(1 + 2 + 3);
    expect(told.at(-1)?.oldest_ms.at(-1)).toBe(2_000);
  });

  it("cost nothing for consumers that hold nothing, and forget those of a group that is gone", () => {
    const store = createParts(TIERS, 86_400_000);
    looks(store, group(0, part("a", 0), part("b", 0)));
    expect(store.bytes()).toBe(0);
    store.record(START + STEP, true, group(1, part("a", 1)));
    expect(store.bytes()).toBeGreaterThan(0);
    expect(store.has(ID)).toBe(true);
    store.record(START + 2 * STEP, true, new Map());
    expect(store.bytes()).toBe(0);
    expect(store.has(ID)).toBe(false);
  });

  it("forget a consumer that held nothing for longer than any window", () => {
    const store = createParts(TIERS, 10 * STEP);
    looks(store, group(1, part("a", 1)), group(0));
    store.record(START + 11 * STEP, true, group(0));
    expect(store.bytes()).toBe(0);
  });

  it("stay bounded when every start brings new names", () => {
    const store = createParts(TIERS, 86_400_000);
    for (let generation = 0; generation < 10; generation += 1) {
      const parts = Array.from({ length: 1_000 }, (_, index) => part(`g${generation}-${index}`, 1));
      store.record(START + generation * STEP, true, group(1_000, ...parts));
    }
    expect(store.bytes()).toBe(4_000 * 2 * 6 * 4);
    const last = store.of(ID, 0, START + 9 * STEP);
    expect(last.reduce((sum, { held }) => sum + (held.at(-1) ?? 0), 0)).toBe(1_000);
  });

  it("take no more at a look than they can keep: whose consumers do not fit are not known", () => {
    const store = createParts(TIERS, 86_400_000);
    const many = (backlog: string, count: number): [string, Parted] => [
      backlog,
      {
        running: count,
        parts: Array.from({ length: count }, (_, index) => ({ ...part(`c${index}`, 1), backlog })),
      },
    ];
    store.record(START, true, new Map([many("streams:a/g", 1_500), many("streams:b/g", 600)]));
    expect(store.of("streams:a/g", 0, START)).toHaveLength(9);
    expect(store.of("streams:b/g", 0, START)).toEqual([]);
  });
});
