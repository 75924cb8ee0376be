/** What a group's state means, as one line beside its name. Pure. */
import type { BacklogRow } from "@/lib/api/schemas/overview";
import type { Consumer, GroupDetail } from "@/lib/api/schemas/streams";
import type { groupsWords } from "@/lib/i18n/words/groups";

export type GroupsText = (typeof groupsWords)["en"];

export interface Line {
  state: GroupDetail["state"];
  text: string;
}

function count(consumers: readonly Consumer[], state: Consumer["state"]): number {
  return consumers.filter((one) => one.state === state).length;
}

/**
 * The worst that is known: what its consumers do, then the problem that the overview has, then how it stands.
 * @param row of the overview; undefined when the group is not among its rows
 */
export function verdictLine(
  detail: GroupDetail | undefined,
  row: BacklogRow | undefined,
  w: GroupsText["stateLine"],
): Line {
  if (detail === undefined) return { state: "unknown", text: w.unknown };
  const { consumers, pending, lag } = detail;
  const [dead, stalled, stuck] = [
    count(consumers, "dead"),
    count(consumers, "stalled"),
    count(consumers, "stuck"),
  ];
  if (dead > 0) return { state: "failing", text: w.dead(dead) };
  if (stalled > 0) return { state: "failing", text: w.stalled(stalled) };
  if (consumers.length === 0 && detail.consumers_complete && (pending > 0 || lag.value !== 0))
    return { state: "failing", text: w.nobody };
  if (stuck > 0) return { state: "degraded", text: w.stuck(stuck) };
  const state = row?.state ?? detail.state;
  switch (row?.problem) {
    case "group-stalled":
      return { state, text: w.nothingAcked };
    case "group-no-consumers":
      return { state, text: w.nobody };
    case "entries-trimmed-unread":
      return { state, text: w.trimmed };
    case "group-grows":
      return { state, text: w.grows };
    case "entry-poison":
      return { state, text: w.poison(detail.poison ?? 1) };
  }
  if (state === "unknown") return { state, text: w.unknown };
  return { state, text: pending === 0 && lag.value === 0 ? w.idle : w.ok };
}

/** Since the latest sign of life that the server tells, milliseconds. */
export function silentMs({ idle_ms, inactive_ms }: Consumer): number {
  return inactive_ms === null ? idle_ms : Math.min(idle_ms, inactive_ms);
}
