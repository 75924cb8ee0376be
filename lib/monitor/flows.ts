/** Rates of every backlog and of all together, from the sources' counters. */
import type { Quality, SourceId } from "../api/schemas/common";
import type { Flow, Source } from "../source";
import { createMeter, type Drain, type Meter, type Rates } from "./rates";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const NONE: Flow = { in: 0, out: 0, failed: 0, delivered: 0 };
const NO_RATES: Rates = { inPerS: 0, outPerS: 0, failedPerS: 0 };

export interface Flows {
  /** Takes the counters of all sources; once a tick. */
  note(sources: readonly Source[], atMs: number): void;
  /** Some time was not watched: rates start anew, counters go on. */
  restart(): void;
  /** Forgets the backlogs that are not among these. */
  keep(ids: { has(id: string): boolean }): void;
  of(id: string): Flow;
  total(): Flow;
  ratesOf(id: string): {
    rates: Rates | null;
    drain: (unfinished: number | null) => Drain;
    estimated: boolean;
  };
  totalRates(): { rates: Rates | null; drain: (unfinished: number | null) => Drain };
  /** Flows of one source in the last hour or since the first look; null before a second look. */
  lastHour(source: SourceId, nowMs: number): Flow | null;
}

const combined = (a: Flow, b: Flow, by: (x: number, y: number) => number): Flow => ({
  in: by(a.in, b.in),
  out: by(a.out, b.out),
  failed: by(a.failed, b.failed),
  delivered: by(a.delivered, b.delivered),
});
const plus = (a: Flow, b: Flow) => combined(a, b, (x, y) => x + y);
const minus = (a: Flow, b: Flow) => combined(a, b, (x, y) => x - y);
const moved = (flow: Flow) => flow.in !== 0 || flow.out !== 0 || flow.delivered !== 0;

export function createFlows(): Flows {
  const meters = new Map<string, Meter>();
  const total = createMeter();
  let flows = new Map<string, { flow: Flow; quality: Quality }>();
  let sums = new Map<SourceId, Flow>();
  let sum = NONE;
  let looks = 0;
  /** Between these, a backlog without a meter is known to have moved nothing. */
  let firstLookMs = 0;
  let lastLookMs = 0;
  const minutes: { atMs: number; sums: ReadonlyMap<SourceId, Flow> }[] = [];

  const drainOfIdle = (unfinished: number | null): Drain => {
    if (unfinished === null) return { state: "unknown", seconds: null };
    if (unfinished === 0) return { state: "empty", seconds: null };
    // Nothing has ever moved: as soon as the totals can be judged, so can this.
    const { state } = total.drain(1);
    return { state: state === "measuring" || state === "unknown" ? "measuring" : "never", seconds: null };
  };

  return {
    note: (sources, atMs) => {
      looks += 1;
      if (looks === 1) firstLookMs = atMs;
      flows = new Map();
      sums = new Map();
      for (const source of sources) {
        const told = source.flows(atMs);
        sums.set(source.id, told.total);
        for (const [id, entry] of told.byBacklog) flows.set(id, entry);
      }
      sum = [...sums.values()].reduce(plus, NONE);
      for (const [id, { flow }] of flows) {
        // A backlog that never moved needs no meter: its rates are zero.
        let meter = meters.get(id);
        if (meter === undefined && !moved(flow)) continue;
        if (meter === undefined) {
          meter = createMeter();
          if (looks > 1) meter.note(Math.max(firstLookMs, Math.min(lastLookMs, atMs - MINUTE_MS)), NONE);
          meters.set(id, meter);
        }
        meter.note(atMs, flow);
      }
      total.note(atMs, sum);
      lastLookMs = atMs;
      if (atMs - (minutes.at(-1)?.atMs ?? 0) >= MINUTE_MS) minutes.push({ atMs, sums });
      if (minutes.length > HOUR_MINUTES + 1) minutes.shift();
    },
    restart: () => {
      looks = 0;
      total.restart();
      for (const meter of meters.values()) meter.restart();
    },
    keep: (ids) => {
      for (const id of meters.keys()) if (!ids.has(id)) meters.delete(id);
    },
    of: (id) => flows.get(id)?.flow ?? NONE,
    total: () => sum,
    ratesOf: (id) => {
      const meter = meters.get(id);
      const estimated = flows.get(id)?.quality === "estimated";
      if (meter === undefined)
        return { rates: looks > 1 ? NO_RATES : null, drain: drainOfIdle, estimated: false };
      return { rates: meter.rates(), drain: meter.drain, estimated };
    },
    totalRates: () => ({ rates: total.rates(), drain: total.drain }),
    lastHour: (source, nowMs) => {
      const first = minutes.find(({ atMs }) => nowMs - atMs <= HOUR_MINUTES * MINUTE_MS + MINUTE_MS / 2);
      if (first === undefined || looks < 2) return null;
      return minus(sums.get(source) ?? NONE, first.sums.get(source) ?? NONE);
    },
  };
}
