/**
 * What is wrong with consumer groups, from what was read: pure, and judged again every look. The monitor adds the
 * patience. Rules: docs/problems.md. A group with nothing to read
 * and nothing pending has no problem, whatever its consumers do.
 */
import { POISON_DELIVERIES } from "../api/schemas/operations";
import type { Evidence, Problem } from "../api/schemas/problems";
import type { BacklogHistory } from "../source";
import { deadAfterMs, silentMs } from "./consumers";
import { behindMsOf } from "./facts";
import type { GrowthWatch } from "./growth";
import { ageOf, compareIds } from "./ids";
import { pendingOldestMsOf } from "./reading";
import type { PendingInfo } from "./replies";
import type { GroupState } from "./state";

const POISON_LISTED = 5;
const DEAD_A_GROUP = 20;
/** When that many are known, a group's dead consumers are told by one of them; bounds the time of a diagnosis. */
const PROBLEMS_LISTED_MAX = 500;
const PROBLEMS_MAX = 2_000;
const NAMED_ALIVE = 8;
/** Nothing acknowledged for so long while somebody works: longer than most work takes. */
const STALLED_MS = 5 * 60_000;
/** Entries wait and nobody has taken one for so long. */
const STOPPED_MS = 60_000;
/** Before Redis 7.2 a blocked reader shows only once it was given something: so long is waited for that. */
const UNSEEN_READER_MS = 60_000;

export interface DiagnoseOptions {
  groups: Iterable<GroupState>;
  history: BacklogHistory;
  growth: GrowthWatch;
  nowMs: number;
  /** Whether this server shows readers that were never given anything (Redis 7.2 and later). */
  tellsInactive: boolean;
}

/** `sinceMs`: when the evidence itself says that the trouble began; null where only our own watching can tell. */
interface Draft {
  severity: Problem["severity"];
  subject: string;
  sinceMs: number | null;
  evidence: Evidence;
}

const subjectOf = (group: GroupState, ...more: string[]) =>
  [group.stream.name, group.name, ...more].join("/");
const names = (group: GroupState) => ({ stream: group.stream.name, group: group.name });

function deadConsumers(group: GroupState, most: number, nowMs: number): Draft[] {
  const { crew } = group;
  const gone = [...crew.gone].sort((a, b) => b.info.pending - a.info.pending).slice(0, most);
  return gone.map((consumer) => {
    const silent = silentMs(consumer.info);
    return {
      severity: "failing",
      subject: subjectOf(group, consumer.info.name),
      sinceMs: consumer.atMs - silent,
      evidence: {
        kind: "consumer-dead",
        ...names(group),
        consumer: consumer.info.name,
        pending: consumer.info.pending,
        silent_ms: silent + Math.max(0, nowMs - consumer.atMs),
        usual_gap_ms: consumer.gap.usualMs(),
        oldest_ms: consumer.head == null ? null : ageOf(consumer.head.id, nowMs),
        certain: consumer.info.tellsInactive,
        alive: crew.alive.slice(0, NAMED_ALIVE).map(({ info }) => info.name),
        reclaimed: group.reclaimSeenMs !== null,
      },
    };
  });
}

/** Work, and nobody in the group. */
function noConsumers(group: GroupState, { nowMs, tellsInactive }: DiagnoseOptions): Draft | null {
  const { aloneSince, info } = group;
  if (aloneSince === null) return null;
  const grew =
    aloneSince.added !== null && group.stream.added !== null && group.stream.added > aloneSince.added;
  // A reader blocked since before the group was put back shows only at the next entry.
  const certain = tellsInactive || info.pending > 0 || grew || nowMs - aloneSince.atMs >= UNSEEN_READER_MS;
  if (!certain) return null;
  return {
    severity: "failing",
    subject: subjectOf(group),
    sinceMs: aloneSince.atMs,
    evidence: {
      kind: "group-no-consumers",
      ...names(group),
      lag: group.lag.value,
      pending: info.pending,
      behind_ms: behindMsOf(group, nowMs),
    },
  };
}

/** When each consumer that could read was silent for longer than is usual for it. */
const allAsleep = (group: GroupState) =>
  group.consumers.size > 0 &&
  [...group.consumers.values()].every(
    ({ info, gap }) => silentMs(info) > deadAfterMs(gap.usualMs(), STOPPED_MS),
  );

/**
 * Two ways to stand still: consumers are there and finish nothing, or entries wait and all consumers sleep. The first
 * needs a sign that work is overdue: entries wait, came in meanwhile, or a reading consumer holds one for long.
 */
