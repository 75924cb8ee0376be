import { describe, expect, it } from "vitest";
import { createPacer, steer } from "./pacer";

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe("pace", () => {
  it("leaves Redis at least half of its time, whatever number of operations run", async () => {
    const pacer = createPacer();
    const began = performance.now();
    let busy = 0;
    const operation = async () => {
      for (let i = 0; i < 10; i++)
        await pacer.turn(
          async () => {
            await wait(4);
            busy += 4;
            return 4;
          },
          (ms) => ms,
        );
    };
    await Promise.all([operation(), operation(), operation()]);
    expect(busy / (performance.now() - began)).toBeLessThan(0.53);
  });

  it("runs one batch at a time, and goes on after one that failed", async () => {
    const pacer = createPacer();
    let running = 0;
    const batch = async () => {
      running += 1;
      expect(running).toBe(1);
      await wait(2);
      running -= 1;
      return 0;
    };
    const free = () => 0;
    const failing = pacer.turn(() => Promise.reject(new Error("lost")), free);
    const others = Promise.all([pacer.turn(batch, free), pacer.turn(batch, free)]);
    await expect(failing).rejects.toThrow("lost");
    await others;
  });

  it("steers a batch towards 2 ms, by at most a factor of two at once, within its bounds", () => {
    const bounds = { min: 25, max: 250 };
    expect(steer(100, 2, bounds)).toBe(100);
    expect(steer(100, 2.5, bounds)).toBe(80);
    expect(steer(100, 100, bounds)).toBe(50);
    expect(steer(30, 100, bounds)).toBe(25);
    expect(steer(100, 0.1, bounds)).toBe(200);
    expect(steer(200, 0, bounds)).toBe(250);
  });
});
