import { describe, expect, it } from "vitest";
import { createThroughput } from "./throughput";

const even = () => 0;

function settled(throughput: ReturnType<typeof createThroughput>, fromMs: number, ticks = 5) {
  for (let tick = 0; tick < ticks; tick += 1) throughput.settle(fromMs + tick * 2_000, even);
  return throughput.flows();
}

describe("throughput", () => {
  it("gives the runs of a one-queue worker to its queue, exactly", () => {
    const throughput = createThroughput();
    throughput.ran(["a"], 7, 2, 0);
    const { total, byQueue } = settled(throughput, 0);
    expect(total).toMatchObject({ out: 7, failed: 2 });
    expect(byQueue.get("a")).toMatchObject({ flow: { out: 7, failed: 2 }, quality: "exact" });
  });

  it("shares the runs of a many-queue worker by what appeared in the registries, and says it estimates", () => {
    const throughput = createThroughput();
    throughput.ran(["a", "b"], 10, 3, 0);
    throughput.appeared("a", 8, 3, 0);
    throughput.appeared("b", 2, 0, 0);
    const { byQueue } = settled(throughput, 0);
    expect(byQueue.get("a")).toMatchObject({ flow: { out: 8, failed: 3 }, quality: "estimated" });
    expect(byQueue.get("b")?.flow).toMatchObject({ out: 2, failed: 0 });
  });

  it("does not take the entries of a one-queue worker for those of a many-queue worker", () => {
    const throughput = createThroughput();
    throughput.ran(["a"], 50, 0, 0);
    throughput.ran(["a", "b"], 10, 0, 0);
    throughput.appeared("a", 51, 0, 0);
    throughput.appeared("b", 9, 0, 0);
    const { byQueue } = settled(throughput, 0);
    expect(byQueue.get("a")?.flow.out).toBeCloseTo(51);
    expect(byQueue.get("b")?.flow.out).toBeCloseTo(9);
  });

  it("waits for evidence that is read one look later", () => {
    const throughput = createThroughput();
    throughput.ran(["a", "b"], 10, 0, 0);
    throughput.settle(0, even);
    expect(throughput.flows().byQueue.get("a")?.flow.out).toBe(0);
    throughput.appeared("a", 10, 0, 2_000);
    expect(settled(throughput, 2_000).byQueue.get("a")?.flow.out).toBeCloseTo(10);
  });

  it("shares what no registry explains by pulses, and without pulses by who runs", () => {
    const throughput = createThroughput();
    for (const queue of ["a", "b"]) throughput.holds(queue, 0, false, 0);
    throughput.pulsed(
      new Map([
        ["a", 60],
        ["b", 20],
      ]),
    );
    throughput.ran(["a", "b"], 40, 0, 0);
    const { byQueue } = settled(throughput, 0);
    expect(byQueue.get("a")?.flow.out).toBeCloseTo(30);
    expect(throughput.unexplained()).toBe(true);

    const blind = createThroughput();
    blind.ran(["a", "b"], 40, 0, 0);
    for (let tick = 0; tick < 5; tick += 1) blind.settle(tick * 2_000, (queue) => (queue === "a" ? 3 : 1));
    expect(blind.flows().byQueue.get("a")?.flow.out).toBeCloseTo(30);
  });

  it("counts in as out plus growth, from the first look on", () => {
    const throughput = createThroughput();
    throughput.holds("old", 100, false, 0);
    throughput.holds("new", 4, true, 0);
    throughput.ran(["old"], 10, 0, 2_000);
    throughput.holds("old", 95, false, 2_000);
    const { total, byQueue } = settled(throughput, 2_000);
    expect(byQueue.get("old")?.flow.in).toBe(5);
    expect(byQueue.get("new")?.flow.in).toBe(4);
    expect(total.in).toBe(9);
  });

  it("does not lose arrivals when many jobs are taken away", () => {
    const throughput = createThroughput();
    throughput.holds("a", 1_000, false, 0);
    throughput.settle(0, even);
    throughput.holds("a", 0, false, 2_000);
    throughput.settle(2_000, even);
    throughput.holds("a", 50, false, 4_000);
    throughput.settle(4_000, even);
    const { total, byQueue } = throughput.flows();
    expect(byQueue.get("a")?.flow.in).toBeGreaterThanOrEqual(45);
    expect(total.in).toBeLessThanOrEqual(50);
    expect(total.in).toBeGreaterThanOrEqual(45);
  });

  it("never counts down", () => {
    const throughput = createThroughput();
    let before = 0;
    for (let tick = 0; tick < 100; tick += 1) {
      throughput.ran(["a"], tick % 3, 0, tick * 2_000);
      throughput.holds("a", (tick * 7) % 5, false, tick * 2_000);
      throughput.settle(tick * 2_000, even);
      const now = throughput.flows().total.in;
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
    }
  });
});
