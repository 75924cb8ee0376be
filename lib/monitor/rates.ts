/**
 * Rates over the last minute from counters that only grow, and the time to drain: medians of one-minute rates,
 * so that one burst does not make a promise.
 */
import type { z } from "zod";
import type { drain } from "../api/schemas/overview";
import type { Flow } from "../source";

export interface Rates {
  inPerS: number;
  outPerS: number;
  failedPerS: number;
}

export interface Drain {
  state: z.infer<typeof drain>;
  seconds: number | null;
}

const MINUTE_MS = 60_000;
/** Points are kept this far apart; the latest is always there. */
const STEP_MS = 4_000;
const POINTS = 18;
const WIDTH = 4;
const MEDIAN_STEP_MS = 6_000;
const MEDIANS = 5;
/** Net outflow below this share of the inflow is no draining. */
const NET_MIN_SHARE = 0.02;

/** Three significant digits: a figure that no one can tell apart should not be sent again. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

export const round = (value: number | null) => (value === null ? null : rounded(value));

export interface Meter {
  note(atMs: number, flow: Flow): void;
  /** Forgets what was before a time in which nobody looked. */
  restart(): void;
  /** Null before two samples. */
  rates(): Rates | null;
  /** @param unfinished waiting plus running; null = unknown */
  drain(unfinished: number | null): Drain;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
};

export function createMeter(): Meter {
  const ring = new Float64Array(POINTS * WIDTH);
  let size = 0;
  let latest: { atMs: number; flow: Flow } | null = null;
  let medians: { atMs: number; in: number; out: number }[] = [];

  const at = (index: number) => ring.subarray(index * WIDTH, index * WIDTH + WIDTH);
  const push = (atMs: number, flow: Flow) => {
    if (size === POINTS) {
      ring.copyWithin(0, WIDTH);
      size -= 1;
    }
    at(size).set([atMs, flow.in, flow.out, flow.failed]);
    size += 1;
  };

  const rates = (): Rates | null => {
    if (latest === null) return null;
    for (let index = 0; index < size; index += 1) {
      const [atMs = 0, into = 0, out = 0, failed = 0] = at(index);
      const spanMs = latest.atMs - atMs;
      if (spanMs <= 0) return null;
      if (spanMs > MINUTE_MS + STEP_MS / 2) continue;
      const perS = (now: number, before: number) => (Math.max(0, now - before) * 1_000) / spanMs;
      return {
        inPerS: perS(latest.flow.in, into),
        outPerS: perS(latest.flow.out, out),
        failedPerS: perS(latest.flow.failed, failed),
      };
    }
    return null;
  };

  return {
    note: (atMs, flow) => {
      const lastKept = size === 0 ? null : (at(size - 1)[0] ?? 0);
      if (lastKept === null || atMs - lastKept >= STEP_MS) push(atMs, flow);
      latest = { atMs, flow };
      const now = rates();
      const lastMedianMs = medians.at(-1)?.atMs ?? 0;
      if (now !== null && atMs - lastMedianMs >= MEDIAN_STEP_MS)
        medians = [...medians.slice(1 - MEDIANS), { atMs, in: now.inPerS, out: now.outPerS }];
    },
    restart: () => {
      size = 0;
      latest = null;
      medians = [];
    },
    rates,
    drain: (unfinished) => {
      if (unfinished === null) return { state: "unknown", seconds: null };
      if (unfinished === 0) return { state: "empty", seconds: null };
      if (medians.length < MEDIANS) return { state: "measuring", seconds: null };
      const into = median(medians.map((m) => m.in));
      const net = median(medians.map((m) => m.out)) - into;
      if (net <= NET_MIN_SHARE * into || net <= 0) return { state: "never", seconds: null };
      return { state: "draining", seconds: Number((unfinished / net).toPrecision(2)) };
    },
  };
}
