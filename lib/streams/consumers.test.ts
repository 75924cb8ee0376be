import { describe, expect, it } from "vitest";
import { deadAfterMs, silentMs, stateOf } from "./consumers";
import type { ConsumerInfo } from "./replies";
import { createGapWatch } from "./usual-gap";

const MINUTE = 60_000;
const info = (more: Partial<ConsumerInfo>): ConsumerInfo => ({
  name: "worker",
  pending: 1,
  idleMs: 0,
  inactiveMs: 0,
  tellsInactive: true,
  ...more,
});
const facts = { usualGapMs: null, headIdleMs: null };

describe("the state of a consumer", () => {
  it("is never dead with nothing pending, however long it is silent", () => {
    for (const tellsInactive of [true, false])
      expect(
        stateOf(
          info({ pending: 0, idleMs: 1e9, inactiveMs: tellsInactive ? 1e9 : null, tellsInactive }),
          facts,
        ),
      ).toBe("waiting");
  });

  it("is dead when it holds entries and was silent for more than a minute, or twenty usual gaps", () => {
    expect(stateOf(info({ idleMs: MINUTE + 1, inactiveMs: MINUTE + 1 }), facts)).toBe("dead");
    expect(stateOf(info({ idleMs: MINUTE, inactiveMs: MINUTE }), facts)).toBe("alive");
    const slow = { usualGapMs: MINUTE, headIdleMs: null };
    expect(stateOf(info({ idleMs: 19 * MINUTE, inactiveMs: 19 * MINUTE }), slow)).toBe("alive");
    expect(stateOf(info({ idleMs: 21 * MINUTE, inactiveMs: 21 * MINUTE }), slow)).toBe("dead");
    expect(deadAfterMs(null)).toBe(MINUTE);
    expect(deadAfterMs(MINUTE)).toBe(20 * MINUTE);
  });

  it("is stalled instead before Redis 7.2, which cannot tell dead from stuck", () => {
    expect(stateOf(info({ idleMs: 2 * MINUTE, inactiveMs: null, tellsInactive: false }), facts)).toBe(
      "stalled",
    );
  });

  it("is stuck when it goes on reading while an entry of its own lies for minutes", () => {
    const reading = info({ idleMs: 100, inactiveMs: 60 * MINUTE });
    expect(stateOf(reading, { ...facts, headIdleMs: 6 * MINUTE })).toBe("stuck");
    expect(stateOf(reading, { ...facts, headIdleMs: MINUTE })).toBe("alive");
  });

  it("counts silence from the later of an attempt and a delivery, where both are told", () => {
    expect(silentMs(info({ idleMs: 500, inactiveMs: 90_000 }))).toBe(500);
    expect(silentMs(info({ idleMs: 90_000, inactiveMs: 500 }))).toBe(500);
    expect(silentMs(info({ idleMs: 700, inactiveMs: null }))).toBe(700);
  });
});

describe("the usual gap between signs of life", () => {
  it("is unknown before three were seen", () => {
    const gap = createGapWatch();
    gap.note(0, 0);
    gap.note(10_000, 0);
    gap.note(20_000, 0);
    expect(gap.usualMs()).toBeNull();
  });

  it("is the time between signs that were each seen by themselves", () => {
    const gap = createGapWatch();
    // A sign every 30 s, a look every 2 s.
    for (let atMs = 0; atMs <= 200_000; atMs += 2_000) gap.note(atMs, atMs % 30_000);
    expect(gap.usualMs()).toBe(30_000);
  });

  it("is not the time between looks when signs come much faster", () => {
    const gap = createGapWatch();
    for (let look = 0; look < 20; look += 1) gap.note(look * 15_000, (look * 37) % 100);
    expect(gap.usualMs()).toBeLessThanOrEqual(200);
  });
});
