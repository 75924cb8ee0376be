import { describe, expect, it } from "vitest";
import { createGapWatch } from "./usual-gap";

const LOOK_MS = 2_000;

/** Looks every two seconds at somebody whose last sign of life was at `signAt(now)`; the answer comes `lateMs` late. */
function watch(looks: number, signAt: (nowMs: number) => number, lateMs: (look: number) => number = () => 0) {
  const gap = createGapWatch();
  for (let look = 0; look < looks; look += 1) {
    const nowMs = 1_000_000 + look * LOOK_MS;
    const late = lateMs(look);
    gap.note(nowMs, nowMs + late - signAt(nowMs + late));
  }
  return gap.usualMs();
}

describe("the usual gap of a consumer", () => {
  it("is not known of one that was silent all the time, however unevenly a busy process asks", () => {
    expect(
      watch(
        40,
        () => 0,
        (look) => (look * 97) % 300,
      ),
    ).toBeNull();
  });

  it("is the time between its signs when each was seen by itself", () => {
    const everyMs = 10_000;
    expect(watch(60, (nowMs) => Math.floor(nowMs / everyMs) * everyMs)).toBe(everyMs);
  });

  it("is short of one that is heard of at every look", () => {
    expect(watch(20, (nowMs) => nowMs - 20)).toBeLessThan(200);
  });
});
