/**
 * What is usual between two signs of life of a consumer. Redis only tells for how long it has been silent, and Vigia
 * asks every few seconds: when each sign was seen by itself, the gap is the time between two; when more came than
 * looks, it is judged by how long the silence was at the looks.
 */
import { median } from "../trend";

/** Enough for a median that one lunch break cannot move. Memory: 15 numbers a consumer. */
const GAPS_MAX = 15;
const GAPS_MIN = 3;
/** A look asks at some time after it read the clock, later in a busy process: so much apart is the same sign. */
const SAME_MS = 400;
/** No gap is told shorter than this. */
const LEAST_MS = 50;
/** Signs closer together than this share of the time between looks were probably not all seen. */
const COARSE = 1.5;

export interface GapWatch {
  /** @param silentMs since the last sign of life, at `atMs` by Redis' clock */
  note(atMs: number, silentMs: number): void;
  /** Median; null = fewer than three seen. */
  usualMs(): number | null;
}

export function createGapWatch(): GapWatch {
  const gaps: number[] = [];
  let usual: number | null = null;
  let last: { atMs: number; silentMs: number } | null = null;

  return {
    note: (atMs, silentMs) => {
      const before = last;
      if (before === null) {
        last = { atMs, silentMs };
        return;
      }
      const apartMs = atMs - silentMs - (before.atMs - before.silentMs);
      last = { atMs, silentMs };
      if (apartMs <= SAME_MS) return;
      const seenAll = apartMs > COARSE * (atMs - before.atMs);
      gaps.push(seenAll ? apartMs : Math.min(apartMs, 2 * Math.max(before.silentMs, silentMs, LEAST_MS)));
      if (gaps.length > GAPS_MAX) gaps.shift();
      usual = gaps.length < GAPS_MIN ? null : median(gaps);
    },
    usualMs: () => usual,
  };
}
