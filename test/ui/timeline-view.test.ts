import { describe, expect, it } from "vitest";
import { stretchesOf } from "@/components/jobs/timeline-view";

const at = 1_700_000_000_000;
const job = {
  status: "finished",
  createdMs: at,
  enqueuedMs: at + 100,
  startedMs: at + 41_000,
  endedMs: at + 71_000,
};
const kinds = (of: typeof job | Record<string, unknown>, now = at + 100_000) =>
  stretchesOf({ ...job, ...of }, now).map((one) => [one.kind, one.toMs - one.fromMs]);

describe("the time line of a job", () => {
  it("tells how long it waited and ran", () => {
    expect(kinds({})).toEqual([
      ["waited", 40_900],
      ["ran", 30_000],
    ]);
  });

  it("shows the time before it was queued, when there was one", () => {
    expect(kinds({ enqueuedMs: at + 20_000 })[0]).toEqual(["before", 20_000]);
  });

  it("lets a running stretch grow until now", () => {
    expect(kinds({ status: "started", endedMs: null })).toEqual([
      ["waited", 40_900],
      ["runs", 59_000],
    ]);
  });

  it("does not count the run before a requeue as the run after it", () => {
    expect(kinds({ status: "queued", enqueuedMs: at + 90_000 })).toEqual([
      ["before", 90_000],
      ["waits", 10_000],
    ]);
  });

  it("never draws a run that ended before it began", () => {
    expect(kinds({ endedMs: at })).toEqual([["waited", 40_900]]);
  });

  it("is empty when RQ kept no times", () => {
    expect(kinds({ createdMs: null, enqueuedMs: null, startedMs: null, endedMs: null })).toEqual([]);
  });

  it("gives each stretch a width that can be seen, all together the whole bar", () => {
    const shares = stretchesOf({ ...job, endedMs: at + 41_001 }, at + 100_000).map((one) => one.share);
    expect(Math.min(...shares)).toBeGreaterThan(0.03);
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1);
  });
});
