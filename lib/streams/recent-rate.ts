/** Rate of a counter over the last half to whole minute, from two marks: 32 bytes, for figures kept by the thousand. */

const MARK_MS = 30_000;
/** Over less than this, one burst would be a rate. */
const SPAN_MIN_MS = 1_000;

export interface RecentRate {
  note(atMs: number, value: number): void;
  /** Per second; null before two looks. */
  perS(): number | null;
  restart(): void;
}

interface Mark {
  atMs: number;
  value: number;
}

export function createRecentRate(): RecentRate {
  let older: Mark | null = null;
  let newer: Mark | null = null;
  let latest: Mark | null = null;

  return {
    note: (atMs, value) => {
      latest = { atMs, value };
      if (newer === null || atMs - newer.atMs >= MARK_MS) {
        older = newer;
        newer = latest;
      }
    },
    perS: () => {
      const from = older ?? newer;
      if (from === null || latest === null || latest.atMs - from.atMs < SPAN_MIN_MS) return null;
      return (Math.max(0, latest.value - from.value) * 1_000) / (latest.atMs - from.atMs);
    },
    restart: () => {
      older = null;
      newer = null;
      latest = null;
    },
  };
}
