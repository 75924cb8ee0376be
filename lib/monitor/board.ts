/**
 * What is known of each backlog and since when, and which to read now. A row that was read and not told of since
 * is known to be still true, so its age stays zero without another read; the rest is read by urgency, within a
 * budget, and each row's age says how the budget was spent.
 */
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

/** Rows read a tick because they changed; what is left over follows at the next ticks. */
const HOT_MAX = 200;
/** Rows that were never read come first and fast: a start should not take ten ticks. */
const FIRST_MAX = 1_000;
/** Rows read without need, to notice if changes are not told. */
const PROOF = 10;

export interface Board {
  rows: ReadonlyMap<string, Row>;
  /** Takes the list of what exists. */
  keep(refs: readonly BacklogRef[]): void;
  noteChanged(refs: readonly BacklogRef[] | "all"): void;
  choose(choice: Choice): BacklogRef[];
  /** Rows that are known to be untrue or were never read, now. */
  behind(nowMs: number): number;
  /** @returns rows that differ from the last read although nothing was told; to be confirmed at the next tick */
  put(readings: readonly Reading[]): Row[];
  /** Advances the rows that are known to be still true. */
  confirm(nowMs: number): void;
}

/** Figures that time alone never changes. */
function differs(a: Reading, b: Reading): boolean {
  const [x, y] = [a.counts, b.counts];
  if (x === null || y === null) return a.waiting !== b.waiting;
  return (
    x.queued !== y.queued ||
    x.intermediate !== y.intermediate ||
    x.deferred !== y.deferred ||
    x.scheduled !== y.scheduled ||
    x.canceled !== y.canceled
  );
}

export function createBoard(): Board {
  const rows = new Map<string, Row>();
  let proofAt = 0;

  const isDue = (row: Row, nowMs: number) =>
    row.changed ||
    (row.reading?.dueMs !== undefined && row.reading.dueMs !== null && row.reading.dueMs <= nowMs);

  const oldestFirst = (a: Row, b: Row) => a.readAtMs - b.readAtMs;

  const watched = (choice: Choice): Row[] => {
    const due = [...rows.values()].filter((row) => row.reading !== null && isDue(row, choice.nowMs));
    const hot = due.filter((row) => choice.hot.has(row.id)).sort(oldestFirst);
    const rest = due.filter((row) => !choice.hot.has(row.id)).sort(oldestFirst);
    const proof: Row[] = [];
    const all = [...rows.values()];
    for (let taken = 0; taken < Math.min(PROOF, all.length); taken += 1) {
      proofAt = (proofAt + 1) % all.length;
      const row = all[proofAt];
      if (row !== undefined && row.reading !== null) proof.push(row);
    }
    return [...[...hot, ...rest].slice(0, HOT_MAX), ...proof];
  };

  const rotated = (choice: Choice): Row[] => {
    const read = [...rows.values()].filter((row) => row.reading !== null).sort(oldestFirst);
    const alive = (row: Row) =>
      choice.hot.has(row.id) || (row.reading?.waiting ?? 0) + (row.reading?.running ?? 0) > 0;
    const slice = Math.ceil((read.length * choice.intervalMs) / choice.rereadMs);
    return [...read.filter(alive).slice(0, HOT_MAX), ...read.slice(0, slice)];
  };

  return {
    rows,
    keep: (refs) => {
      const ids = new Set<string>();
      for (const ref of refs) {
        const id = backlogId(ref);
        ids.add(id);
        if (!rows.has(id)) rows.set(id, { ref, id, reading: null, trueAtMs: 0, readAtMs: 0, changed: true });
      }
      for (const id of rows.keys()) if (!ids.has(id)) rows.delete(id);
    },
    noteChanged: (refs) => {
      if (refs === "all") for (const row of rows.values()) row.changed = true;
      else
        for (const ref of refs) {
          const row = rows.get(backlogId(ref));
          if (row !== undefined) row.changed = true;
        }
    },
    choose: (choice) => {
      const first = [...rows.values()].filter((row) => row.reading === null).slice(0, FIRST_MAX);
      const more = choice.watching ? watched(choice) : rotated(choice);
      return [...new Set([...first, ...more])].map((row) => row.ref);
    },
    behind: (nowMs) => [...rows.values()].filter((row) => isDue(row, nowMs)).length,
    put: (readings) => {
      const doubted: Row[] = [];
      for (const reading of readings) {
        const row = rows.get(backlogId(reading.ref));
        if (row === undefined) continue;
        if (row.reading !== null && !isDue(row, reading.atMs) && differs(row.reading, reading))
          doubted.push(row);
        row.reading = reading;
        row.readAtMs = reading.atMs;
        row.trueAtMs = reading.atMs;
        row.changed = false;
      }
      return doubted;
    },
    confirm: (nowMs) => {
      for (const row of rows.values())
        if (row.reading !== null && !isDue(row, nowMs)) row.trueAtMs = Math.max(row.trueAtMs, nowMs);
    },
  };
}
