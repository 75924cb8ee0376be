import { describe, expect, it } from "vitest";
import { gapsOf, joined, neatTicks, thinned, timeTicks, unwatchedUntil } from "@/components/charts/series";
import { backlogOf, failuresOf } from "@/components/overview/history-data";
import { sparkPath } from "@/components/ui/sparkline";
import type { History } from "@/lib/api/schemas/history";

const series = (values: (number | null)[]) => ({ key: "a", label: "a", color: "red", values });

describe("thinning", () => {
  it("keeps a spike of a gauge, and a gap a gap", () => {
    expect(joined([1, 9, null, null, 3, null], 2, "max")).toEqual([9, null, 3]);
    expect(joined([1, 9, 2], 2, "mean")).toEqual([5, 2]);
  });

  it("leaves at most 240 points and the same span of time", () => {
    const data = thinned({ startMs: 0, stepMs: 5_000, series: [series(Array(720).fill(1))] }, "mean");
    expect(data.series[0]?.values).toHaveLength(240);
    expect(data.stepMs).toBe(15_000);
  });
});

describe("gaps", () => {
  it("reach from the last known point to the next, and to both ends", () => {
    const data = { startMs: 0, stepMs: 10, series: [series([null, 1, 2, null, null, 5, null])] };
    expect(gapsOf(data)).toEqual([
      [0, 10],
      [20, 50],
      [50, 60],
    ]);
  });

  it("say since when somebody watched, only where the chart begins before that", () => {
    const data = { startMs: 100, stepMs: 10, watchedMs: 115, series: [series([null, null, 1, null, 2])] };
    expect(unwatchedUntil(data)).toBe(115);
    expect(unwatchedUntil({ ...data, watchedMs: 90 })).toBeNull();
    expect(unwatchedUntil({ ...data, series: [series([0, null, 1])] })).toBeNull();
    const long = { ...data, watchedMs: 2_000, series: [series([...Array(700).fill(null), 1])] };
    expect(unwatchedUntil(thinned(long, "max"))).toBe(2_000);
  });

  it("are only where no series knows anything", () => {
    const data = {
      startMs: 0,
      stepMs: 10,
      series: [series([1, null, 3]), { ...series([1, 2, 3]), key: "b" }],
    };
    expect(gapsOf(data)).toEqual([]);
  });
});

describe("axes", () => {
  it.each([
    [57, [0, 20, 40, 60]],
    [1_300, [0, 500, 1_000, 1_500]],
    [0, [0, 0.00025]],
    [0.3, [0, 0.1, 0.2, 0.3]],
  ])("marks 0 to %d at round numbers", (highest, ticks) => {
    expect(neatTicks(highest)).toEqual(ticks);
  });

  it("counts in whole numbers where halves do not exist", () => {
    expect(neatTicks(0, true)).toEqual([0, 1]);
    expect(neatTicks(3, true)).toEqual([0, 1, 2, 3]);
  });

  it("marks round clock times", () => {
    const from = Date.UTC(2026, 0, 1, 13, 47);
    const ticks = timeTicks(from, from + 3_600_000);
    expect(ticks.map((at) => new Date(at).toISOString().slice(11, 16))).toEqual([
      "13:50",
      "14:00",
      "14:10",
      "14:20",
      "14:30",
      "14:40",
    ]);
  });
});

describe("sparklines", () => {
  it("break at a gap and show a lone point", () => {
    expect(sparkPath([1, 2, null, 3]).match(/M/g)).toHaveLength(2);
    expect(sparkPath([null, 3, null])).toMatch(/^M[\d. ]+h/);
    expect(sparkPath([null, null])).toBe("");
  });

  it("lay a line of zeros on the floor", () => {
    expect(sparkPath([0, 0])).toBe("M2.0 18.0L82.0 18.0");
  });
});

const history: History = {
  window: "15m",
  start_ms: 0,
  step_ms: 5_000,
  points: 24,
  watched_since_ms: 0,
  series: [{ key: "failed_per_s", values: Array(24).fill(0.5) }],
  backlogs: [
    { key: "orders", values: [1, 2] },
    { key: "", values: [0, 0] },
  ],
  parts: [],
};

describe("the charts of the overview", () => {
  it("count failures by the minute", () => {
    const { stepMs, series: drawn } = failuresOf(history, "failed");
    expect(stepMs).toBe(60_000);
    expect(drawn[0]?.values).toEqual([30, 30]);
  });

  it("do not let the few watched seconds of a minute stand for all of it", () => {
    const values = Array.from({ length: 24 }, (_, i) => (i < 11 ? null : i === 11 ? 3 : 0));
    const { series: drawn } = failuresOf({ ...history, series: [{ key: "failed_per_s", values }] }, "failed");
    expect(drawn[0]?.values).toEqual([15, 0]);
    const none = failuresOf(
      { ...history, series: [{ key: "failed_per_s", values: Array(24).fill(null) }] },
      "x",
    );
    expect(none.series[0]?.values).toEqual([null, null]);
  });

  it("leave out the rest of the queues when nothing waits there", () => {
    expect(backlogOf(history, "other", (name) => name).series.map(({ label }) => label)).toEqual(["orders"]);
  });
});
