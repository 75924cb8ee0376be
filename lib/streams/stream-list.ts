/** The list of streams, from memory: costs Redis nothing. */
import type { Problem } from "../api/schemas/problems";
import type { StreamList } from "../api/schemas/streams";
import { statesOf, withStates, worstFirst } from "./states";
import type { StreamsWatch } from "./watch";

export interface StreamsQuery {
  /** Part of a stream's or a group's name, in any case. */
  find: string | undefined;
  limit: number;
  /** Redis' clock. */
  nowMs: number;
}

/** Worst first; `total` counts those that match, also beyond `limit`. */
export function listStreams(
  watch: StreamsWatch,
  problems: readonly Problem[],
  { find, limit, nowMs }: StreamsQuery,
): StreamList {
  const states = statesOf(problems);
  const wanted = find?.toLowerCase();
  const holds = (name: string) => wanted === undefined || name.toLowerCase().includes(wanted);
  const rows = watch
    .rows(nowMs)
    .filter(({ stream, groups }) => holds(stream) || groups.some(({ group }) => holds(group)))
    .map((row) => withStates(row, states))
    .sort(worstFirst);
  return { items: rows.slice(0, limit), total: rows.length, discovery: watch.discovery(), at_ms: nowMs };
}
