/**
 * Many problems of one kind are told as one with a list: 34 groups that nobody reads are one cause, and 34 rows would
 * hide everything else. What is open stays judged one by one, with its own patience; only the telling is merged.
 */
import type { Evidence, Problem } from "../api/schemas/problems";

/** More than so many alike become one, which stays until so few are left: the page must not change to and fro. */
const MERGE_ABOVE = 5;
const PART_BELOW = 4;
const LISTED_MAX = 20;

type Of<K extends Evidence["kind"]> = Extract<Evidence, { kind: K }>;

const isOf =
  <K extends Evidence["kind"]>(kind: K) =>
  (problem: Problem): problem is Problem & { evidence: Of<K> } =>
    problem.evidence.kind === kind;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function withoutConsumers(evidences: readonly Of<"group-no-consumers">[]): Evidence {
  const groups = [...evidences].sort((a, b) => (b.lag ?? 0) - (a.lag ?? 0) || b.pending - a.pending);
  return {
    kind: "groups-no-consumers",
    total: groups.length,
    streams: new Set(groups.map(({ stream }) => stream)).size,
    lag: sum(groups.map(({ lag }) => lag ?? 0)),
    pending: sum(groups.map(({ pending }) => pending)),
    groups: groups
      .slice(0, LISTED_MAX)
      .map(({ stream, group, lag, pending, behind_ms }) => ({ stream, group, lag, pending, behind_ms })),
  };
}

function withoutWorkers(evidences: readonly Of<"queue-no-worker">[]): Evidence {
  const queues = [...evidences].sort((a, b) => (b.oldest_ms ?? 0) - (a.oldest_ms ?? 0));
  return {
    kind: "queues-no-worker",
    total: queues.length,
    waiting: sum(queues.map(({ waiting }) => waiting)),
    queues: queues
      .slice(0, LISTED_MAX)
      .map(({ queue, waiting, oldest_ms }) => ({ queue, waiting, oldest_ms })),
    listened: queues[0]?.listened ?? [],
    suspended: queues.some(({ suspended }) => suspended),
  };
}

/** @param alike at least one, of one kind */
function merged(alike: readonly Problem[], evidence: Evidence): Problem {
  return {
    // One of its kind on a connection: the same link while it lasts, whichever are in it.
    id: `${evidence.kind}:all`,
    source: alike[0]?.source ?? null,
    severity: alike.some(({ severity }) => severity === "failing") ? "failing" : "degraded",
    since_ms: Math.min(...alike.map(({ since_ms }) => since_ms)),
    evidence,
  };
}

/** Takes what is open, worst and longest first; keeps the order, with each merged problem in the place of its first. */
export type Merge = (open: readonly Problem[]) => Problem[];

export function createMerge(): Merge {
  const together = new Set<Evidence["kind"]>();

  const mergeKind = <K extends Evidence["kind"]>(
    problems: Problem[],
    kind: K,
    evidenceOf: (evidences: readonly Of<K>[]) => Evidence,
  ): Problem[] => {
    const alike = problems.filter(isOf(kind));
    if (alike.length > MERGE_ABOVE) together.add(kind);
    else if (alike.length < PART_BELOW) together.delete(kind);
    if (!together.has(kind)) return problems;
    const [first] = alike;
    const one = merged(alike, evidenceOf(alike.map(({ evidence }) => evidence)));
    return problems.flatMap((problem) =>
      problem === first ? [one] : problem.evidence.kind === kind ? [] : [problem],
    );
  };

  return (open) => {
    const queues = mergeKind([...open], "queue-no-worker", withoutWorkers);
    return mergeKind(queues, "group-no-consumers", withoutConsumers);
  };
}
