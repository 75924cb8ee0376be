/** Trends that one odd point cannot fake. */

/** Median of the slopes between all pairs of points, per step: one dip cannot hide growth. Null = fewer than two points. */
export function theilSen(values: readonly (number | null)[]): number | null {
  const slopes: number[] = [];
  for (let j = 1; j < values.length; j += 1)
    for (let i = 0; i < j; i += 1) {
      const [a, b] = [values[i], values[j]];
      if (a !== null && a !== undefined && b !== null && b !== undefined) slopes.push((b - a) / (j - i));
    }
  return median(slopes);
}

/** The middle value, or the mean of the two in the middle; null of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
