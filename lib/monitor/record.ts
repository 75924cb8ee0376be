/** What the history keeps of a look: each backlog, and all together. */
import type { BacklogRef, Flow, Part, Source } from "../source";
import { backlogId, hasNoProgress, isUngrouped } from "../source";
import type { Row } from "./board";
import type { Watched } from "./history";
import type { Parted } from "./parts";

type Figure = "waiting" | "running";

/**
 * Sum of what is known. Null while a row has not been read yet, or when Redis tells none of them: a sum that grows
 * only because more was read would draw a rise that never was. A figure that Redis does not tell of one backlog is
 * left out, as it is of the totals, which say so; a stream without a group has none.
 */
function total(rows: readonly Row[], figure: Figure): number | null {
  const countable = rows.filter(({ reading }) => !hasNoProgress(reading?.stream ?? null));
  if (countable.some(({ reading }) => reading === null)) return null;
  const known = countable.map(({ reading }) => reading?.[figure] ?? null).filter((value) => value !== null);
  return known.length === 0 && countable.length > 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/** What the members of a backlog hold; null where its system knows no members. */
export type PartsOf = (ref: BacklogRef) => readonly Part[] | null;

export function partsBySource(sources: readonly Source[], nowMs: number): PartsOf {
  const told = new Map<string, Part[]>();
  const telling = new Set(sources.filter((source) => source.parts !== undefined).map(({ id }) => id));
  for (const part of sources.flatMap((source) => source.parts?.(nowMs) ?? [])) {
    const mine = told.get(part.backlog);
    if (mine === undefined) told.set(part.backlog, [part]);
    else mine.push(part);
  }
  return (ref) => {
    if (!telling.has(ref.source) || isUngrouped(ref)) return null;
    return told.get(backlogId(ref)) ?? [];
  };
}

export function recordOf(
  rows: readonly Row[],
  flows: { of(id: string): Flow; total(): Flow },
  partsOf: PartsOf,
): { total: Watched; backlogs: Map<string, Watched & Parted> } {
  return {
    total: { waiting: total(rows, "waiting"), running: total(rows, "running"), flow: flows.total() },
    backlogs: new Map(
      rows.map(({ ref, id, reading }) => [
        id,
        {
          waiting: reading?.waiting ?? null,
          running: reading?.running ?? null,
          flow: flows.of(id),
          parts: partsOf(ref),
        },
      ]),
    ),
  };
}
