/** What the filter box of the streams finds. Pure. */
import { plainName } from "@/components/ui/name-text";
import type { StreamRow } from "@/lib/api/schemas/streams";

/** Streams that have the text in their own name or in a group's; each with all of its groups. */
export function matching(rows: readonly StreamRow[], filter: string): readonly StreamRow[] {
  const wanted = filter.trim().toLowerCase();
  if (wanted === "") return rows;
  const holds = (name: string) => plainName(name).toLowerCase().includes(wanted);
  return rows.filter((row) => holds(row.stream) || row.groups.some(({ group }) => holds(group)));
}
