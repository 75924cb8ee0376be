/** Who of a group's consumers can be counted on. */
import { isGone, stateOf } from "./consumers";
import type { ConsumerMemory, GroupCrew } from "./state";

export function crewOf(consumers: Iterable<ConsumerMemory>, leastDeadAfterMs: number | undefined): GroupCrew {
  const crew: GroupCrew = { gone: [], alive: [], stuck: 0, busy: 0 };
  for (const consumer of consumers) {
    const state = stateOf(consumer.info, {
      usualGapMs: consumer.gap.usualMs(),
      headIdleMs: consumer.head?.idleMs ?? null,
      leastDeadAfterMs,
    });
    if (isGone(state)) crew.gone.push(consumer);
    else if (consumer.info.pending > 0) crew.busy += 1;
    if (state === "stuck") crew.stuck += 1;
    if (state === "alive" || state === "stuck") crew.alive.push(consumer);
  }
  return crew;
}
