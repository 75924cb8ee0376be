/**
 * RQ as a source of the overview: who works, what every queue holds, what flows through it, what is wrong.
 * What was read on the tracked connection is read again only when Redis told of a change, when time alone makes
 * it untrue, or in rotation where changes are not told.
 */
import { batch, count } from "../redis/pipeline";
import { type BacklogRef, backlogId, type Census, type Crew, type Lookout, type Source } from "../source";
import { diagnoseRq } from "./diagnose";
import type { FailureIndex } from "./failure-index";
import { createGoneWatch } from "./gone";
import {
  FAILED_PREFIX,
  QUEUES,
  queueKey,
  queueOfMember,
  queuesOfKey,
  STARTED_PREFIX,
  SUSPENDED,
  WORKERS,
  workerOfMember,
} from "./keys";
import { createOverrunWatch } from "./overruns";
import { createRoster } from "./roster";
import { type FinishedMark, type QueueSample, sampleQueues } from "./sample";
import { createThroughput } from "./throughput";
import { weighQueues } from "./weigh";
import { members } from "./workers";

const QUEUES_MAX = 10_000;
/** About 12 to 28 commands each, 2 µs of Redis' time a command. */
const ROWS_PER_LOOK = 200;
/** Time for failed registries a tick; the index itself bounds what it reads of each. */
const FAILURES_MS = 100;

const refOf = (name: string): BacklogRef => ({ source: "rq", name });
const idOf = (name: string) => backlogId(refOf(name));

interface Known {
  sample: QueueSample | null;
  finishedMark: FinishedMark | null;
  failedEntries: number | null;
  /** True when the queue was there before Vigia watched: what it holds at the first look did not come in. */
  old: boolean;
}

