/**
 * Series over several windows in typed arrays. Slots are aligned to the wall clock. NaN is a gap: nobody looked,
 * or nothing could be known. A series that was the same since its first look, zero or unknown, costs nothing: where
 * somebody looked and no array exists, that is its value.
 */
export interface Tier {
  stepMs: number;
  points: number;
}

/** One subject at a look. The gauges are set, the counters become rates per second over their slot. */
export interface Point {
  /** null = unknown. */
  gauges: (number | null)[];
  /** Values that only grow. */
  counters: number[];
  /** For a subject that is new: since when it is known to have been zero, Unix ms. null: it begins now. */
  zeroSinceMs: number | null;
}

interface Subject {
  /** Tick at which the subject was first seen, Unix ms. */
  sinceMs: number;
  arrays: (Float32Array | null)[];
  /** The gauges of the last look. */
  gauges: (number | null)[];
  /** What a series without an array was at every look. */
  blank: (0 | null)[];
  /** Last value of each counter, then for each tier its value when the current slot began. */
  counters: Float64Array | null;
}

interface TierState extends Tier {
  offset: number;
  slot: number;
  /** When the current slot's rates begin: the last look before it. */
  baseMs: number;
  /** Slots in which somebody looked, and those in which two looks made a rate. */
  seen: Uint8Array;
  rated: Uint8Array;
}

export interface Rings<Item> {
  /**
   * One look. `contiguous`: no look was missed since the last one, so slots in between are known. A subject that did
   * not change since the last look costs next to nothing until a slot ends.
   * @param items by subject; a subject that is left out ends
   */
  record(atMs: number, contiguous: boolean, items: ReadonlyMap<string, Item>): void;
  /** Values of one series over a tier, oldest first, ending with the current slot; null = gap. */
  values(subject: string, series: number, tier: number, nowMs: number): (number | null)[];
  /** When the first of {@link Rings.values} begins, Unix ms. */
  startMs(tier: number, nowMs: number): number;
  subjects(): IterableIterator<string>;
  /** Bytes in arrays. */
  bytes(): number;
}

/**
 * @param gauges number of gauges, @param counters of counters
 * @param read writes what an item says into the point, which is the same one for all: thousands a look would be refuse
 */
