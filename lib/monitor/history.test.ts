import { describe, expect, it } from "vitest";
import { history as historySchema, sparks as sparksSchema, WINDOWS } from "../api/schemas/history";
import { createHistory, type Watched } from "./history";
import type { Parted } from "./parts";

const START = 1_800_000_000_000;
const watched = (waiting: number | null, out = 0) => ({
  waiting,
  running: 0,
  flow: { in: 0, out, failed: 0, delivered: 0 },
  parts: null,
});
const nameOf = (id: string) => id.slice(3);
const values = (of: { series: { key: string; values: (number | null)[] }[] }, key: string) =>
  of.series.find((series) => series.key === key)?.values ?? [];

describe("history", () => {
  it("answers every window in the shape of its schema, with at most 240 points", () => {
    const store = createHistory(() => START);
    store.record(START, true, watched(3), new Map([["rq:a", watched(3)]]));
    for (const window of WINDOWS) {
      const total = historySchema.parse(store.window(window, START, null, nameOf));
      expect(total.points).toBeLessThanOrEqual(240);
      for (const series of [...total.series, ...total.backlogs])
        expect(series.values).toHaveLength(total.points);
      const one = historySchema.parse(store.window(window, START, "rq:a", nameOf));
      expect(values(one, "waiting").at(-1)).toBe(3);
      expect(sparksSchema.parse(store.sparks(window, START, ["rq:a"])).rows["rq:a"]).toHaveLength(60);
    }
  });

  it("shows an hour of steady traffic without gaps, also at idle ticks, and a stop as a gap", () => {
    const store = createHistory(() => START);
    let out = 0;
    const look = (atMs: number, contiguous = true) => {
      out += 20;
      store.record(atMs, contiguous, watched(5, out), new Map([["rq:a", watched(5, out)]]));
    };
    for (let ms = 0; ms <= 1_800_000; ms += 10_040) look(START + ms);
    const resumed = START + 2_400_000;
    look(resumed, false);
    for (let ms = 10_000; ms <= 1_200_000; ms += 10_000) look(resumed + ms);
    const hour = store.window("1h", resumed + 1_200_000, null, nameOf);
    const waiting = values(hour, "waiting");
    const known = waiting.map((value) => value !== null);
    expect(known.filter((is, at) => is !== known[at - 1] && at > 0)).toHaveLength(2);
    expect(Math.abs(waiting.filter((value) => value === null).length - 600 / 15)).toBeLessThanOrEqual(1);
    const rates = values(hour, "out_per_s").filter((value) => value !== null);
    expect(Math.max(...rates)).toBeLessThan(2.1);
    expect(Math.min(...rates)).toBeGreaterThan(1.9);
  });

  it("names the five largest backlogs and sums the rest", () => {
    const store = createHistory(() => START);
    const rows = new Map(Array.from({ length: 8 }, (_, index) => [`rq:q${index}`, watched(index)]));
    store.record(START, true, watched(28), rows);
    const { backlogs } = store.window("15m", START, null, nameOf);
    expect(backlogs.map((series) => series.key)).toEqual(["q7", "q6", "q5", "q4", "q3", ""]);
    expect(backlogs.at(-1)?.values.at(-1)).toBe(3);
  });

  it("keeps 1,000 busy queues in 4 MB", () => {
    const store = createHistory(() => START);
    for (let tick = 1; tick < 4; tick += 1) {
      const rows = new Map(
        Array.from({ length: 1_000 }, (_, index) => [
          `rq:q${index}`,
          { ...watched(1), running: 1, flow: { in: tick, out: tick, failed: 0, delivered: 0 } },
        ]),
      );
      store.record(START + tick * 2_000, true, watched(1), rows);
    }
    expect(store.bytes()).toBeLessThanOrEqual(4_100_000);
  });

  it("tells what was delivered to a group, and of a queue, which does not tell that, nothing", () => {
    const store = createHistory(() => START);
    for (let tick = 0; tick <= 10; tick += 1) {
      const flow = { in: tick * 30, out: tick * 10, failed: 0, delivered: tick * 20 };
      store.record(
        START + tick * 10_000,
        true,
        watched(0),
        new Map<string, Watched & Parted>([
          ["streams:s/g", { ...watched(5), flow, parts: [] }],
          ["rq:q", watched(5, tick * 10)],
        ]),
      );
    }
    const at = START + 100_000;
    const group = store.window("15m", at, "streams:s/g", nameOf);
    expect(values(group, "delivered_per_s").at(-1)).toBe(2);
    expect(values(group, "in_per_s").at(-1)).toBe(3);
    expect(values(group, "out_per_s").at(-1)).toBe(1);
    const queue = store.window("15m", at, "rq:q", nameOf);
    expect(queue.series.map(({ key }) => key)).not.toContain("delivered_per_s");
    expect(queue.parts).toEqual([]);
  });

  it("keeps no arrays for 5,000 streams without a group, and shows their progress as gaps", () => {
    const store = createHistory(() => START);
    const row = { ...watched(null), running: null };
    const rows = new Map(Array.from({ length: 5_000 }, (_, index) => [`streams:s${index}`, row]));
    for (let tick = 0; tick < 4; tick += 1) store.record(START + tick * 15_000, true, watched(0), rows);
    expect(store.bytes()).toBe(0);
    const { series } = store.window("15m", START + 45_000, "streams:s7", nameOf);
    expect(values({ series }, "waiting").every((value) => value === null)).toBe(true);
    expect(values({ series }, "in_per_s").at(-1)).toBe(0);
  });

  it("says how much waited before, or at the first look", () => {
    const store = createHistory(() => START);
    store.record(START, true, watched(10), new Map());
    store.record(START + 300_000, true, watched(30), new Map());
    expect(store.totalWaitingBefore(600_000, START + 300_000)).toBe(10);
    store.record(START + 700_000, true, watched(50), new Map());
    expect(store.totalWaitingBefore(600_000, START + 700_000)).not.toBe(10);
  });
});
