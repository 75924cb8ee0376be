import { describe, expect, it } from "vitest";
import { createMeter } from "./rates";

const flow = (into: number, out: number, failed = 0) => ({ in: into, out, failed, delivered: 0 });

describe("a meter", () => {
  it("knows no rate before two samples", () => {
    const meter = createMeter();
    expect(meter.rates()).toBeNull();
    meter.note(1_000, flow(5, 5));
    expect(meter.rates()).toBeNull();
    meter.note(3_000, flow(7, 6));
    expect(meter.rates()).toMatchObject({ inPerS: 1, outPerS: 0.5 });
  });

  it("looks back over one minute and no further", () => {
    const meter = createMeter();
    for (let second = 0; second <= 300; second += 2)
      meter.note(second * 1_000, flow(second < 200 ? 0 : second - 200, 0));
    expect(meter.rates()?.inPerS).toBeCloseTo(1, 1);
    for (let second = 302; second <= 380; second += 2) meter.note(second * 1_000, flow(100, 0));
    expect(meter.rates()?.inPerS).toBe(0);
  });

  it("says how long a backlog takes to drain, from medians", () => {
    const meter = createMeter();
    for (let second = 0; second <= 120; second += 2) meter.note(second * 1_000, flow(second, second * 3));
    expect(meter.drain(240)).toEqual({ state: "draining", seconds: 120 });
    expect(meter.drain(0)).toEqual({ state: "empty", seconds: null });
    expect(meter.drain(null)).toEqual({ state: "unknown", seconds: null });
  });

  it("says never when more comes in than goes out, and measuring before it can tell", () => {
    const meter = createMeter();
    meter.note(0, flow(0, 0));
    meter.note(2_000, flow(4, 2));
    expect(meter.drain(10).state).toBe("measuring");
    for (let second = 4; second <= 90; second += 2) meter.note(second * 1_000, flow(second * 2, second));
    expect(meter.drain(10).state).toBe("never");
  });
});
