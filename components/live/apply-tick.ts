import type { Overview, TickEvent } from "@/lib/api/schemas/overview";

/**
 * The overview after one tick, or `null` when the tick builds on another state than ours: then it has to be
 * fetched whole. Rows that did not change stay the same objects, so that they are not drawn again. Pure.
 */
export function applyTick(current: Overview, event: TickEvent): Overview | null {
  if (event.base_tick !== current.tick) return null;
  const { base_tick: _, changed, removed, ...rest } = event;
  if (changed.length === 0 && removed.length === 0) return { ...rest, rows: current.rows };
  const rows = new Map(current.rows.map((row) => [row.id, row]));
  for (const id of removed) rows.delete(id);
  for (const row of changed) rows.set(row.id, row);
  return { ...rest, rows: [...rows.values()].sort((a, b) => a.rank - b.rank) };
}

/** The same figures, of which nothing is known to be true any more: no state keeps its colour. Pure. */
export function asUnknown(overview: Overview): Overview {
  return {
    ...overview,
    verdict: { ...overview.verdict, state: "unknown", unknown: overview.verdict.unknown ?? "stale" },
    rows: overview.rows.map((row) => ({ ...row, state: "unknown" })),
  };
}
