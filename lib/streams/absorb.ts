/** Takes the answers of a look into what is remembered: what moved, what stands still, since when. */

import type { StreamAnswer } from "./ask";
import { doubtAfter, proofAfter } from "./counter";
import { entryBytesAfter } from "./entry-size";
import { lagFactsOf, updateBehind, updateLost } from "./facts";
import { compareIds } from "./ids";
import { lagOf } from "./lag";
import { type Position, progressBetween } from "./progress";
import type { GroupInfo } from "./replies";
import {
  createGroup,
  GROUPS_MAX,
  type GroupState,
  restartGroup,
  restartStream,
  type StreamState,
} from "./state";

export interface Moved {
  in: number;
  out: number;
  delivered: number;
}

/** Only time IDs grow older: a fall of the counters or of the newest ID is another stream under the same name. */
function wasRemade(stream: StreamState, { info }: StreamAnswer): boolean {
  const before = stream.info;
  if (before === null || info === null) return false;
  if (before.added !== null && info.added !== null && info.added < before.added) return true;
  return compareIds(info.lastGenerated, before.lastGenerated) < 0;
}

/**
 * Entries ever added, where `XINFO STREAM` was not asked: a group that knows how many it read and how many are left
 * tells it by their sum, unless deleted entries ahead of it make Redis count otherwise.
 */
function addedByGroups(stream: StreamState, groups: readonly GroupInfo[]): number | null {
  const maxDeleted = stream.info?.maxDeleted ?? null;
  const sums = groups.flatMap(({ entriesRead, lag, lastDelivered }) =>
    entriesRead === null || lag === null || (maxDeleted !== null && compareIds(maxDeleted, lastDelivered) > 0)
      ? []
      : [entriesRead + lag],
  );
  return sums.length === 0 ? null : Math.max(...sums);
}

function absorbCounters(
  stream: StreamState,
  answer: StreamAnswer,
  groups: readonly GroupInfo[],
  nowMs: number,
) {
  const lengthBefore = stream.length;
  stream.length = answer.info?.length ?? answer.length ?? stream.length;
  const { info } = answer;
  if (info !== null) {
    stream.info = info;
    stream.infoAtMs = nowMs;
    stream.infoCurrent = true;
    stream.entryBytes = entryBytesAfter(stream.entryBytes, info.payloadBytes, info.length);
  }
  const told = stream.infoCurrent ? (stream.info?.added ?? null) : null;
  const guess = told ?? addedByGroups(stream, groups);
  const grown = Math.max(0, (stream.length ?? 0) - (lengthBefore ?? stream.length ?? 0));
  stream.addedExact = told !== null;
  const addedBefore = stream.added;
  stream.added = told ?? Math.max(stream.added ?? 0, guess ?? (stream.added ?? stream.length ?? 0) + grown);
  if (addedBefore !== null) stream.grown += Math.max(0, stream.added - addedBefore);
  stream.inRate.note(nowMs, stream.grown);
  if (info === null || info.added === null) return;
  const evicted = info.added - info.length;
  stream.index.note(info.lastGenerated, info.added);
  stream.evictedRate.note(nowMs, evicted);
  stream.first ??= { atMs: nowMs, added: info.added, evicted, length: info.length };
}

/** Since when it has been so, or from now on, or not at all. */
const since = (before: number | null, holds: boolean, nowMs: number) => (holds ? (before ?? nowMs) : null);

function absorbGroup(group: GroupState, info: GroupInfo, fixed: boolean, nowMs: number): Moved {
  const { stream } = group;
  const { sawBehindFirst, proof } = group;
  const facts = lagFactsOf(stream, info, { fixed, sawBehindFirst, proof });
  group.info = info;
  group.lag = lagOf(facts);
  group.sawBehindFirst = doubtAfter(facts);
  group.proof = proofAfter(facts);

  const position: Position = {
    added: stream.added,
    // Redis does not know what a group at the start has read; it is nothing.
    read: info.entriesRead ?? (info.tellsLag && info.lastDelivered === "0-0" ? 0 : null),
    lag: group.lag,
    pending: info.pending,
    lastDelivered: info.lastDelivered,
  };
  const before = group.position;
  const progress = before === null ? null : progressBetween(before, position);
  if (before !== null && progress === null) restartGroup(group);
  group.position = position;
  if (progress !== null) {
    group.flow = {
      in: group.flow.in + progress.in,
      out: group.flow.out + progress.acked,
      failed: 0,
      delivered: group.flow.delivered + progress.delivered,
    };
    group.flowExact &&= progress.exact && stream.addedExact;
  }
  group.inRate.note(nowMs, group.flow.in);
  group.outRate.note(nowMs, group.flow.out);

  const quiet = progress?.quiet ?? false;
  if (!quiet) {
    group.quietSinceMs = null;
    group.deliveredWhileQuiet = 0;
  } else group.deliveredWhileQuiet += progress?.delivered ?? 0;
  group.quietSinceMs = since(group.quietSinceMs, info.pending > 0, nowMs);
  const waits = (group.lag.low ?? 0) > 0;
  const moved = before !== null && before.lastDelivered !== info.lastDelivered;
  group.stillSinceMs = since(moved ? null : group.stillSinceMs, waits, nowMs);
  const alone = info.consumers === 0 && (waits || info.pending > 0);
  group.aloneSince = alone ? (group.aloneSince ?? { atMs: nowMs, added: stream.added }) : null;
  if (group.next?.after !== info.lastDelivered) group.next = undefined;
  updateBehind(group, nowMs);
  updateLost(group, fixed);
  return progress === null
    ? { in: 0, out: 0, delivered: 0 }
    : { in: progress.in, out: progress.acked, delivered: progress.delivered };
}

const fingerprint = (stream: StreamState) =>
  [...stream.groups.values()]
    .map(({ info }) => `${info.lastDelivered} ${info.pending} ${info.consumers}`)
    .join("\n");

/**
 * One answer about one stream that is there.
 * @returns what moved in its groups together, and whether its groups are others than before
 */
export function absorbStream(
  stream: StreamState,
  answer: StreamAnswer,
  groups: readonly GroupInfo[],
  look: { fixed: boolean; nowMs: number },
): { moved: Moved; regrouped: boolean; still: boolean } {
  const told = stream.changed;
  const before = fingerprint(stream);
  if (told && answer.info === null) stream.infoCurrent = false;
  if (wasRemade(stream, answer)) restartStream(stream);
  absorbCounters(stream, answer, groups, look.nowMs);
  stream.changed = false;
  stream.denied = false;
  stream.readAtMs = look.nowMs;

  let regrouped = false;
  const names = new Set<string>();
  const moved: Moved = { in: 0, out: 0, delivered: 0 };
  for (const info of groups.slice(0, GROUPS_MAX)) {
    names.add(info.name);
    let group = stream.groups.get(info.name);
    if (group === undefined) {
      group = createGroup(stream, info);
      stream.groups.set(info.name, group);
      regrouped = true;
    }
    // Something was added or went away: that nothing came after its position is no longer known.
    if (told && group.next?.id === null) group.next = undefined;
    const part = absorbGroup(group, info, look.fixed, look.nowMs);
    moved.in += part.in;
    moved.out += part.out;
    moved.delivered += part.delivered;
  }
  for (const name of stream.groups.keys())
    if (!names.has(name)) {
      stream.groups.delete(name);
      regrouped = true;
    }
  const still = !told && !regrouped && fingerprint(stream) === before;
  stream.stillLooks = still ? stream.stillLooks + 1 : 0;
  return { moved, regrouped, still };
}
