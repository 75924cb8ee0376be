/** Who of a group's consumers can be counted on. */
import { type ConsumerFacts, isGone, stateOf, untilChangeMs } from "./consumers";
import type { ConsumerMemory, GroupCrew } from "./state";

const factsOf = (consumer: ConsumerMemory, leastDeadAfterMs: number | undefined): ConsumerFacts => ({
  usualGapMs: consumer.gap.usualMs(),
  headIdleMs: consumer.head?.idleMs ?? null,
  leastDeadAfterMs,
});

export function crewOf(consumers: Iterable<ConsumerMemory>, leastDeadAfterMs: number | undefined): GroupCrew {
  const crew: GroupCrew = { gone: [], alive: [], stuck: 0, busy: 0 };
  for (const consumer of consumers) {
    const state = stateOf(consumer.info, factsOf(consumer, leastDeadAfterMs));
    if (isGone(state)) crew.gone.push(consumer);
    else if (consumer.info.pending > 0) crew.busy += 1;
    if (state === "stuck") crew.stuck += 1;
    if (state === "alive" || state === "stuck") crew.alive.push(consumer);
  }
  return crew;
}

/** Time until silence alone changes what is said of one of them; `Infinity` = never. All as of the same look. */
export function untilVerdictMs(
  consumers: Iterable<ConsumerMemory>,
  leastDeadAfterMs: number | undefined,
): number {
  let least = Number.POSITIVE_INFINITY;
  for (const consumer of consumers)
    least = Math.min(least, untilChangeMs(consumer.info, factsOf(consumer, leastDeadAfterMs)));
  return least;
}
