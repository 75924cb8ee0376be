/**
 * How many jobs came in and went out, as counters that only grow.
 *
 * Out is what the workers' own counters say, so the total is exact whatever the result TTL. A worker of one queue
 * says which queue; the runs of a worker of several queues are shared out by evidence, in this order: entries
 * added to the queue's finished and failed registries; changes of the queue's started registry seen as they
 * happen (for `result_ttl=0`, which leaves no entry); who runs most. Those queues are marked estimated.
 *
 * In is out plus the growth of what is there (waiting, just popped, started). Jobs that left without running
 * (canceled, deleted, emptied) make that sum fall; a fall that is no jitter between two reads is taken out.
 */
import type { Quality } from "../api/schemas/common";
import type { Flow } from "../source";

/** Evidence may be read a look later than the worker's counter; runs without any wait this long for it. */
const HOLD_MS = 5_000;
/** Evidence that no counter followed (an abandoned job was failed by maintenance) is dropped after this. */
const SURPLUS_MS = 30_000;
/** A sum of in that stays lower than what was reported for this long was no jitter. */
const FORGIVE_MS = 20_000;
/** Pulses fade by half in this time: they say what ran lately. */
const PULSE_HALF_MS = 20_000;
const JITTER_MIN = 5;
const JITTER_SHARE = 0.25;

/** A sum that may jitter down for a moment, shown as a counter that only grows. */
interface Inflow {
  reported: number;
  offset: number;
  /** The smallest shortfall since `lowSinceMs`. */
  low: number;
  lowSinceMs: number | null;
}

function advance(inflow: Inflow, sum: number, nowMs: number): void {
  const value = sum + inflow.offset;
  if (value >= inflow.reported) {
    inflow.reported = value;
    inflow.lowSinceMs = null;
    return;
  }
  const short = inflow.reported - value;
  if (inflow.lowSinceMs === null) {
    inflow.lowSinceMs = nowMs;
    inflow.low = short;
  }
  inflow.low = Math.min(inflow.low, short);
  if (nowMs - inflow.lowSinceMs < FORGIVE_MS) return;
  inflow.offset += inflow.low;
  inflow.lowSinceMs = null;
}

const emptyInflow = (): Inflow => ({ reported: 0, offset: 0, low: 0, lowSinceMs: null });

interface Queue {
  out: number;
  failed: number;
  inflow: Inflow;
  /** `null` until the first look. */
  stock: number | null;
  stockGrowth: number;
  outAtStock: number;
  estimated: boolean;
  /** Entries added to finished and failed that no run has been matched with. */
  evidence: number;
  evidenceAtMs: number;
  failedEvidence: number;
  pulses: number;
  /** Runs that were given to this queue while pulses were counted; fades alike. */
  given: number;
}

/** Workers that listen to the same several queues. */
interface Crew {
  queues: string[];
  /** `counted`: pulses were counted when these ran. */
  pending: { runs: number; atMs: number; counted: boolean }[];
  failed: number;
}

export interface Throughput {
  /** Runs that a worker's counters grew by. */
  ran(queues: readonly string[], runs: number, failed: number, nowMs: number): void;
  /** Entries that appeared in a queue's registries since the last look; `failed` is part of `added`. */
  appeared(queue: string, added: number, failed: number, nowMs: number): void;
  /** Changes of started registries since the last call, seen as they happened; null = they were not counted. */
  pulsed(changes: ReadonlyMap<string, number> | null): void;
  /** What a queue holds now. `isNew`: it appeared while Vigia watched, so what it holds came in. */
  holds(queue: string, stock: number, isNew: boolean, nowMs: number): void;
  /** Shares out what is known. Once a look, after the others. */
  settle(nowMs: number, weightOf: (queue: string) => number): void;
  /** Whether runs wait that no registry explains: then pulses are worth their cost. */
  unexplained(): boolean;
  flows(): { total: Flow; byQueue: ReadonlyMap<string, { flow: Flow; quality: Quality }> };
  drop(queue: string): void;
}

