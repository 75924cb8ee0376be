/**
 * What is known of each backlog and since when, and which to read now. A row that was read and not told of since
 * is known to be still true, so its age stays zero without another read; the rest is read by urgency, within a
 * budget of each source, so that the size of one system never starves another; each row's age says how the
 * budget was spent.
 */
import type { SourceId } from "../api/schemas/common";
import { type BacklogRef, backlogId, type Reading } from "../source";

export interface Row {
  ref: BacklogRef;
  id: string;
  reading: Reading | null;
  /** Redis' clock when the reading was last known to be true; 0 = never read. */
  trueAtMs: number;
  readAtMs: number;
  /** Told of a change since the last read. */
  changed: boolean;
}

export interface Choice {
  nowMs: number;
  /** Whether changes are told; if not, rows are read in rotation. */
  watching: boolean;
  intervalMs: number;
  rereadMs: number;
  /** Rows to prefer: somebody looks at them, or they have a problem. */
  hot: ReadonlySet<string>;
}

/** Rows of one source that were never read come first and fast: a start should not take ten ticks. */
const FIRST_MAX = 1_000;
/** Rows of one source read without need, to notice if changes are not told. */
const PROOF = 10;

export interface Board {
  rows: ReadonlyMap<string, Row>;
  /** Takes the list of what exists of one source. The very list of the last time says that nothing changed. */
  keep(source: SourceId, refs: readonly BacklogRef[]): void;
  noteChanged(refs: readonly BacklogRef[] | "all"): void;
  choose(choice: Choice): BacklogRef[];
  /** Rows that are known to be untrue or were never read, now. */
  behind(nowMs: number): number;
  /** @returns rows that differ from the last read although nothing was told; to be confirmed at the next tick */
  put(readings: readonly Reading[]): Row[];
  /** Advances the rows that are known to be still true. */
  confirm(nowMs: number): void;
}

/** @param budgets rows that one look may read of each source because they changed or are due */
export function createBoard(budgets: ReadonlyMap<SourceId, number>): Board {
  const rows = new Map<string, Row>();
  const bySource = new Map<SourceId, Map<string, Row>>();
  const kept = new Map<SourceId, readonly BacklogRef[]>();
  const proofAt = new Map<SourceId, number>();

  const isDue = (row: Row, nowMs: number) =>
    row.changed ||
    (row.reading?.dueMs !== undefined && row.reading.dueMs !== null && row.reading.dueMs <= nowMs);

  const oldestFirst = (a: Row, b: Row) => a.readAtMs - b.readAtMs;

  /** The next few of a source's rows, around and around. */
  const proof = (source: SourceId, all: readonly Row[]): Row[] => {
    const from = proofAt.get(source) ?? 0;
    const taken = Math.min(PROOF, all.length);
    proofAt.set(source, from + taken);
    return Array.from({ length: taken }, (_, step) => all[(from + step) % all.length]).flatMap((row) =>
      row === undefined || row.reading === null ? [] : [row],
    );
  };

  const watched = (source: SourceId, all: readonly Row[], budget: number, choice: Choice): Row[] => {
    const hot: Row[] = [];
    const rest: Row[] = [];
    for (const row of all) {
      if (row.reading === null || !isDue(row, choice.nowMs)) continue;
      (choice.hot.has(row.id) ? hot : rest).push(row);
    }
    hot.sort(oldestFirst);
    if (hot.length + rest.length > budget) rest.sort(oldestFirst);
    return [...[...hot, ...rest].slice(0, budget), ...proof(source, all)];
  };

  const rotated = (all: readonly Row[], budget: number, choice: Choice): Row[] => {
    const read = all.filter((row) => row.reading !== null).sort(oldestFirst);
    const alive = (row: Row) =>
      choice.hot.has(row.id) || (row.reading?.waiting ?? 0) + (row.reading?.running ?? 0) > 0;
    const slice = Math.ceil((read.length * choice.intervalMs) / choice.rereadMs);
    return [...read.filter(alive).slice(0, budget), ...read.slice(0, slice)];
  };

  return {
    rows,
    keep: (source, refs) => {
      if (kept.get(source) === refs) return;
      kept.set(source, refs);
      const before = bySource.get(source);
      const now = new Map<string, Row>();
      for (const ref of refs) {
        const id = backlogId(ref);
        const row = before?.get(id) ?? { ref, id, reading: null, trueAtMs: 0, readAtMs: 0, changed: true };
        now.set(id, row);
        rows.set(id, row);
      }
      for (const id of before?.keys() ?? []) if (!now.has(id)) rows.delete(id);
      bySource.set(source, now);
    },
    noteChanged: (refs) => {
      if (refs === "all") for (const row of rows.values()) row.changed = true;
      else
        for (const ref of refs) {
          const row = rows.get(backlogId(ref));
          if (row !== undefined) row.changed = true;
        }
    },
    choose: (choice) =>
      [...budgets].flatMap(([source, budget]) => {
        const all = [...(bySource.get(source)?.values() ?? [])];
        const first = all.filter((row) => row.reading === null).slice(0, FIRST_MAX);
        const more = choice.watching ? watched(source, all, budget, choice) : rotated(all, budget, choice);
        return [...new Set([...first, ...more])].map((row) => row.ref);
      }),
    behind: (nowMs) => {
      let behind = 0;
      for (const row of rows.values()) if (isDue(row, nowMs)) behind += 1;
      return behind;
    },
    put: (readings) => {
      const doubted: Row[] = [];
      for (const reading of readings) {
        const row = rows.get(backlogId(reading.ref));
        if (row === undefined) continue;
        const untold = row.reading !== null && !isDue(row, reading.atMs);
        if (untold && row.reading?.told !== reading.told) doubted.push(row);
        row.reading = reading;
        row.readAtMs = reading.atMs;
        row.trueAtMs = reading.atMs;
        row.changed = false;
      }
      return doubted;
    },
    confirm: (nowMs) => {
      for (const row of rows.values())
        if (row.reading !== null && row.reading.silent !== true && !isDue(row, nowMs))
          row.trueAtMs = Math.max(row.trueAtMs, nowMs);
    },
  };
}