export function createRqSource(options: { failures: FailureIndex }): Source {
  const { failures } = options;
  const roster = createRoster();
  const throughput = createThroughput();
  const known = new Map<string, Known>();
  const failuresDue = new Set<string>();
  const changedFailures = new Set<string>();
  const gone = createGoneWatch();
  const overruns = createOverrunWatch();
  /** Queues of workers that died: all their started jobs are looked into until none is lost. */
  const bereaved = new Set<string>();
  let indexed: string[] = [];
  let indexDirty = true;
  let indexAtMs = 0;
  let indexComplete = true;
  let counting = false;
  /** Queues that a live worker of several queues listens to: their finished entries are evidence. */
  let shared = new Set<string>();

  const readQueues = async (lookout: Lookout, nowMs: number) => {
    if (!indexDirty && nowMs - indexAtMs < lookout.rereadMs) return;
    // Before the read: what changes meanwhile is told again.
    indexDirty = false;
    const index = await members(lookout.tracked, QUEUES, QUEUES_MAX).catch((error: unknown) => {
      indexDirty = true;
      throw error;
    });
    indexAtMs = nowMs;
    indexComplete = index.complete;
    indexed = index.members.map(queueOfMember).filter((name) => name !== null);
  };

  const crews = () => {
    const byQueue = new Map<string, Crew>();
    const all: Crew = { live: 0, busy: 0, total: 0 };
    const crewOf = (queue: string) => {
      const crew = byQueue.get(queue) ?? { live: 0, busy: 0, total: 0 };
      byQueue.set(queue, crew);
      return crew;
    };
    for (const worker of roster.workers()) {
      for (const crew of [all, ...worker.queues.map(crewOf)]) {
        crew.total += 1;
        if (worker.alive) crew.live += 1;
        if (worker.alive && worker.current_job !== null) crew.busy += 1;
      }
    }
    return { all, byQueue };
  };

  const sharedQueues = () => {
    const found = new Set<string>();
    for (const worker of roster.workers())
      if (worker.alive && worker.queues.length > 1) for (const queue of worker.queues) found.add(queue);
    return found;
  };

  const startedPulses = (lookout: Lookout): ReadonlyMap<string, number> | null => {
    const changes = lookout.pulse(STARTED_PREFIX);
    if (changes === null) return null;
    const byQueue = new Map<string, number>();
    for (const [key, times] of changes)
      for (const queue of queuesOfKey(Buffer.from(key, "latin1"))) byQueue.set(queue, times);
    return byQueue;
  };

  const take = (sample: QueueSample, entry: Known, nowMs: number) => {
    const { since, next } = sample.finished;
    const failedGrowth =
      entry.failedEntries === null || sample.failedEntries === null
        ? 0
        : Math.max(0, sample.failedEntries - entry.failedEntries);
    const finishedGrowth =
      since === null || entry.finishedMark === null ? 0 : Math.max(0, since.count - entry.finishedMark.count);
    if (finishedGrowth + failedGrowth > 0)
      throughput.appeared(sample.queue, finishedGrowth + failedGrowth, failedGrowth, nowMs);
    if (sample.stock !== null) throughput.holds(sample.queue, sample.stock, !entry.old, nowMs);
    // An entry that expired stays in its registry until a worker cleans up: the size does not tell.
    const differs =
      sample.failedEntries !== entry.failedEntries || sample.reading.failed !== entry.sample?.reading.failed;
    if (changedFailures.delete(sample.queue) || differs) failuresDue.add(sample.queue);
    entry.finishedMark = next;
    entry.failedEntries = sample.failedEntries ?? entry.failedEntries;
    entry.sample = sample;
  };

  return {
    id: "rq",
    indexKey: QUEUES,
    rowsPerLook: ROWS_PER_LOOK,

    census: async (lookout, nowMs): Promise<Census> => {
      await readQueues(lookout, nowMs);
      // Before the runs are told: they are then known to have been counted.
      throughput.pulsed(throughput.unexplained() && lookout.watching ? startedPulses(lookout) : null);
      const { ran, died } = await roster.look(lookout, nowMs);
      for (const { worker, runs, failed } of ran) throughput.ran(worker.queues, runs, failed, nowMs);
      for (const queue of died.flatMap((worker) => worker.queues)) bereaved.add(queue);
      shared = sharedQueues();
      const { all, byQueue } = crews();
      const names = new Set([...indexed, ...byQueue.keys()]);
      for (const name of names)
        if (!known.has(name))
          known.set(name, { sample: null, finishedMark: null, failedEntries: null, old: !counting });
      for (const name of known.keys()) {
        if (names.has(name)) continue;
        known.delete(name);
        throughput.drop(name);
        failures.drop(name);
        gone.drop(name);
        bereaved.delete(name);
        failuresDue.delete(name);
        changedFailures.delete(name);
      }
      counting = true;
      return {
        atMs: nowMs,
        backlogs: [...names].map(refOf),
        complete: indexComplete && roster.complete(),
        crewTotal: all,
        doubted: [...bereaved].map(refOf),
        crews: new Map([...byQueue].map(([name, crew]) => [idOf(name), crew])),
      };
    },

    sample: async (lookout, refs, nowMs) => {
      const requests = refs.map(({ name }) => ({
        queue: name,
        finishedMark: shared.has(name) ? (known.get(name)?.finishedMark ?? null) : undefined,
        suspectAll: bereaved.has(name),
      }));
      const samples = await sampleQueues(lookout, requests, nowMs);
      for (const sample of samples) {
        const entry = known.get(sample.queue);
        if (entry !== undefined) take(sample, entry, nowMs);
      }
      return samples.map(({ reading }) => reading);
    },

    peek: async (redis, refs, nowMs) => {
      const listed = await batch(
        redis,
        refs.map(({ name }) => ["SISMEMBER", QUEUES, queueKey(name)]),
      );
      const there = refs.filter(({ name }, index) => known.has(name) || count(listed[index]) === 1);
      const requests = there.map(({ name }) => ({ queue: name, finishedMark: undefined, suspectAll: false }));
      const samples = await sampleQueues({ tracked: redis, plain: redis }, requests, nowMs);
      return samples.map(({ reading }) => reading);
    },

    settle: async (lookout, _readings, nowMs) => {
      for (const [queue, { sample }] of known) {
        if (sample === null || (sample.suspects.length === 0 && !gone.found().has(queue))) continue;
        await gone.inspect(lookout.plain, sample, roster.worker);
      }
      for (const queue of bereaved) if (!gone.found().has(queue)) bereaved.delete(queue);
      await overruns.look(lookout.plain, [...roster.workers()], nowMs);
      const started = performance.now();
      for (const queue of failuresDue) {
        failuresDue.delete(queue);
        await failures.refresh(lookout.plain, queue, nowMs);
        if (performance.now() - started > FAILURES_MS) break;
      }
    },

    flows: (nowMs) => {
      throughput.settle(nowMs, (queue) => known.get(queue)?.sample?.reading.running ?? 0);
      const { total, byQueue } = throughput.flows();
      return { total, byBacklog: new Map([...byQueue].map(([name, flow]) => [idOf(name), flow])) };
    },

    noteChanges: (keys) => {
      if (keys === null) {
        indexDirty = true;
        roster.noteAll();
        return "all";
      }
      const touched = new Set<string>();
      for (const key of keys) {
        const text = key.toString("latin1");
        if (text === QUEUES) indexDirty = true;
        else if (text === WORKERS) roster.noteIndex();
        else if (text === SUSPENDED) roster.noteSuspended();
        else {
          const worker = workerOfMember(key);
          if (worker !== null) roster.noteWorker(worker);
          else for (const queue of queuesOfKey(key)) if (known.has(queue)) touched.add(queue);
          // One job may leave the registry while another comes: its size does not tell.
          if (text.startsWith(FAILED_PREFIX))
            for (const queue of queuesOfKey(key)) changedFailures.add(queue);
        }
      }
      return [...touched].map(refOf);
    },

    // A burst worker may be gone before the next look, and its counters with it.
    isUrgent: (key) => key.length === WORKERS.length && key.toString("latin1") === WORKERS,

    weigh: weighQueues,

    diagnose: (readings, history, nowMs) => {
      const failed = [...readings.values()].reduce((sum, reading) => sum + (reading.failed ?? 0), 0);
      return diagnoseRq({
        readings,
        history,
        nowMs,
        workers: [...roster.workers()],
        suspended: roster.suspended(),
        lastOf: roster.lastOf,
        groups: failures.groups(),
        groupsPartial: failures.parsed() < failed,
        gone: gone.found(),
        overruns: overruns.found(),
      });
    },
  };
}
