/** A queue that nobody serves is often a typing error: the served queue whose name is nearly the same. */

const LENGTH_MAX = 64;
/** Short names are near each other by chance: `imports` and `reports` are two replaced letters apart. */
const SHORT = 8;

/** Edits (insert, delete, replace, swap two neighbours) between two texts, counted up to `max`; more gives `max + 1`. */
export function editDistance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max || a.length > LENGTH_MAX || b.length > LENGTH_MAX) return max + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(replace, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return Math.min(row[b.length] ?? 0, max + 1);
}

/**
 * @returns all names, nearest first, and the one that is at most two edits away (one for names of up to 8 letters;
 * case does not count)
 */
export function nearest(
  name: string,
  others: readonly string[],
): { names: string[]; similar: string | null } {
  const max = name.length <= SHORT ? 1 : 2;
  const ranked = others
    .map((other) => ({ other, edits: editDistance(name.toLowerCase(), other.toLowerCase(), max) }))
    .sort((a, b) => a.edits - b.edits || (a.other < b.other ? -1 : 1));
  const [first] = ranked;
  return {
    names: ranked.map(({ other }) => other),
    similar: first !== undefined && first.edits <= max ? first.other : null,
  };
}