function stalled(group: GroupState, { nowMs }: DiagnoseOptions): Draft | null {
  const { info, details, crew, quietSinceMs, stillSinceMs } = group;
  if (info.consumers === 0 || details === null) return null;
  const waits = (group.lag.low ?? 0) > 0;
  const quietMs = quietSinceMs === null ? 0 : nowMs - quietSinceMs;
  const overdue = waits || group.deliveredWhileQuiet > 0 || crew.stuck > 0;
  const finishesNothing = crew.alive.length > 0 && quietMs >= STALLED_MS && overdue;
  const stillMs = stillSinceMs === null ? 0 : nowMs - stillSinceMs;
  const sleeps = waits && stillMs >= STOPPED_MS && allAsleep(group);
  if (!finishesNothing && !sleeps) return null;
  const sinceMs = finishesNothing ? quietSinceMs : stillSinceMs;
  return {
    severity: "failing",
    subject: subjectOf(group),
    sinceMs,
    evidence: {
      kind: "group-stalled",
      ...names(group),
      lag: group.lag.value,
      pending: info.pending,
      alive: crew.alive.length,
      quiet_ms: finishesNothing ? quietMs : stillMs,
      oldest_ms: info.pending > 0 ? pendingOldestMsOf(group, nowMs) : behindMsOf(group, nowMs),
    },
  };
}

/** Entries that were delivered again and again, of those that were looked at. */
export function poisonOf(group: GroupState): PendingInfo[] {
  const { details } = group;
  if (group.info.pending === 0 || details === null) return [];
  const seen = new Map<string, PendingInfo>();
  for (const row of details.rows) seen.set(row.id, row);
  for (const consumer of group.consumers.values())
    if (consumer.head != null) seen.set(consumer.head.id, consumer.head);
  if (details.head !== null) seen.set(details.head.id, details.head);
  return [...seen.values()].filter((row) => row.deliveries >= POISON_DELIVERIES);
}

function poison(group: GroupState): Draft | null {
  const entries = poisonOf(group);
  if (entries.length === 0) return null;
  const listed = entries
    .sort((a, b) => b.deliveries - a.deliveries || compareIds(a.id, b.id))
    .slice(0, POISON_LISTED);
  return {
    severity: "degraded",
    subject: subjectOf(group),
    sinceMs: null,
    evidence: {
      kind: "entry-poison",
      ...names(group),
      entries: listed.map(({ id, consumer, deliveries, idleMs }) => ({
        id,
        consumer,
        deliveries,
        idle_ms: idleMs,
      })),
      total: entries.length,
      at_least: group.details?.rowsComplete !== true,
    },
  };
}

/** A group that was never given anything may be newer than what was trimmed: that is a possible loss, no proven one. */
function trimmedUnread(group: GroupState, { nowMs }: DiagnoseOptions): Draft | null {
  const { lost, quality } = group.lost;
  if (lost === 0) return null;
  const neverRead = group.info.lastDelivered === "0-0";
  // Without counters (before Redis 7.0) a group at the start is behind everything, and that proves nothing.
  if (lost === null && neverRead) return null;
  return {
    severity: quality === "exact" && !neverRead ? "failing" : "degraded",
    subject: subjectOf(group),
    sinceMs: null,
    evidence: {
      kind: "entries-trimmed-unread",
      ...names(group),
      lost,
      quality,
      behind_ms: behindMsOf(group, nowMs),
    },
  };
}

function grows(group: GroupState, { nowMs, history, growth }: DiagnoseOptions): Draft | null {
  const found = growth.of(group);
  if (found === null || group.lag.value === null) return null;
  return {
    severity: "degraded",
    subject: subjectOf(group),
    sinceMs: null,
    evidence: {
      kind: "group-grows",
      ...names(group),
      lag: group.lag.value,
      pending: group.info.pending,
      grew_by: found.grewBy,
      window_ms: found.windowMs,
      in_per_s: history.inPerS(group.id),
      out_per_s: history.outPerS(group.id),
      behind_ms: behindMsOf(group, nowMs),
      consumers: group.info.consumers,
    },
  };
}

/** Problems of one group. One cause, one problem: a group whose consumers died is not told to be stalled as well. */
function draftsOf(group: GroupState, mostDead: number, options: DiagnoseOptions): Draft[] {
  const dead = group.info.pending > 0 ? deadConsumers(group, mostDead, options.nowMs) : [];
  const standing = noConsumers(group, options) ?? (dead.length > 0 ? null : stalled(group, options));
  const growing = dead.length === 0 && standing === null ? grows(group, options) : null;
  return [...dead, standing, poison(group), trimmedUnread(group, options), growing].filter(
    (draft) => draft !== null,
  );
}

const toProblem = (draft: Draft, nowMs: number): Problem => ({
  id: `${draft.evidence.kind}:${draft.subject}`,
  source: "streams",
  severity: draft.severity,
  since_ms: draft.sinceMs === null ? nowMs : Math.min(draft.sinceMs, nowMs),
  evidence: draft.evidence,
});

/** Also notes on each group whether something is wrong with it, for the choice of what to look into. */
export function diagnoseStreams(options: DiagnoseOptions): Problem[] {
  const unfinished: GroupState[] = [];
  for (const group of options.groups) {
    group.troubled = false;
    if (group.info.pending > 0 || group.lag.high !== 0) unfinished.push(group);
  }
  options.growth.judge(unfinished, options.history, options.nowMs);
  const problems: Problem[] = [];
  for (const group of unfinished) {
    if (problems.length >= PROBLEMS_MAX) break;
    const drafts = draftsOf(group, problems.length < PROBLEMS_LISTED_MAX ? DEAD_A_GROUP : 1, options);
    group.troubled = drafts.length > 0;
    for (const draft of drafts) problems.push(toProblem(draft, options.nowMs));
  }
  return problems;
}