export function createRings<Item>(
  tiers: readonly Tier[],
  gauges: number,
  counters: number,
  read: (item: Item, into: Point) => void,
): Rings<Item> {
  const length = tiers.reduce((sum, tier) => sum + tier.points, 0);
  let offset = 0;
  const states: TierState[] = tiers.map((tier) => {
    const state = {
      ...tier,
      offset,
      slot: -1,
      baseMs: 0,
      seen: new Uint8Array(tier.points),
      rated: new Uint8Array(tier.points),
    };
    offset += tier.points;
    return state;
  });
  const subjects = new Map<string, Subject>();
  const point: Point = { gauges: [], counters: [], zeroSinceMs: null };
  let lastMs: number | null = null;

  const position = (tier: TierState, slot: number) => tier.offset + (slot % tier.points);

  const clearFrom = (tier: TierState, slot: number, count: number) => {
    for (let step = 0; step < Math.min(count, tier.points); step += 1) {
      tier.seen[(slot - step) % tier.points] = 0;
      tier.rated[(slot - step) % tier.points] = 0;
      for (const subject of subjects.values())
        for (const array of subject.arrays)
          if (array !== null) array[position(tier, slot - step)] = Number.NaN;
    }
  };

  const marksOf = (tier: TierState, series: number) => (series < gauges ? tier.seen : tier.rated);

  /** An array for a series that got its first value: what it was where somebody looked, a gap elsewhere. */
  const allocate = (subject: Subject, series: number): Float32Array => {
    const array = new Float32Array(length).fill(Number.NaN);
    if (subject.blank[series] === null) return array;
    for (const tier of states)
      for (let back = 0; back < tier.points; back += 1) {
        const slot = tier.slot - back;
        if (slot < 0 || (slot + 1) * tier.stepMs <= subject.sinceMs) break;
        if (marksOf(tier, series)[slot % tier.points] === 1) array[position(tier, slot)] = 0;
      }
    return array;
  };

  const write = (subject: Subject, series: number, tier: TierState, slots: number, value: number | null) => {
    let array = subject.arrays[series] ?? null;
    if (array === null) {
      if (value === (subject.blank[series] ?? null)) return;
      array = allocate(subject, series);
      subject.arrays[series] = array;
    }
    for (let back = 0; back < slots; back += 1) array[position(tier, tier.slot - back)] = value ?? Number.NaN;
  };

  const begin = (atMs: number): Subject => ({
    gauges: [],
    sinceMs: point.zeroSinceMs ?? atMs,
    arrays: new Array<Float32Array | null>(gauges + counters).fill(null),
    blank: Array.from({ length: gauges + counters }, (_, series) =>
      point.zeroSinceMs === null && point.gauges[series] === null ? null : 0,
    ),
    counters: null,
  });

  const countersOf = (subject: Subject): Float64Array | null => {
    if (subject.counters === null && point.counters.some((value) => value !== 0))
      subject.counters = new Float64Array(counters * (1 + states.length));
    return subject.counters;
  };

  /** What a look fills of one tier. */
  interface Fill {
    tier: TierState;
    begins: boolean;
    /** Slots since the last look, when none was missed. */
    slots: number;
    /** Whether a rate may have to be written although its counter stands still. */
    fresh: boolean;
  }

  const writeRates = (subject: Subject, last: Float64Array, fill: Fill, index: number, atMs: number) => {
    const { tier, begins, slots, fresh } = fill;
    const spanMs = atMs - tier.baseMs;
    for (let c = 0; c < counters; c += 1) {
      const now = point.counters[c] ?? 0;
      const base = counters * (1 + index) + c;
      if (begins) last[base] = spanMs > 0 ? (last[c] ?? 0) : now;
      const grown = now - (last[base] ?? 0);
      if (grown === 0 && !fresh) continue;
      // The first look says no rate; that alone is no reason for an array.
      if (spanMs <= 0 && subject.arrays[gauges + c] === null) continue;
      write(subject, gauges + c, tier, slots, spanMs <= 0 ? null : Math.max(0, (grown * 1_000) / spanMs));
    }
  };

  const recordPoint = (subject: Subject, fills: readonly Fill[], atMs: number) => {
    const moved = point.gauges.some((value, g) => value !== subject.gauges[g]);
    const last = countersOf(subject);
    for (const [index, fill] of fills.entries()) {
      if (moved || fill.begins)
        for (let g = 0; g < gauges; g += 1) write(subject, g, fill.tier, fill.slots, point.gauges[g] ?? null);
      if (last !== null) writeRates(subject, last, fill, index, atMs);
    }
    if (moved) for (let g = 0; g < gauges; g += 1) subject.gauges[g] = point.gauges[g] ?? null;
    if (last !== null) for (let c = 0; c < counters; c += 1) last[c] = point.counters[c] ?? 0;
  };

  return {
    record: (atMs, contiguous, items) => {
      const known = contiguous && lastMs !== null;
      const fills = states.map((tier): Fill => {
        const slot = Math.floor(atMs / tier.stepMs);
        const moved = tier.slot < 0 ? tier.points : slot - tier.slot;
        // Until now only the look that began the slot was in it, so it has no rate yet.
        const fresh = lastMs === null || lastMs <= tier.baseMs;
        if (moved <= 0) return { tier, begins: false, slots: 1, fresh };
        tier.slot = slot;
        tier.baseMs = known && lastMs !== null ? lastMs : atMs;
        clearFrom(tier, slot, moved);
        const slots = known ? Math.min(moved, tier.points) : 1;
        return { tier, begins: true, slots, fresh: true };
      });
      for (const { tier, slots } of fills)
        for (let back = 0; back < slots; back += 1) {
          const at = (tier.slot - back) % tier.points;
          tier.seen[at] = 1;
          if (atMs > tier.baseMs) tier.rated[at] = 1;
        }

      for (const id of subjects.keys()) if (!items.has(id)) subjects.delete(id);
      for (const [id, item] of items) {
        read(item, point);
        let subject = subjects.get(id);
        if (subject === undefined) {
          subject = begin(atMs);
          subjects.set(id, subject);
        }
        recordPoint(subject, fills, atMs);
      }
      lastMs = atMs;
    },

    values: (id, series, index, nowMs) => {
      const tier = states[index];
      const subject = subjects.get(id);
      if (tier === undefined) return [];
      const end = Math.floor(nowMs / tier.stepMs);
      const array = subject?.arrays[series] ?? null;
      return Array.from({ length: tier.points }, (_, at) => {
        const slot = end - tier.points + 1 + at;
        // The ring holds the slots up to the last look; later ones are not known yet, older ones are overwritten.
        if (subject === undefined || slot > tier.slot || slot <= tier.slot - tier.points) return null;
        if (array === null) {
          const looked = marksOf(tier, series)[slot % tier.points] === 1;
          return looked && (slot + 1) * tier.stepMs > subject.sinceMs
            ? (subject.blank[series] ?? null)
            : null;
        }
        const value = array[position(tier, slot)] ?? Number.NaN;
        return Number.isNaN(value) ? null : Number(value.toPrecision(4));
      });
    },
    startMs: (index, nowMs) => {
      const tier = states[index];
      return tier === undefined ? nowMs : (Math.floor(nowMs / tier.stepMs) - tier.points + 1) * tier.stepMs;
    },
    subjects: () => subjects.keys(),
    bytes: () => {
      let sum = 0;
      for (const subject of subjects.values()) {
        sum += subject.counters?.byteLength ?? 0;
        for (const array of subject.arrays) sum += array?.byteLength ?? 0;
      }
      return sum;
    },
  };
}
