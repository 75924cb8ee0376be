import { describe, expect, it } from "vitest";
import { createSample, deliveriesOf, firstProbes, histogramOf, type Probe, type Weighed } from "./histogram";
import { compareIds } from "./ids";
import type { PendingInfo } from "./replies";

const NOW = 1_722_470_400_000;
const MINUTE = 60_000;
const DAY = 86_400_000;

type Made = Partial<Omit<PendingInfo, "id">>;

/** Entries at even steps between two times, ages as their IDs say unless `made` says otherwise. */
function spread(n: number, fromMs: number, toMs: number, made: Made = {}): PendingInfo[] {
  return Array.from({ length: n }, (_, index) => {
    const at = Math.floor(fromMs + ((toMs - fromMs) * index) / n);
    return { id: `${at}-${index}`, consumer: "w1", idleMs: NOW - at, deliveries: 1, ...made };
  });
}

/** What Redis answers, over a list in memory; counts what is read. */
function lookAt(list: PendingInfo[]): { weighed: Weighed; read: number; looks: number[] } {
  const sorted = [...list].sort((a, b) => compareIds(a.id, b.id));
  const held = new Map<string | null, number>();
  for (const { consumer } of list) held.set(consumer, (held.get(consumer) ?? 0) + 1);
  let read = 0;
  /** Where the list goes on at an ID, found by halves. */
  const place = (id: string) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareIds(sorted[middle]?.id ?? id, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const answer = ({ from, to, n }: Probe) => {
    const start = place(from);
    const found = sorted.slice(start, start + n).filter(({ id }) => compareIds(id, to) <= 0);
    read += found.length;
    return found;
  };
  const [min, max] = [sorted[0]?.id ?? "0-1", sorted.at(-1)?.id ?? "0-1"];
  const probes = firstProbes(list.length, min, max);
  const sample = createSample({ total: list.length, min, max }, probes);
  const again = sample.refine(probes.map(answer));
  const looked = again.map(answer);
  const heads = [...held.keys()].flatMap((name) =>
    sorted.filter(({ consumer }) => consumer === name).slice(0, 5),
  );
  return { weighed: sample.finish(looked, heads, held), read, looks: [probes.length, again.length] };
}

function counts(list: PendingInfo[]) {
  const { weighed, read, looks } = lookAt(list);
  const histogram = histogramOf(weighed);
  const shares = histogram.buckets.map(({ count }) => count / list.length);
  return { histogram, shares, read, looks, ...deliveriesOf(weighed) };
}

const truth = (list: PendingInfo[]) =>
  histogramOf({ entries: list.map((entry) => ({ entry, weight: 1 })), total: list.length }).buckets.map(
    ({ count }) => count / list.length,
  );

describe("the ages of pending entries", () => {
  it("are exact up to 2,000 entries, in one look", () => {
    const list = [
      ...spread(3, NOW - 500, NOW),
      ...spread(900, NOW - 50_000, NOW - 20_000),
      ...spread(1_000, NOW - 2 * DAY, NOW - DAY - 1),
    ];
    const { histogram, looks } = counts(list);
    expect(histogram.buckets.map(({ count }) => count)).toEqual([3, 0, 900, 0, 0, 0, 0, 1_000]);
    expect(histogram).toMatchObject({ sampled: 1_903, total: 1_903 });
    expect(looks).toEqual([1, 0]);
  });

  it("put an age on a bound into the bucket above", () => {
    const { histogram } = counts(spread(1, NOW - 1_000, NOW - 1_000));
    expect(histogram.buckets[1]).toEqual({ from: 1_000, to: 10_000, count: 1 });
    expect(histogram.buckets.at(-1)?.to).toBeNull();
  });

  it("leave out what nobody owns, and keep it in the total", () => {
    const { histogram } = counts(spread(5, NOW - 500, NOW, { consumer: null, idleMs: null }));
    expect(histogram.buckets.every(({ count }) => count === 0)).toBe(true);
    expect(histogram.total).toBe(5);
  });

  const shapes: [string, PendingInfo[]][] = [
    ["spread evenly over a day", spread(50_000, NOW - DAY, NOW)],
    [
      "one left behind a week ago, the rest of the last ten minutes",
      [...spread(1, NOW - 7 * DAY, NOW - 7 * DAY), ...spread(60_000, NOW - 10 * MINUTE, NOW)],
    ],
    [
      "a burst of one second in three quiet days",
      [
        ...spread(3_000, NOW - 3 * DAY, NOW),
        ...spread(50_000, NOW - 40 * 3_600_000, NOW - 40 * 3_600_000 + 1_000),
      ],
    ],
    [
      "all old, all new, nothing between",
      [...spread(30_000, NOW - 2 * DAY, NOW - 2 * DAY + 5_000), ...spread(30_000, NOW - 5_000, NOW)],
    ],
    [
      "two consumers with IDs between each other, one dead for an hour",
      [
        ...spread(20_000, NOW - 3 * 3_600_000, NOW, { consumer: "dead", idleMs: 3_600_000 }),
        ...spread(5_000, NOW - 3 * 3_600_000, NOW, { consumer: "busy", idleMs: 400 }),
      ],
    ],
  ];

  it.each(shapes)("of a long list are near the truth from a bounded sample: %s", (_, list) => {
    const { shares, read, looks, histogram } = counts(list);
    const exact = truth(list);
    for (const [index, share] of shares.entries())
      expect(
        Math.abs(share - (exact[index] ?? 0)),
        `bucket ${index}: ${share} for ${exact[index]}`,
      ).toBeLessThan(0.1);
    expect(read).toBeLessThan(6_000);
    expect(looks[0]).toBeLessThanOrEqual(75);
    expect(looks[1]).toBeLessThanOrEqual(160);
    expect(histogram.total).toBe(list.length);
    expect(histogram.sampled).toBeLessThanOrEqual(read + 10);
  });

  it("keep the weight of a burst that lies between all probes: its consumer's count is known", () => {
    const start = NOW - 2 * DAY;
    const quiet = spread(20_000, start, NOW, { consumer: "busy", idleMs: 100 });
    // Begins right after a window's first entries and ends within the window.
    const burst = spread(80_000, start + 3_000_000, start + 3_000_010, { consumer: "dead", idleMs: DAY / 2 });
    const { shares } = counts([...quiet, ...burst]);
    expect(shares[6]).toBeCloseTo(0.8, 1);
    expect(shares[0]).toBeCloseTo(0.2, 1);
  });

  it("are known too where IDs share one millisecond, or are no times", () => {
    const list = Array.from(
      { length: 30_000 },
      (_, index): PendingInfo => ({
        id: `0-${index + 1}`,
        consumer: "w1",
        idleMs: index < 15_000 ? 2 * DAY : 10,
        deliveries: 1,
      }),
    );
    const { shares } = counts(list);
    expect(shares[7]).toBeCloseTo(0.5, 1);
    expect(shares[0]).toBeCloseTo(0.5, 1);
  });

  it("say how often entries were delivered, scaled to the whole list", () => {
    const list = [
      ...spread(9_000, NOW - DAY, NOW),
      ...spread(1_000, NOW - DAY, NOW, { deliveries: 7, consumer: "w2" }),
    ];
    const { redelivered, max, poison } = counts(list);
    expect(max).toBe(7);
    expect(redelivered).toBeGreaterThan(900);
    expect(redelivered).toBeLessThan(1_100);
    expect(poison).toBe(redelivered);
    expect(counts(spread(10, NOW - 10, NOW))).toMatchObject({ redelivered: 0, max: 1, poison: 0 });
  });
});
