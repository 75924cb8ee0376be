/**
 * What is wrong with RQ's queues, from what was read: pure, and judged again every tick. The monitor adds the
 * patience (a problem opens and closes only when several judgements agree).
 */
import type { FailureGroup, Worker } from "../api/schemas/jobs";
import type { Problem } from "../api/schemas/problems";
import { type BacklogHistory, backlogId, type Reading } from "../source";
import { theilSen } from "../trend";
import { type LongJob, overrunOf, usualRunMs } from "./overruns";
import type { LastWorker } from "./roster";
import { nearest } from "./similar";

/** A started job whose worker is gone. */
export interface GoneJob {
  job_id: string;
  func_name: string | null;
  worker_name: string | null;
  started_ms: number | null;
}

export interface RqFacts {
  readings: ReadonlyMap<string, Reading>;
  history: BacklogHistory;
  nowMs: number;
  workers: readonly Worker[];
  suspended: boolean;
  lastOf(queue: string): LastWorker | null;
  groups: readonly FailureGroup[];
  /** True when failed jobs exist that no group counts. */
  groupsPartial: boolean;
  /** By queue. `total` may exceed what is listed. */
  gone: ReadonlyMap<string, { jobs: GoneJob[]; total: number }>;
  /** Jobs that live workers have held for a while. */
  overruns: readonly LongJob[];
}

const LISTENED_MAX = 8;
/** Names are compared letter by letter: so many queues with so many names are a few milliseconds. */
const COMPARED_QUEUES_MAX = 20;
const COMPARED_NAMES_MAX = 200;

/** One error in this many jobs is a cause, not a coincidence. */
const SAME_FAILURE_JOBS = 5;
/** So many are enough to be told of early, while they are happening. */
const SAME_FAILURE_EARLY = 3;
const HAPPENING_MS = 10 * 60_000;
/** What failed longer ago is known or given up; the failures page has it. */
const RECENT_MS = 24 * 3_600_000;

const GROWTH_WINDOW_MS = 10 * 60_000;
const GROWTH_SAMPLES_MIN = 6;
/** In seconds of waiting, not in jobs: a fast queue of eleven jobs is no problem. */
const GROWTH_OLDEST_MIN_MS = 30_000;
const GROWTH_JOBS_MIN = 5;
/** In that time the backlog should be gone, with as many workers as are said to be missing. */
const CLEAR_IN_S = 600;
/** Below this share of busy workers, more of them would be idle too. */
const BUSY_ENOUGH = 0.8;
const OVERRUNS_LISTED = 10;

/** `sinceMs`: when the evidence itself says that the trouble began; null where only our own watching can tell. */
type Draft = Pick<Problem, "severity" | "evidence"> & { subject: string; sinceMs: number | null };

const toProblem = (draft: Draft, nowMs: number): Problem => ({
  id: `${draft.evidence.kind}:${draft.subject}`,
  source: "rq",
  severity: draft.severity,
  since_ms: draft.sinceMs === null ? nowMs : Math.min(draft.sinceMs, nowMs),
  evidence: draft.evidence,
});

export function diagnoseRq(facts: RqFacts): Problem[] {
  const live = facts.workers.filter((worker) => worker.alive);
  const listened = new Set(live.flatMap((worker) => worker.queues));
  const compared = [...listened].slice(0, COMPARED_NAMES_MAX);
  const drafts: Draft[] = [];
  for (const reading of facts.readings.values()) {
    const names = drafts.length < COMPARED_QUEUES_MAX ? compared : [];
    const draft = noWorker(facts, reading, listened, names) ?? grows(facts, reading, live);
    if (draft !== null) drafts.push(draft);
  }
  for (const [queue, gone] of facts.gone) {
    if (gone.total === 0) continue;
    drafts.push({
      subject: queue,
      severity: "failing",
      sinceMs: null,
      evidence: {
        kind: "job-worker-gone",
        queue,
        jobs: gone.jobs,
        total: gone.total,
        cleanup_expected: listened.has(queue),
      },
    });
  }
  drafts.push(...overruns(facts, live), ...sameFailures(facts));
  return drafts.map((draft) => toProblem(draft, facts.nowMs));
}

const ageOf = (reading: Reading, nowMs: number) =>
  reading.oldestSinceMs === null ? null : Math.max(0, nowMs - reading.oldestSinceMs);

/** Jobs wait and nobody will take them: no live worker listens, or all workers are suspended. */
function noWorker(
  facts: RqFacts,
  reading: Reading,
  listened: ReadonlySet<string>,
  names: readonly string[],
): Draft | null {
  const queue = reading.ref.name;
  if ((reading.waiting ?? 0) === 0) return null;
  if (listened.has(queue) && !facts.suspended) return null;
  const last = facts.lastOf(queue);
  const others = nearest(
    queue,
    names.filter((name) => name !== queue),
  );
  return {
    subject: queue,
    severity: "failing",
    // Jobs wait and nobody listens: since the later of the two.
    sinceMs: reading.oldestSinceMs === null ? null : Math.max(reading.oldestSinceMs, last?.leftMs ?? 0),
    evidence: {
      kind: "queue-no-worker",
      queue,
      waiting: reading.waiting ?? 0,
      oldest_ms: ageOf(reading, facts.nowMs),
      listened: others.names.slice(0, LISTENED_MAX),
      similar: listened.has(queue) ? null : others.similar,
      last_worker: last?.name ?? null,
      last_worker_left_ms: last?.leftMs ?? null,
      last_worker_died: last?.died ?? false,
      suspended: facts.suspended,
    },
  };
}

