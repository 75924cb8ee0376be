/** Consumers over all groups. Pure. */
import type { Overview } from "@/lib/api/schemas/overview";

/** @returns null when a row is missing or does not tell; a name that reads in several groups counts in each of them */
export function consumersOf({
  rows,
  rows_total,
}: Pick<Overview, "rows" | "rows_total">): { live: number; total: number } | null {
  if (rows.length < rows_total) return null;
  let live = 0;
  let total = 0;
  for (const { stream, workers_live } of rows) {
    if (stream === null || stream.group === null) continue;
    if (stream.consumers === null || workers_live === null) return null;
    live += workers_live;
    total += stream.consumers;
  }
  return { live, total };
}
