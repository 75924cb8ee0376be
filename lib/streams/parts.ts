/** What each consumer holds, for series over time; bounded, and the same groups from look to look. */
import type { Part } from "../source";
import { isLookedAt } from "./choice";
import { ageOf } from "./ids";
import type { GroupState } from "./state";

const PARTS_MAX = 2_000;
const PARTS_A_GROUP = 50;

const partsOf = (group: GroupState, nowMs: number): Part[] =>
  [...group.consumers.values()]
    .sort((a, b) => b.info.pending - a.info.pending || (a.info.name < b.info.name ? -1 : 1))
    .slice(0, PARTS_A_GROUP)
    .map(({ info, head }) => {
      const ageMs = head == null ? null : ageOf(head.id, nowMs);
      return {
        backlog: group.id,
        name: info.name,
        held: info.pending,
        oldestSinceMs: ageMs === null ? null : nowMs - ageMs,
      };
    });

/** Groups that somebody looks at come first, then those with most pending. */
export function partsOfGroups(groups: Iterable<GroupState>, nowMs: number): Part[] {
  const rank = (group: GroupState) => (isLookedAt(group, nowMs) ? 0 : 1);
  const chosen = [...groups]
    .filter((group) => group.consumers.size > 0 && (group.info.pending > 0 || rank(group) === 0))
    .sort((a, b) => rank(a) - rank(b) || b.info.pending - a.info.pending || (a.id < b.id ? -1 : 1));
  const parts: Part[] = [];
  for (const group of chosen) {
    const more = partsOf(group, nowMs);
    if (parts.length + more.length > PARTS_MAX) break;
    parts.push(...more);
  }
  return parts;
}
