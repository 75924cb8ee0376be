/** What watching tells to pages, dialogs and lists. To ask about a stream is to look at it: it is then read first. */
import type { Discovery, StreamRow } from "../api/schemas/streams";
import { silentMs } from "./consumers";
import { lookAt } from "./due";
import { rowOf } from "./rows";
import type { ConsumerMemory, GroupState, StreamState } from "./state";
import { trimmingOf } from "./trimming";
import type { GroupWatch, StreamsWatch } from "./watch";

/** A consumer that was heard of within this time takes part in what is acknowledged now. */
const ACTIVE_MS = 30_000;

/**
 * Redis counts acknowledgements of nobody. But who was silent acknowledged nothing, and when only one was not, all are
 * its own; otherwise they cannot be told apart.
 */
function ackedPerS(group: GroupState, consumer: ConsumerMemory): number | null {
  const isActive = (other: ConsumerMemory) => silentMs(other.info) <= ACTIVE_MS;
  if (!isActive(consumer)) return 0;
  for (const other of group.consumers.values()) if (other !== consumer && isActive(other)) return null;
  return group.outRate.perS();
}

function groupWatch(group: GroupState): GroupWatch {
  return {
    consumers: new Map(
      [...group.consumers].map(([name, consumer]) => [
        name,
        {
          usualGapMs: consumer.gap.usualMs(),
          rereadSeenMs: consumer.rereadSeenMs,
          ackedPerS: ackedPerS(group, consumer),
        },
      ]),
    ),
    reclaimSeenMs: group.reclaimSeenMs,
    reclaimMinIdleMs: group.reclaimMinIdleMs,
    quietSinceMs: group.quietSinceMs,
    sawBehindFirst: group.sawBehindFirst,
    counterProof: group.proof,
    inPerS: group.inRate.perS(),
    outPerS: group.outRate.perS(),
  };
}

export interface WatchFacts {
  leastDeadAfterMs: number;
  streams: ReadonlyMap<string, StreamState>;
  discovery(): Discovery;
  /** Redis' clock at the last look, and whether changes were told then. */
  last(): { nowMs: number; watching: boolean };
  /** Grows whenever something was read. */
  version(): number;
}

/** Rows that were made for one caller serve the next until something is read, or for so long. */
const ROWS_MS = 10_000;

export function createWatch(facts: WatchFacts): StreamsWatch {
  const { streams } = facts;
  let made: { version: number; nowMs: number; rows: StreamRow[] } | null = null;
  return {
    leastDeadAfterMs: facts.leastDeadAfterMs,
    stream: (name) => {
      const stream = streams.get(name);
      if (stream === undefined || stream.readAtMs === null) return null;
      const { nowMs } = facts.last();
      lookAt(stream, nowMs);
      return {
        trimming: trimmingOf(stream, nowMs),
        evictedPerS: stream.evictedRate.perS(),
        inPerS: stream.inRate.perS(),
        addedAt: stream.index.at,
      };
    },
    group: (name, group) => {
      const state = streams.get(name)?.groups.get(group);
      if (state === undefined) return null;
      lookAt(state.stream, facts.last().nowMs);
      return groupWatch(state);
    },
    discovery: facts.discovery,
    rows: (nowMs) => {
      const version = facts.version();
      if (made?.version === version && Math.abs(nowMs - made.nowMs) < ROWS_MS) return [...made.rows];
      const { watching } = facts.last();
      const rows = [...streams.values()]
        .filter(({ readAtMs }) => readAtMs !== null)
        .map((stream) => rowOf(stream, watching, nowMs));
      made = { version, nowMs, rows };
      return [...rows];
    },
  };
}
