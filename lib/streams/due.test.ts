import { describe, expect, it } from "vitest";
import { type DueFacts, dueMsOf, isDue, lookAt } from "./due";
import type { GroupInfo } from "./replies";
import { createGroup, createStream, type GroupState, type StreamState } from "./state";

const NOW = 1_000_000;
const MANY: DueFacts = {
  nowMs: NOW,
  intervalMs: 2_000,
  rereadMs: 10_000,
  streams: 5_000,
  few: false,
  fewTroubled: true,
  watching: true,
};
const INFO: GroupInfo = {
  name: "g",
  consumers: 1,
  pending: 1,
  lastDelivered: "1-0",
  entriesRead: 1,
  lag: 0,
  tellsLag: true,
};

/** A stream that stands still with an entry pending; its consumer may be found dead in `deadInMs`. */
function still(deadInMs = Number.POSITIVE_INFINITY): { stream: StreamState; group: GroupState } {
  const stream = createStream("s");
  const group = createGroup(stream, INFO);
  stream.groups.set("g", group);
  stream.readAtMs = NOW;
  stream.changed = false;
  stream.stillLooks = 10;
  group.details = {
    atMs: NOW,
    of: INFO,
    verdictDueMs: NOW + deadInMs,
    head: null,
    rows: [],
    rowsComplete: true,
    rowsAtMs: NOW,
  };
  return { stream, group };
}

/** Nothing waits and nothing is pending. */
function settled(): StreamState {
  const { stream, group } = still();
  group.info = { ...INFO, pending: 0 };
  group.lag = { value: 0, quality: "exact", low: 0, high: 0, reason: null };
  return stream;
}

const inMs = (stream: StreamState, facts: Partial<DueFacts> = {}) =>
  dueMsOf(stream, { ...MANY, ...facts }) - NOW;

describe("when a stream is read again", () => {
  it("is 20 to 25 s for one of many that stands still", () => {
    for (let n = 0; n < 50; n += 1) {
      const afterMs = inMs(still().stream);
      expect(afterMs).toBeGreaterThanOrEqual(20_000);
      expect(afterMs).toBeLessThanOrEqual(25_000);
    }
  });

  it("is later the more there are for one with nothing to do, so that their number costs nothing", () => {
    for (const [streams, few, longestMs] of [
      [100, true, 10_000],
      [1_000, false, 50_000],
      [5_000, true, 250_000],
      [20_000, false, 300_000],
    ] as const) {
      const afterMs = inMs(settled(), { streams, few });
      expect(afterMs).toBeLessThanOrEqual(longestMs);
      expect(afterMs).toBeGreaterThanOrEqual(longestMs * 0.8);
    }
    expect(inMs(settled(), { watching: false })).toBeLessThanOrEqual(10_000);
  });

  it("is no later than the moment at which a consumer's silence makes it dead", () => {
    expect(inMs(still(13_000).stream)).toBe(13_000);
  });

  it("is within 10 s for one that moved, that few share a trouble with, or whose changes are not told", () => {
    const moved = still().stream;
    moved.stillLooks = 0;
    const { stream: troubled, group } = still();
    group.troubled = true;
    for (const afterMs of [inMs(moved), inMs(troubled), inMs(still().stream, { watching: false })])
      expect(afterMs).toBeLessThanOrEqual(10_000);
    expect(inMs(troubled, { fewTroubled: false })).toBeGreaterThanOrEqual(20_000);
  });

  it("is the next look for one of few, and for one that somebody looks at", () => {
    expect(inMs(still().stream, { few: true })).toBeLessThanOrEqual(2_000);
    const { stream } = still();
    stream.dueMs = NOW + 20_000;
    expect(isDue(stream, NOW)).toBe(false);
    lookAt(stream, NOW);
    expect(isDue(stream, NOW)).toBe(true);
    expect(inMs(stream)).toBeLessThanOrEqual(2_000);
  });
});