/** Started jobs that a live worker should have ended: past their own limit, or far longer than is usual there. */
function overruns(facts: RqFacts, live: readonly Worker[]): Draft[] {
  const byQueue = new Map<string, LongJob[]>();
  for (const job of facts.overruns) byQueue.set(job.queue, [...(byQueue.get(job.queue) ?? []), job]);
  return [...byQueue].flatMap(([queue, jobs]): Draft[] => {
    const usualMs = usualRunMs(live.filter((worker) => worker.queues.includes(queue)));
    const long = jobs
      .flatMap(({ queue: _, ...job }) => {
        const by = overrunOf({ queue, ...job }, usualMs, facts.nowMs);
        return by === null ? [] : [{ ...job, by }];
      })
      .sort((a, b) => a.started_ms - b.started_ms);
    const [first] = long;
    if (first === undefined) return [];
    return [
      {
        subject: queue,
        severity: "degraded",
        sinceMs: first.started_ms,
        evidence: {
          kind: "job-overruns",
          queue,
          jobs: long.slice(0, OVERRUNS_LISTED),
          total: long.length,
          usual_ms: usualMs,
        },
      },
    ];
  });
}

/**
 * Workers to add so that what waits is gone in ten minutes while as much comes in: each does 1/run a second. null
 * where that would not help (some of those that are there are idle) or is not known.
 */
export function workersMissing(
  load: { waiting: number; inPerS: number | null; runMs: number | null },
  crew: { live: number; busy: number },
): number | null {
  const { waiting, inPerS, runMs } = load;
  if (inPerS === null || runMs === null || runMs <= 0 || crew.live === 0) return null;
  if (crew.busy / crew.live < BUSY_ENOUGH) return null;
  const needed = Math.ceil(((inPerS + waiting / CLEAR_IN_S) * runMs) / 1_000);
  return needed > crew.live ? needed - crew.live : null;
}

function sameFailures(facts: RqFacts): Draft[] {
  const failed = [...facts.readings.values()].reduce((sum, reading) => sum + (reading.failed ?? 0), 0);
  return facts.groups.flatMap((group): Draft[] => {
    const sinceLastMs = group.last_seen_ms === null ? null : facts.nowMs - group.last_seen_ms;
    const happening = sinceLastMs !== null && sinceLastMs <= HAPPENING_MS;
    const many = group.jobs >= SAME_FAILURE_JOBS && (sinceLastMs === null || sinceLastMs <= RECENT_MS);
    if (!many && !(happening && group.jobs >= SAME_FAILURE_EARLY)) return [];
    return [
      {
        subject: group.fingerprint,
        severity: many && happening ? "failing" : "degraded",
        sinceMs: group.first_seen_ms,
        evidence: {
          kind: "same-failure",
          fingerprint: group.fingerprint,
          error_type: group.error_type,
          message: group.message,
          jobs: group.jobs,
          at_least: facts.groupsPartial,
          functions: group.functions,
          queues: group.queues,
          first_seen_ms: group.first_seen_ms,
          last_seen_ms: group.last_seen_ms,
          other_failures: Math.max(0, failed - group.jobs),
          sample_job_id: group.sample_job_id,
        },
      },
    ];
  });
}

/** Work piles up although workers listen, long enough to matter, and never drained to half in the window. */
function grows(facts: RqFacts, reading: Reading, live: readonly Worker[]): Draft | null {
  const ageMs = ageOf(reading, facts.nowMs);
  if ((reading.waiting ?? 0) === 0 || ageMs === null || ageMs < GROWTH_OLDEST_MIN_MS) return null;
  const id = backlogId(reading.ref);
  const { stepMs, values } = facts.history.unfinished(id, GROWTH_WINDOW_MS);
  const known = values.filter((value) => value !== null);
  if (known.length < GROWTH_SAMPLES_MIN) return null;
  const [first = 0] = known;
  const last = known.at(-1) ?? 0;
  const top = Math.max(...known);
  const afterTop = known.slice(known.indexOf(top));
  if (last - first < GROWTH_JOBS_MIN || Math.min(...afterTop) <= top / 2) return null;
  const slope = theilSen(values);
  if (slope === null || slope <= 0) return null;
  const crew = live.filter((worker) => worker.queues.includes(reading.ref.name));
  const busy = crew.filter((worker) => worker.current_job !== null).length;
  const waiting = reading.waiting ?? 0;
  const inPerS = facts.history.inPerS(id);
  const runMs = usualRunMs(crew);
  return {
    subject: reading.ref.name,
    severity: "degraded",
    sinceMs: null,
    evidence: {
      kind: "backlog-grows",
      queue: reading.ref.name,
      waiting,
      grew_by: Math.round(last - first),
      window_ms: (values.length - 1 - values.findIndex((value) => value !== null)) * stepMs,
      in_per_s: inPerS,
      out_per_s: facts.history.outPerS(id),
      oldest_ms: ageMs,
      workers_live: crew.length,
      workers_busy: busy,
      run_ms: runMs,
      workers_more: workersMissing({ waiting, inPerS, runMs }, { live: crew.length, busy }),
    },
  };
}
