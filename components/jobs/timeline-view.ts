/** The stretches of a job's life, from the times RQ kept. Pure. */

export interface Moments {
  status: string;
  createdMs: number | null;
  enqueuedMs: number | null;
  startedMs: number | null;
  endedMs: number | null;
}

export interface Stretch {
  kind: "before" | "waited" | "waits" | "ran" | "runs";
  fromMs: number;
  toMs: number;
  /** Width on the bar, 0 to 1: at least a sliver, so that every stretch can be seen and hovered. */
  share: number;
}

const SHARE_MIN = 0.04;

/**
 * @param nowMs Redis' clock: the end of a stretch that still goes on
 * @returns the stretches in order; empty when no two times tell one. RQ overwrites enqueued, started and ended
 *   with each run, so a retried job shows its last run after the time `before`.
 */
export function stretchesOf(job: Moments, nowMs: number): Stretch[] {
  const raw: Omit<Stretch, "share">[] = [];
  const add = (kind: Stretch["kind"], from: number | null, to: number | null) => {
    if (from !== null && to !== null && to >= from) raw.push({ kind, fromMs: from, toMs: to });
  };
  const { createdMs, enqueuedMs, startedMs, endedMs, status } = job;
  // A requeued job keeps the start of its previous run until the next one begins.
  const started =
    startedMs !== null && (enqueuedMs === null || startedMs >= enqueuedMs - 1_000) ? startedMs : null;
  const waiting = status === "queued" || status === "deferred" || status === "scheduled";

  const waitsFrom = enqueuedMs ?? createdMs;
  if (enqueuedMs !== null && createdMs !== null && enqueuedMs - createdMs >= 1_000)
    add("before", createdMs, enqueuedMs);
  if (waiting && started === null) add("waits", waitsFrom, nowMs);
  else if (started !== null) add("waited", waitsFrom, Math.max(started, waitsFrom ?? started));
  if (started !== null) {
    if (status === "started") add("runs", started, nowMs);
    else if (endedMs !== null && endedMs >= started) add("ran", started, endedMs);
  }
  return withShares(raw);
}

function withShares(raw: readonly Omit<Stretch, "share">[]): Stretch[] {
  const total = raw.reduce((sum, one) => sum + (one.toMs - one.fromMs), 0);
  const wide = raw.map((one) =>
    Math.max(SHARE_MIN, total === 0 ? 1 / raw.length : (one.toMs - one.fromMs) / total),
  );
  const sum = wide.reduce((a, b) => a + b, 0);
  return raw.map((one, i) => ({ ...one, share: (wide[i] ?? 0) / sum }));
}
