/**
 * Who works: the workers of the index set, each read again when Redis told of a change, when its TTL has run
 * out, or in rotation where changes are not told. Says how much each worker's counters grew since its last look.
 */
import type { Worker } from "../api/schemas/jobs";
import { batch, count } from "../redis/pipeline";
import type { Lookout } from "../source";
import { SUSPENDED, WORKERS, workerOfMember } from "./keys";
import { lookAt, members, type WorkerLook, workerCommands } from "./workers";

const WORKERS_MAX = 5_000;
/** Worker hashes read a look because they changed; the rest follow at the next looks. */
const LOOKS_MAX = 200;
/** Workers that left are remembered to say who served a queue last. */
const LEFT_MAX = 1_000;

export interface Ran {
  worker: Worker;
  runs: number;
  failed: number;
}

interface Entry extends WorkerLook {
  readAtMs: number;
  changed: boolean;
}

/** The worker that served a queue last. */
export interface LastWorker {
  name: string;
  /** When it signed off; of one that fell silent, its last heartbeat where that is known. */
  leftMs: number;
  /** True when it never signed off: it died, or lost its connection. */
  died: boolean;
}

export interface Roster {
  /** Reads what is due. At most one index read and a bounded slice of hashes. */
  look(lookout: Lookout, nowMs: number): Promise<{ ran: Ran[]; died: Worker[] }>;
  /** `null`: anything may have changed. */
  noteWorker(name: string): void;
  noteIndex(): void;
  noteSuspended(): void;
  noteAll(): void;
  workers(): IterableIterator<Worker>;
  worker(name: string): Worker | null;
  suspended(): boolean;
  complete(): boolean;
  /** The worker that served a queue last and is gone. */
  lastOf(queue: string): LastWorker | null;
}

