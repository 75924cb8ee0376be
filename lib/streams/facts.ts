/** What is known of a group's place in its stream, in the form that the rules of lag and loss take. */
import { compareIds } from "./ids";
import { behindOf, type LagFacts, lostOf } from "./lag";
import type { GroupInfo } from "./replies";
import type { GroupState, StreamState } from "./state";

/**
 * Facts of different moments prove nothing: what was not read together with the group, and may have changed since, is
 * given as not asked for.
 */
export function lagFactsOf(
  stream: StreamState,
  group: GroupInfo,
  more: Pick<LagFacts, "fixed" | "sawBehindFirst" | "proof">,
): LagFacts {
  const info = stream.infoCurrent ? stream.info : null;
  return {
    length: stream.length ?? 0,
    first: info === null ? undefined : info.first,
    last: info === null ? undefined : info.last,
    lastGenerated: info?.lastGenerated,
    maxDeleted: info === null ? undefined : info.maxDeleted,
    added: info === null ? undefined : info.added,
    group,
    ...more,
    addedAt: stream.index.at,
  };
}

/** Renews how far the group is behind in time, from what is known of the next entry now. */
export function updateBehind(group: GroupState, nowMs: number): void {
  const { stream, info, next, sawBehindFirst } = group;
  const facts = lagFactsOf(stream, info, { fixed: false, sawBehindFirst });
  // The next entry may have been trimmed since it was seen.
  const gone = next?.id && facts.first ? compareIds(next.id, facts.first) < 0 : false;
  const known = gone ? undefined : next?.id;
  group.behind = { atMs: nowMs, ms: group.lag.high === 0 ? 0 : behindOf(facts, nowMs, known).ms };
}

/** Age of the oldest entry that the group was not given yet, ms; 0 = none, null = unknown or IDs are no times. */
export function behindMsOf({ behind }: GroupState, nowMs: number): number | null {
  return behind.ms === null || behind.ms === 0 ? behind.ms : behind.ms + Math.max(0, nowMs - behind.atMs);
}

/**
 * What was trimmed before the group was given it, by the last `XINFO STREAM`: what was lost then is lost now, so
 * figures that are older than the group's are a lower bound.
 */
export function updateLost(group: GroupState, fixed: boolean): void {
  const { stream, info, sawBehindFirst, proof } = group;
  const seen = stream.info;
  group.lost =
    seen === null || group.lag.high === 0
      ? { lost: 0, quality: "exact" }
      : lostOf({
          length: seen.length,
          first: seen.first,
          last: seen.last,
          lastGenerated: seen.lastGenerated,
          maxDeleted: seen.maxDeleted,
          added: seen.added,
          group: info,
          fixed,
          sawBehindFirst,
          proof,
          addedAt: stream.index.at,
        });
}
