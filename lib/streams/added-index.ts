/**
 * How many entries had been added to a stream when an ID was the newest, from what was seen at each look. Between two
 * looks it is interpolated by time, so it is wrong by less than the entries of one interval. Older looks are thinned
 * out: an ID from yesterday is placed more coarsely than one from a minute ago.
 *
 * Memory: 24 bytes a point, at most 64 points, 1.5 kB a stream.
 */
import { parseId } from "./ids";

const POINTS_MAX = 64;
const WIDTH = 3;

export interface AddedIndex {
  /** @param id the newest ID @param added entries ever added */
  note(id: string, added: number): void;
  /** null = before the first look, or an ID too large for a time. */
  at(id: string): number | null;
  restart(): void;
}

type Point = readonly [ms: number, seq: number];

function pointOf(id: string): Point | null {
  const { ms, seq } = parseId(id);
  return ms <= BigInt(Number.MAX_SAFE_INTEGER) && seq <= BigInt(Number.MAX_SAFE_INTEGER)
    ? [Number(ms), Number(seq)]
    : null;
}

export function createAddedIndex(): AddedIndex {
  let points = new Float64Array(0);
  let size = 0;

  const order = (index: number, [ms, seq]: Point) =>
    (points[index * WIDTH] ?? 0) - ms || (points[index * WIDTH + 1] ?? 0) - seq;
  const addedAt = (index: number) => points[index * WIDTH + 2] ?? 0;

  /** Every other point of the older half goes. */
  const thin = () => {
    let kept = 0;
    for (let index = 0; index < size; index += 1) {
      if (index < size / 2 && index % 2 === 1) continue;
      points.copyWithin(kept * WIDTH, index * WIDTH, index * WIDTH + WIDTH);
      kept += 1;
    }
    size = kept;
  };

  return {
    note: (id, added) => {
      const point = pointOf(id);
      if (point === null || (size > 0 && order(size - 1, point) >= 0)) return;
      if (size === POINTS_MAX) thin();
      if (size * WIDTH === points.length) {
        const larger = new Float64Array(Math.min(POINTS_MAX, Math.max(4, size * 2)) * WIDTH);
        larger.set(points);
        points = larger;
      }
      points.set([...point, added], size * WIDTH);
      size += 1;
    },
    at: (id) => {
      const point = pointOf(id);
      if (point === null || size === 0 || order(0, point) > 0) return null;
      let [low, high] = [0, size - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (order(middle, point) <= 0) low = middle;
        else high = middle - 1;
      }
      if (low === size - 1 || order(low, point) === 0) return addedAt(low);
      const [from, to] = [points[low * WIDTH] ?? 0, points[(low + 1) * WIDTH] ?? 0];
      const share = to === from ? 1 : (point[0] - from) / (to - from);
      // An ID after a point is at least one entry further.
      return Math.max(addedAt(low) + 1, Math.round(addedAt(low) + share * (addedAt(low + 1) - addedAt(low))));
    },
    restart: () => {
      points = new Float64Array(0);
      size = 0;
    },
  };
}