export function createThroughput(): Throughput {
  const queues = new Map<string, Queue>();
  const crews = new Map<string, Crew>();
  const total = { out: 0, failed: 0, stockGrowth: 0, inflow: emptyInflow() };
  /** All runs while pulses were counted; fades as they do. */
  let pulseRuns = 0;
  let counting = false;
  let unexplainedAtMs: number | null = null;
  let settledAtMs: number | null = null;

  const queueOf = (name: string): Queue => {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const made: Queue = {
      out: 0,
      failed: 0,
      inflow: emptyInflow(),
      stock: null,
      stockGrowth: 0,
      outAtStock: 0,
      estimated: false,
      evidence: 0,
      evidenceAtMs: 0,
      failedEvidence: 0,
      pulses: 0,
      given: 0,
    };
    queues.set(name, made);
    return made;
  };

  const give = (name: string, runs: number) => {
    const queue = queueOf(name);
    queue.out += runs;
    if (counting) queue.given += runs;
  };

  /** Takes up to `runs` from the oldest pending of a crew. */
  const consume = (crew: Crew, runs: number) => {
    let left = runs;
    while (left > 0) {
      const [oldest] = crew.pending;
      if (oldest === undefined) return;
      const taken = Math.min(left, oldest.runs);
      oldest.runs -= taken;
      left -= taken;
      if (oldest.runs <= 1e-9) crew.pending.shift();
    }
  };

  const pendingOf = (crew: Crew) => crew.pending.reduce((sum, part) => sum + part.runs, 0);

  /** Shares `amount` by weights; equally where all weights are zero. */
  const shares = (names: readonly string[], amount: number, weight: (name: string) => number) => {
    const weights = names.map((name) => Math.max(0, weight(name)));
    const sum = weights.reduce((a, b) => a + b, 0);
    return names.map((name, index): [string, number] => [
      name,
      sum > 0 ? (amount * (weights[index] ?? 0)) / sum : amount / names.length,
    ]);
  };

  /** Matches runs with registry entries. A queue that several crews serve is split by how much each has to place. */
  const matchEvidence = () => {
    for (let round = 0; round < 3; round += 1) {
      const demand = new Map<string, number>();
      for (const crew of crews.values()) {
        const pending = pendingOf(crew);
        for (const name of crew.queues) demand.set(name, (demand.get(name) ?? 0) + pending);
      }
      for (const crew of crews.values()) {
        const pending = pendingOf(crew);
        if (pending <= 0) continue;
        const offers = crew.queues.map((name): [string, number] => {
          const asked = demand.get(name) ?? 0;
          return [name, asked > 0 ? (queueOf(name).evidence * pending) / asked : 0];
        });
        const offered = offers.reduce((sum, [, amount]) => sum + amount, 0);
        if (offered <= 0) continue;
        const scale = Math.min(1, pending / offered);
        for (const [name, amount] of offers) {
          give(name, amount * scale);
          queueOf(name).evidence -= amount * scale;
        }
        consume(crew, offered * scale);
      }
    }
  };

  /**
   * A job changes its queue's started registry when it starts and when it ends, so of all runs a queue had as
   * large a part as of all pulses. What it was not yet given of that part is its claim to unexplained runs.
   */
  const claims = () => {
    const pulses = [...queues.values()].reduce((sum, queue) => sum + queue.pulses, 0);
    return (name: string) => {
      const queue = queueOf(name);
      return pulses === 0 ? 0 : (queue.pulses / pulses) * pulseRuns - queue.given;
    };
  };

  const place = (crew: Crew, runs: number, weight: (name: string) => number, counted: boolean) => {
    for (const [name, part] of shares(crew.queues, runs, weight)) {
      const queue = queueOf(name);
      queue.out += part;
      if (counted) queue.given += part;
    }
  };

  const placeUnexplained = (nowMs: number, weightOf: (queue: string) => number) => {
    for (const crew of crews.values()) {
      if (crew.pending.length > 0) unexplainedAtMs = nowMs;
      const late = crew.pending.filter((part) => nowMs - part.atMs >= HOLD_MS);
      const some = (weight: (name: string) => number) => crew.queues.some((name) => weight(name) > 0);
      const pulses = (name: string) => queueOf(name).pulses;
      for (const { runs, counted } of late) {
        const claim = claims();
        const weight = counted && some(claim) ? claim : some(pulses) ? pulses : weightOf;
        place(crew, runs, weight, counted);
      }
      crew.pending = crew.pending.filter((part) => !late.includes(part));
    }
  };

  const placeFailures = () => {
    for (const crew of crews.values()) {
      if (crew.failed <= 0) continue;
      const seen = crew.queues.some((name) => queueOf(name).failedEvidence > 0);
      const weight = (name: string) => (seen ? queueOf(name).failedEvidence : queueOf(name).out);
      for (const [name, part] of shares(crew.queues, crew.failed, weight)) {
        const queue = queueOf(name);
        queue.failed += part;
        queue.failedEvidence = Math.max(0, queue.failedEvidence - part);
      }
      crew.failed = 0;
    }
  };

  return {
    ran: (names, runs, failed, nowMs) => {
      total.out += runs;
      if (counting) pulseRuns += runs;
      total.failed += failed;
      const [only] = names;
      if (only === undefined) return;
      if (names.length === 1) {
        const queue = queueOf(only);
        give(only, runs);
        queue.failed += failed;
        // Its entries in the registries are no evidence for workers of several queues.
        queue.evidence -= runs;
        queue.failedEvidence -= failed;
        return;
      }
      const key = [...names].sort().join("\n");
      const crew = crews.get(key) ?? { queues: [...names], pending: [], failed: 0 };
      crews.set(key, crew);
      for (const name of names) queueOf(name).estimated = true;
      if (runs > 0) crew.pending.push({ runs, atMs: nowMs, counted: counting });
      crew.failed += failed;
    },
    appeared: (name, added, failed, nowMs) => {
      const queue = queueOf(name);
      if (added > 0) queue.evidenceAtMs = nowMs;
      queue.evidence += added;
      queue.failedEvidence += failed;
    },
    pulsed: (changes) => {
      counting = changes !== null;
      if (changes === null) {
        pulseRuns = 0;
        for (const queue of queues.values()) {
          queue.pulses = 0;
          queue.given = 0;
        }
        return;
      }
      for (const [name, count] of changes) {
        const queue = queues.get(name);
        if (queue !== undefined) queue.pulses += count;
      }
    },
    holds: (name, stock, isNew, nowMs) => {
      const queue = queueOf(name);
      const before = queue.stock ?? (isNew ? 0 : stock);
      const growth = stock - before;
      const ran = queue.out - queue.outAtStock;
      queue.stock = stock;
      queue.outAtStock = queue.out;
      queue.stockGrowth += growth;
      total.stockGrowth += growth;
      if (queue.estimated) return;
      // More left than ran, by more than two reads can disagree: it was taken away, not worked off.
      const gone = -(growth + ran) - Math.max(JITTER_MIN, JITTER_SHARE * ran);
      if (gone > 0) {
        queue.inflow.offset += gone;
        total.inflow.offset += gone;
      }
      advance(queue.inflow, queue.stockGrowth + queue.out, nowMs);
    },
    settle: (nowMs, weightOf) => {
      const fade = settledAtMs === null ? 1 : 0.5 ** ((nowMs - settledAtMs) / PULSE_HALF_MS);
      settledAtMs = nowMs;
      pulseRuns *= fade;
      for (const queue of queues.values()) {
        queue.pulses *= fade;
        queue.given *= fade;
        if (!queue.estimated) queue.evidence = 0;
        else if (nowMs - queue.evidenceAtMs > SURPLUS_MS) queue.evidence = 0;
      }
      matchEvidence();
      placeUnexplained(nowMs, weightOf);
      placeFailures();
      for (const queue of queues.values())
        if (queue.estimated) advance(queue.inflow, queue.stockGrowth + queue.out, nowMs);
      advance(total.inflow, total.stockGrowth + total.out, nowMs);
    },
    unexplained: () =>
      settledAtMs !== null && unexplainedAtMs !== null && settledAtMs - unexplainedAtMs < 60_000,
    flows: () => ({
      total: { in: total.inflow.reported, out: total.out, failed: total.failed, delivered: 0 },
      byQueue: new Map(
        [...queues].map(([name, queue]) => [
          name,
          {
            flow: { in: queue.inflow.reported, out: queue.out, failed: queue.failed, delivered: 0 },
            quality: queue.estimated ? ("estimated" as const) : ("exact" as const),
          },
        ]),
      ),
    }),
    drop: (name) => void queues.delete(name),
  };
}
