/**
 * How long the pending entries of a group have been idle, and how often they were delivered, from a bounded sample.
 * Redis keeps them by ID alone, and idle does not follow the ID, so every entry would have to be read. A short list is
 * read whole. Of a long one, windows over its IDs each show their first entries; those that hold more are split and
 * looked into again. What a window hides is estimated from how dense it looked, and all that is hidden is known: the
 * length of the list less what was seen. Last, each consumer's entries are weighed to its exact count, so that a burst
 * which lies between two probes keeps its weight.
 */

import { POISON_DELIVERIES } from "../api/schemas/operations";
import type { PendingHistogram } from "../api/schemas/streams";
import { type EntryId, nextId, parseId, previousId } from "./ids";
import type { PendingInfo } from "./replies";

/** Lists of up to so many are read whole: one command of 0.7 ms. */
export const EXACT_MAX = 2_000;
const EVEN_PROBES = 32;
const HALVINGS = 20;
const FIRST_ENTRIES = 20;
/** Deeper the second time: a burst may lie behind a few early entries of its window. */
const SECOND_ENTRIES = 40;
const SECOND_PROBES = 64;

/** Upper ends, exclusive, milliseconds. */
const BOUNDS_MS = [1_000, 10_000, 60_000, 300_000, 1_800_000, 7_200_000, 86_400_000];

/** A part of the list: `XPENDING key group from to n`. */
export interface Probe {
  from: string;
  /** Inclusive. */
  to: string;
  n: number;
}

/** A probe and what it found; `rest` is what lies after that in its part, null = nothing. */
interface Part {
  probe: Probe;
  entries: readonly PendingInfo[];
  rest: { from: string; to: string } | null;
}

/** IDs as numbers: milliseconds, or sequence numbers where all share one millisecond. Only for widths and places. */
interface Scale {
  at(id: string): number;
  id(at: number): string;
}

const clamp = (value: bigint, low: bigint, high: bigint) => (value < low ? low : value > high ? high : value);

function scaleOf(min: EntryId, max: EntryId): Scale {
  if (min.ms !== max.ms)
    return {
      at: (id) => Number(parseId(id).ms - min.ms),
      id: (at) => `${clamp(min.ms + BigInt(Math.floor(at)), min.ms, max.ms)}-0`,
    };
  return {
    at: (id) => {
      const { ms, seq } = parseId(id);
      return Number((ms > max.ms ? max.seq : seq) - min.seq);
    },
    id: (at) => `${min.ms}-${clamp(min.seq + BigInt(Math.floor(at)), min.seq, max.seq)}`,
  };
}

/** Windows that begin at these places and end before the next one; the first begins at `from`. */
function windows(scale: Scale, { from, to, n }: Probe, places: readonly number[]): Probe[] {
  const [start, end] = [scale.at(from), scale.at(to)];
  const inner = [...new Set(places.map(Math.floor))].filter((at) => at > start && at <= end);
  const begins = [from, ...inner.sort((a, b) => a - b).map(scale.id)];
  return begins.map((begin, index) => {
    const next = begins[index + 1];
    return { from: begin, to: next === undefined ? to : previousId(next), n };
  });
}

/**
 * The first look: the whole of a short list; of a long one even steps, and ever shorter ones towards both its ends,
 * where entries are densest (what came just now) or matter most (what was left long ago).
 */
export function firstProbes(total: number, min: string, max: string): Probe[] {
  if (total <= EXACT_MAX) return [{ from: min, to: max, n: EXACT_MAX }];
  const scale = scaleOf(parseId(min), parseId(max));
  const [start, end] = [scale.at(min), scale.at(max)];
  const span = end - start;
  const even = Array.from({ length: EVEN_PROBES }, (_, index) => start + (span * index) / EVEN_PROBES);
  const halved = Array.from({ length: HALVINGS }, (_, index) => span / 2 ** (index + 1));
  return windows(scale, { from: min, to: max, n: FIRST_ENTRIES }, [
    ...even,
    ...halved.map((part) => start + part),
    ...halved.map((part) => end - part),
  ]);
}

function partOf(probe: Probe, entries: readonly PendingInfo[]): Part {
  const last = entries.at(-1);
  const more = last !== undefined && entries.length >= probe.n && last.id !== probe.to;
  return { probe, entries, rest: more ? { from: nextId(last.id), to: probe.to } : null };
}

/** How many entries a part hides, by how dense what was seen of it is; not yet scaled to what is known of all. */
function hiddenIn({ probe, entries, rest }: Part, scale: Scale): number {
  const last = entries.at(-1);
  if (rest === null || last === undefined) return 0;
  const seen = Math.max(1, scale.at(last.id) - scale.at(probe.from));
  return Math.max(1, (entries.length * (scale.at(rest.to) - scale.at(last.id))) / seen);
}

/** A sample in the making: two looks, then a weight for each entry that was seen. */
export interface Sample {
  /** The second look, into what the first has shown to hold more; empty when everything was seen. */
  refine(replies: readonly (readonly PendingInfo[])[]): Probe[];
  /**
   * @param replies of the second look
   * @param heads entries that were seen otherwise, so that each consumer has one
   * @param held exact counts by consumer; null = nobody's
   */
  finish(
    replies: readonly (readonly PendingInfo[])[],
    heads: readonly PendingInfo[],
    held: ReadonlyMap<string | null, number>,
  ): Weighed;
}

