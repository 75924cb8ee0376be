/** Which workers come first, and which fit a filter. Pure. */
import { plainName } from "@/components/ui/name-text";
import type { Worker } from "@/lib/api/schemas/jobs";

const RANK: Readonly<Record<Worker["state"], number>> = {
  dead: 0,
  late: 1,
  ghost: 2,
  suspended: 3,
  // All fine: a row that moved whenever a job begins or ends could not be pointed at.
  busy: 4,
  starting: 4,
  idle: 4,
};

/** States that somebody should look at. */
export function isTroubled(worker: Pick<Worker, "state">): boolean {
  return RANK[worker.state] < RANK.suspended;
}

/** Worst first; then by name, so that rows keep their place. */
export function worstFirst(workers: readonly Worker[]): Worker[] {
  return [...workers].sort(
    (a, b) => RANK[a.state] - RANK[b.state] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}

/** Name, queue or host holds the text; a name also in its wire form, as links write it. */
export function fitsFilter(worker: Worker, filter: string): boolean {
  const wanted = filter.trim().toLowerCase();
  if (wanted === "") return true;
  const texts = [worker.name, plainName(worker.name), ...worker.queues.map(plainName), worker.hostname ?? ""];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

/** Share of its life that a worker has worked, 0 to 1; null when it cannot be told. */
export function busyShare(worker: Worker, nowMs: number): number | null {
  if (worker.working_s === null || worker.birth_ms === null) return null;
  const upMs = nowMs - worker.birth_ms;
  // Under a minute a share says more about the moment than about the worker.
  if (upMs < 60_000) return null;
  return Math.min(1, (worker.working_s * 1_000) / upMs);
}