export function createRoster(): Roster {
  const entries = new Map<string, Entry>();
  const left = new Map<string, LastWorker>();
  /** Names in the index that have not been read yet. */
  const unread = new Set<string>();
  /** Gone from the index; read once more for the last change of their counters. */
  const leaving = new Set<string>();
  let indexDirty = true;
  let suspendedDirty = true;
  let indexAtMs = 0;
  let complete = true;
  let suspended = false;
  let watchedSinceMs: number | null = null;

  const noteLeft = (worker: Worker, died: boolean, leftMs: number) => {
    for (const queue of worker.queues) {
      left.delete(queue);
      left.set(queue, { name: worker.name, leftMs, died });
    }
    for (const queue of left.keys()) {
      if (left.size <= LEFT_MAX) break;
      left.delete(queue);
    }
  };

  const readIndex = async (lookout: Lookout, nowMs: number) => {
    const late = nowMs - indexAtMs >= lookout.rereadMs;
    if (suspendedDirty || late) {
      const [reply] = await batch(lookout.tracked, [["EXISTS", SUSPENDED]]);
      suspended = count(reply) === 1;
      suspendedDirty = false;
    }
    if (!indexDirty && !late) return;
    // Before the read: what changes meanwhile is told again.
    indexDirty = false;
    const index = await members(lookout.tracked, WORKERS, WORKERS_MAX).catch((error: unknown) => {
      indexDirty = true;
      throw error;
    });
    indexAtMs = nowMs;
    complete = index.complete;
    const names = new Set(index.members.map(workerOfMember).filter((name) => name !== null));
    for (const name of names) if (!entries.has(name)) unread.add(name);
    for (const name of names) leaving.delete(name);
    for (const name of entries.keys()) if (!names.has(name)) leaving.add(name);
    for (const name of unread) if (!names.has(name)) unread.delete(name);
  };

  /** Names to read now: new, told, due, and the rotation's slice; bounded, oldest looks first. */
  const due = (lookout: Lookout, nowMs: number): string[] => {
    const known = [...entries].filter(([name]) => !leaving.has(name));
    const told = known
      .filter(([, entry]) => entry.changed || (entry.expiresAtMs !== null && entry.expiresAtMs <= nowMs))
      .sort(([, a], [, b]) => a.readAtMs - b.readAtMs)
      .map(([name]) => name);
    const names = new Set([...leaving, ...unread, ...told.slice(0, LOOKS_MAX)]);
    if (!lookout.watching) {
      const slice = Math.ceil((known.length * lookout.intervalMs) / lookout.rereadMs);
      const oldest = known.sort(([, a], [, b]) => a.readAtMs - b.readAtMs).slice(0, slice);
      for (const [name] of oldest) names.add(name);
    }
    return [...names];
  };

  /** Counters of a worker that was born while we watched count from zero; of an older one, from the first look. */
  const growth = (before: Entry | undefined, look: WorkerLook): { runs: number; failed: number } => {
    const { worker } = look;
    const same = before !== undefined && before.worker.birth_ms === worker.birth_ms;
    const bornNow = watchedSinceMs !== null && worker.birth_ms !== null && worker.birth_ms >= watchedSinceMs;
    if (!same && !bornNow) return { runs: 0, failed: 0 };
    const from = same ? before.worker : { successful_jobs: 0, failed_jobs: 0 };
    const succeeded = worker.successful_jobs - from.successful_jobs;
    const failed = worker.failed_jobs - from.failed_jobs;
    // Lower counters under one birth: someone reset them; what they say now is not a difference.
    if (succeeded < 0 || failed < 0) return { runs: 0, failed: 0 };
    return { runs: succeeded + failed, failed };
  };

  return {
    look: async (lookout, nowMs) => {
      const first = watchedSinceMs === null;
      await readIndex(lookout, nowMs);
      const names = due(lookout, nowMs);
      const replies = await batch(lookout.tracked, names.flatMap(workerCommands));
      const ran: Ran[] = [];
      const died: Worker[] = [];
      for (const [index, name] of names.entries()) {
        const look = lookAt(name, [replies[index * 2], replies[index * 2 + 1]], nowMs);
        const before = entries.get(name);
        const grown = growth(before, look);
        // A worker that died keeps its queues: they are what is without a worker now.
        const queues = look.worker.queues.length > 0 ? look.worker.queues : (before?.worker.queues ?? []);
        const worker = { ...look.worker, queues };
        if (grown.runs > 0) ran.push({ worker, ...grown });
        unread.delete(name);
        if (before?.worker.alive !== false && !worker.alive) {
          // Who signs off leaves a note of its death for a minute; of one that died nothing is left.
          const silent = look.worker.birth_ms === null;
          noteLeft(worker, silent, (silent ? before?.worker.heartbeat_ms : null) ?? nowMs);
          died.push(worker);
        }
        if (leaving.delete(name)) {
          if (worker.alive) noteLeft(worker, false, nowMs);
          entries.delete(name);
        } else {
          // A key that is gone has no counters; those it had stay the base for a return under the same birth.
          entries.set(name, { worker, expiresAtMs: look.expiresAtMs, readAtMs: nowMs, changed: false });
        }
      }
      if (first) watchedSinceMs = nowMs;
      return { ran, died };
    },
    noteWorker: (name) => {
      const entry = entries.get(name);
      if (entry !== undefined) entry.changed = true;
    },
    noteIndex: () => {
      indexDirty = true;
    },
    noteSuspended: () => {
      suspendedDirty = true;
    },
    noteAll: () => {
      indexDirty = true;
      suspendedDirty = true;
      for (const entry of entries.values()) entry.changed = true;
    },
    *workers() {
      for (const [name, entry] of entries) if (!leaving.has(name)) yield entry.worker;
    },
    worker: (name) => entries.get(name)?.worker ?? null,
    suspended: () => suspended,
    complete: () => complete,
    lastOf: (queue) => left.get(queue) ?? null,
  };
}