export interface Weighed {
  entries: readonly { entry: PendingInfo; weight: number }[];
  total: number;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** @param probes of the first look, as {@link firstProbes} gave them */
export function createSample(
  { total, min, max }: { total: number; min: string; max: string },
  probes: readonly Probe[],
): Sample {
  const scale = scaleOf(parseId(min), parseId(max));
  let first: Part[] = [];
  let second: Probe[] = [];

  const refine = (replies: readonly (readonly PendingInfo[])[]) => {
    first = probes.map((probe, index) => partOf(probe, replies[index] ?? []));
    if (total <= EXACT_MAX) return [];
    const open = first.filter((part) => part.rest !== null);
    const hidden = open.map((part) => hiddenIn(part, scale));
    const all = sum(hidden);
    second = open.flatMap((part, index) => {
      if (part.rest === null) return [];
      const { from, to } = part.rest;
      const share = Math.max(2, Math.round((SECOND_PROBES * (hidden[index] ?? 0)) / all));
      const [start, end] = [scale.at(from), scale.at(to)];
      const places = Array.from({ length: share }, (_, step) => start + ((end - start) * step) / share);
      return windows(scale, { from, to, n: SECOND_ENTRIES }, places);
    });
    return second;
  };

  const finish: Sample["finish"] = (replies, heads, held) => {
    // A list that was read whole is as long as what was found: some may have been acknowledged since it was counted.
    if (total <= EXACT_MAX) {
      const whole = first.flatMap(({ entries }) => entries.map((entry) => ({ entry, weight: 1 })));
      return { entries: whole, total: whole.length };
    }
    // What the second look went into again counts once, there.
    const seen = first.map((part) => ({ ...part, rest: null }));
    const parts = [...seen, ...second.map((probe, index) => partOf(probe, replies[index] ?? []))];
    const hidden = parts.map((part) => hiddenIn(part, scale));
    const known = sum(parts.map(({ entries }) => entries.length));
    const all = sum(hidden);
    const factor = all === 0 ? 0 : Math.max(0, total - known) / all;
    const entries = parts.flatMap((part, index) =>
      part.entries.map((entry) => ({
        entry,
        weight: 1 + (factor * (hidden[index] ?? 0)) / part.entries.length,
      })),
    );
    const ids = new Set(entries.map(({ entry }) => entry.id));
    const extra = heads.filter(({ id }) => !ids.has(id)).map((entry) => ({ entry, weight: 1 }));
    const sampled = [...entries, ...extra];
    return { entries: sampled.length < total ? weighed(sampled, held, total) : sampled, total };
  };

  return { refine, finish };
}

/** Each consumer's entries scaled to its count, then all to the total: counts may be of different moments. */
function weighed(entries: Weighed["entries"], held: ReadonlyMap<string | null, number>, total: number) {
  const sums = new Map<string | null, number>();
  for (const { entry, weight } of entries) sums.set(entry.consumer, (sums.get(entry.consumer) ?? 0) + weight);
  const scaled = entries.map(({ entry, weight }) => {
    const own = sums.get(entry.consumer) ?? weight;
    return { entry, weight: (weight * (held.get(entry.consumer) ?? own)) / own };
  });
  const all = sum(scaled.map(({ weight }) => weight));
  return all === 0 ? entries : scaled.map(({ entry, weight }) => ({ entry, weight: (weight * total) / all }));
}

/** Whole numbers; what was seen is never rounded away. */
const counted = (weight: number) => (weight === 0 ? 0 : Math.max(1, Math.round(weight)));

/** Entries that nobody owns have no idle time: they are in the total alone. */
export function histogramOf({ entries, total }: Weighed): PendingHistogram {
  const ends = [...BOUNDS_MS, null];
  const weights = ends.map(() => 0);
  for (const { entry, weight } of entries) {
    const idle = entry.idleMs;
    if (idle === null) continue;
    const bucket = BOUNDS_MS.findIndex((end) => idle < end);
    const index = bucket === -1 ? BOUNDS_MS.length : bucket;
    weights[index] = (weights[index] ?? 0) + weight;
  }
  const buckets = ends.map((to, index) => ({
    from: BOUNDS_MS[index - 1] ?? 0,
    to,
    count: counted(weights[index] ?? 0),
  }));
  return { buckets, sampled: entries.length, total };
}

/** How often entries were delivered, scaled to the whole list; the highest count is of those that were seen. */
export function deliveriesOf({ entries }: Weighed): { redelivered: number; max: number; poison: number } {
  const told = { redelivered: 0, max: 0, poison: 0 };
  for (const { entry, weight } of entries) {
    told.max = Math.max(told.max, entry.deliveries);
    if (entry.deliveries > 1) told.redelivered += weight;
    if (entry.deliveries >= POISON_DELIVERIES) told.poison += weight;
  }
  return { ...told, redelivered: counted(told.redelivered), poison: counted(told.poison) };
}
