/**
 * Which groups a look can afford to look into, and how deeply: somebody looks at them, something is wrong, nothing is
 * acknowledged; then the others in turn. The bounds do not grow with the number of streams.
 */
import { silentMs } from "./consumers";
import { LOOKED_AT_MS } from "./due";
import { type ConsumerMemory, type GroupState, isSettled, type StreamState } from "./state";

const GROUPS_A_LOOK = 200;
const COMMANDS_A_LOOK = 300;
/** Where reading many streams in turn takes its share of a look, looking closer takes less; never nothing. */
const COMMANDS_LEAST = 60;
const READS_A_COMMAND = 2;
/** `XINFO CONSUMERS` has no bound of its own: a group of 10,000 consumers takes the place of many. */
const CONSUMERS_A_LOOK = 2_000;
const HEADS_A_LOOK = 400;
const HEADS_A_GROUP = 20;
const LISTS_A_LOOK = 20;

/** A list of so few costs what its first entry costs. */
export const SHORT_LIST = 10;
const LIST_MAX = 100;
const LIST_EVERY_MS = 60_000;
const SUSPECT_LIST_EVERY_MS = 10_000;
/** Delivered twice may become delivered five times. */
const SUSPECT_DELIVERIES = 2;

/** Nothing acknowledged, or nothing read, for so long: worth a look each time. */
const SUSPICIOUS_MS = 10_000;
const SILENT_MS = 30_000;

export interface DetailBudget {
  groups: number;
  commands: number;
  consumers: number;
  heads: number;
  lists: number;
}

/** @param reads streams that were read at this look */
export function detailBudget(reads: number): DetailBudget {
  return {
    groups: GROUPS_A_LOOK,
    commands: Math.max(COMMANDS_LEAST, COMMANDS_A_LOOK - Math.floor(reads / READS_A_COMMAND)),
    consumers: CONSUMERS_A_LOOK,
    heads: HEADS_A_LOOK,
    lists: LISTS_A_LOOK,
  };
}

export const isLookedAt = (group: GroupState, nowMs: number) =>
  nowMs - group.stream.lookedAtMs < LOOKED_AT_MS;

const isSuspicious = ({ quietSinceMs, stillSinceMs }: GroupState, nowMs: number) =>
  (quietSinceMs !== null && nowMs - quietSinceMs >= SUSPICIOUS_MS) ||
  (stillSinceMs !== null && nowMs - stillSinceMs >= SUSPICIOUS_MS);

/** Whether a closer look may tell something else than the last one: the group moved, or a silence has lasted long enough. */
function mayDiffer({ details, info }: GroupState, nowMs: number): boolean {
  if (details === null || details.verdictDueMs <= nowMs) return true;
  const { pending, lastDelivered, consumers } = details.of;
  return pending !== info.pending || lastDelivered !== info.lastDelivered || consumers !== info.consumers;
}

const LOOKED_AT = 0;
const SETTLED = 5;
const URGENCIES = SETTLED + 1;

/**
 * 0 comes first. Among thousands of groups that stand still, a consumer that may have died just now is asked about
 * before those that are known to be dead. The groups with nothing to do come last, when there is time: a consumer's usual
 * gap must be known before it dies.
 */
function urgencyOf(group: GroupState, nowMs: number): number {
  if (isLookedAt(group, nowMs)) return LOOKED_AT;
  if (isSettled(group)) return SETTLED;
  if (group.troubled || isSuspicious(group, nowMs)) return mayDiffer(group, nowMs) ? 1 : 2;
  return group.info.pending > 0 ? 3 : 4;
}

/**
 * Groups that most need a closer look, as many as the budget has: of streams that are read at this look anyway, and
 * settled ones.
 */
export function pickForDetails(
  streams: Iterable<StreamState>,
  fresh: ReadonlySet<StreamState>,
  nowMs: number,
  budget: DetailBudget,
): GroupState[] {
  const byUrgency = Array.from({ length: URGENCIES }, (): GroupState[] => []);
  for (const stream of streams)
    for (const group of stream.groups.values()) {
      const urgency = urgencyOf(group, nowMs);
      if (urgency === SETTLED || urgency === LOOKED_AT || fresh.has(stream)) byUrgency[urgency]?.push(group);
    }
  const picked: GroupState[] = [];
  for (const groups of byUrgency) {
    if (groups.length > budget.groups) groups.sort((a, b) => (a.details?.atMs ?? 0) - (b.details?.atMs ?? 0));
    for (const group of groups) {
      if (budget.groups <= 0 || budget.commands <= 0 || budget.consumers <= 0) return picked;
      budget.groups -= 1;
      budget.commands -= group.info.pending > 0 ? 2 : 1;
      budget.consumers -= group.info.consumers;
      picked.push(group);
    }
  }
  return picked;
}

/** How many of the group's pending entries to read. */
export function listLength(group: GroupState, nowMs: number, budget: DetailBudget): number {
  const { pending } = group.info;
  if (pending <= SHORT_LIST) return SHORT_LIST;
  if (budget.lists <= 0) return 1;
  const { details } = group;
  const suspect = (details?.head?.deliveries ?? 0) >= SUSPECT_DELIVERIES || group.troubled;
  const everyMs = isLookedAt(group, nowMs) ? 0 : suspect ? SUSPECT_LIST_EVERY_MS : LIST_EVERY_MS;
  if (details !== null && nowMs - details.rowsAtMs < everyMs) return 1;
  budget.lists -= 1;
  return LIST_MAX;
}

/** Consumers whose own oldest entry is worth a question, the largest first. */
export function suspects(group: GroupState, nowMs: number, most: number): ConsumerMemory[] {
  const all = isLookedAt(group, nowMs) || group.troubled;
  return [...group.consumers.values()]
    .filter(
      (consumer) =>
        consumer.info.pending > 0 &&
        (all || silentMs(consumer.info) > SILENT_MS) &&
        !(group.details?.rowsComplete === true && group.details.rowsAtMs === nowMs) &&
        group.details?.head?.consumer !== consumer.info.name,
    )
    .sort((a, b) => b.info.pending - a.info.pending)
    .slice(0, Math.min(most, HEADS_A_GROUP));
}
