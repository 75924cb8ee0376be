import type { FailureGroup } from "../api/schemas/jobs";
import type { Failure } from "./failure-reader";

export interface IndexedFailure {
  queue: string;
  id: string;
  failure: Failure;
}

interface Tally {
  first: IndexedFailure;
  newest: IndexedFailure;
  jobs: number;
  firstMs: number | null;
  lastMs: number | null;
  functions: Map<string, number>;
  queues: Map<string, number>;
}

const add = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
const mostFirst = (counts: ReadonlyMap<string, number>) =>
  [...counts]
    .map(([name, jobs]) => ({ name, jobs }))
    .sort((a, b) => b.jobs - a.jobs || (a.name < b.name ? -1 : 1));
const later = (a: number | null, b: number | null) => (a === null || (b !== null && b > a) ? b : a);
const earlier = (a: number | null, b: number | null) => (a === null || (b !== null && b < a) ? b : a);

function tallyOf(tallies: Map<string, Tally>, item: IndexedFailure): Tally {
  const known = tallies.get(item.failure.fingerprint);
  if (known !== undefined) return known;
  const tally: Tally = {
    first: item,
    newest: item,
    jobs: 0,
    firstMs: null,
    lastMs: null,
    functions: new Map(),
    queues: new Map(),
  };
  tallies.set(item.failure.fingerprint, tally);
  return tally;
}

/** Groups failures by fingerprint, most jobs first, then latest first. Linear; some ten ms for 20,000. */
export function groupsOf(failures: Iterable<IndexedFailure>): FailureGroup[] {
  const tallies = new Map<string, Tally>();
  for (const item of failures) {
    const { endedMs, func } = item.failure;
    const tally = tallyOf(tallies, item);
    tally.jobs += 1;
    if (endedMs !== null && later(tally.lastMs, endedMs) === endedMs) tally.newest = item;
    tally.firstMs = earlier(tally.firstMs, endedMs);
    tally.lastMs = later(tally.lastMs, endedMs);
    if (func !== null) add(tally.functions, func);
    add(tally.queues, item.queue);
  }
  return [...tallies]
    .map(([fingerprint, { newest, jobs, firstMs, lastMs, functions, queues }]) => ({
      fingerprint,
      error_type: newest.failure.error_type,
      message: newest.failure.message,
      jobs,
      first_seen_ms: firstMs,
      last_seen_ms: lastMs,
      functions: mostFirst(functions),
      queues: mostFirst(queues),
      sample_job_id: newest.id,
    }))
    .sort((a, b) => b.jobs - a.jobs || (b.last_seen_ms ?? 0) - (a.last_seen_ms ?? 0));
}
