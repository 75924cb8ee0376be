/**
 * One look at everything: asks the change detector, lets the sources read what changed, is due or is new, and
 * keeps what is known. Never throws a tick away for one key; a lost connection or a time-out does end it.
 */
import type { Redis } from "ioredis";
import type { SourceId } from "../api/schemas/common";
import type { RedisTarget } from "../config";
import { createKeyPulse, type KeyPulse } from "../redis/key-pulse";
import { batch, count, list } from "../redis/pipeline";
import type { Tracker } from "../redis/tracking";
import type { BacklogRef, Census, Crew, Lookout, Reading, Source } from "../source";
import { backlogId } from "../source";
import { type Board, createBoard } from "./board";
import { createFlows, type Flows } from "./flows";

const REREAD_MS = 10_000;
/** Backlogs read in one round of pipelines; between rounds other work gets its turn. */
const ROUND = 50;

export interface Look {
  nowMs: number;
  /** False where the server does not tell the time: then our clock stands in. */
  clockKnown: boolean;
  latencyMs: number;
  watching: boolean;
  /** Backlogs read, and those that changed and must wait for the next look. */
  read: number;
  behind: number;
}

export interface Sampler {
  board: Board;
  flows: Flows;
  /** What was read of each backlog of one source, by id. */
  readings(source: SourceId): ReadonlyMap<string, Reading>;
  /** @param hot ids to prefer */
  look(tracker: Tracker, plain: Redis, intervalMs: number, hot: ReadonlySet<string>): Promise<Look>;
  /** Bounded work that may follow the snapshot. */
  settle(): Promise<void>;
  close(): void;
  /** Who works now: by backlog id, and of each source together; a source is missing before its first census. */
  crews(): { crews: ReadonlyMap<string, Crew>; totals: ReadonlyMap<SourceId, Crew> };
}

/** Redis' clock, or ours where the user may not ask. */
async function clock(redis: Redis): Promise<{ nowMs: number; known: boolean; tookMs: number }> {
  const started = performance.now();
  const [reply] = await batch(redis, [["TIME"]]);
  const tookMs = performance.now() - started;
  const [seconds, micros] = list(reply).map((part) => count(part));
  if (seconds == null || micros == null) return { nowMs: Date.now(), known: false, tookMs };
  return { nowMs: seconds * 1_000 + Math.floor(micros / 1_000), known: true, tookMs };
}

/** Counters of key changes, open while a source asks for them. */
function createPulses(target: RedisTarget) {
  const open = new Map<string, { pulse: KeyPulse; asked: boolean }>();
  return {
    take: (prefix: string) => {
      const entry = open.get(prefix) ?? { pulse: createKeyPulse(target, prefix), asked: true };
      open.set(prefix, entry);
      entry.asked = true;
      return entry.pulse.take();
    },
    /** Closes what was not asked for since the last call. */
    sweep: () => {
      for (const [prefix, entry] of open) {
        if (!entry.asked) {
          entry.pulse.close();
          open.delete(prefix);
        }
        entry.asked = false;
      }
    },
    close: () => {
      for (const { pulse } of open.values()) pulse.close();
      open.clear();
    },
  };
}

export function createSampler(target: RedisTarget, sources: readonly Source[]): Sampler {
  const pulses = createPulses(target);
  const board = createBoard(new Map(sources.map((source) => [source.id, source.rowsPerLook])));
  const flows = createFlows();
  let censuses = new Map<SourceId, Census>();
  let doubted = new Set<string>();
  let last: { lookout: Lookout; nowMs: number } | null = null;

  /** Takes what was told; rows that differed at the last tick and are not told of by now were never told. */
  const hear = (tracker: Tracker) => {
    const { all, keys } = tracker.take();
    const told = new Set<string>();
    for (const source of sources) {
      const refs = source.noteChanges(all ? null : keys);
      board.noteChanged(refs);
      if (refs !== "all") for (const ref of refs) told.add(backlogId(ref));
    }
    if (!all) for (const id of doubted) if (!told.has(id)) tracker.missed();
    doubted = new Set();
  };

  const sample = async (lookout: Lookout, source: Source, chosen: readonly BacklogRef[], nowMs: number) => {
    /** One question may tell of several backlogs (all groups of a stream): they are not asked for again. */
    const told = new Set<string>();
    let rest = chosen.filter((ref) => ref.source === source.id);
    while (rest.length > 0) {
      const readings = await source.sample(lookout, rest.slice(0, ROUND), nowMs);
      for (const { ref } of readings) told.add(backlogId(ref));
      const rows = board.put(readings);
      if (lookout.watching) for (const row of rows) doubted.add(row.id);
      rest = rest.slice(ROUND).filter((ref) => !told.has(backlogId(ref)));
    }
  };

  const readings = (source: SourceId) => {
    const known = new Map<string, Reading>();
    for (const { id, ref, reading } of board.rows.values())
      if (ref.source === source && reading !== null) known.set(id, reading);
    return known;
  };

  return {
    board,
    flows,
    readings,
    look: async (tracker, plain, intervalMs, hot) => {
      const { nowMs, known, tookMs } = await clock(tracker.redis);
      const watching = await tracker.settle();
      if (watching) hear(tracker);
      const lookout: Lookout = {
        tracked: tracker.redis,
        plain,
        watching,
        rereadMs: Math.max(REREAD_MS, intervalMs),
        intervalMs,
        pulse: pulses.take,
      };
      const looked = new Map<SourceId, Census>();
      for (const source of sources) looked.set(source.id, await source.census(lookout, nowMs));
      pulses.sweep();
      censuses = looked;
      for (const [source, census] of censuses) {
        board.keep(source, census.backlogs);
        board.noteChanged(census.doubted);
      }
      flows.keep(board.rows);
      const chosen = board.choose({ nowMs, watching, intervalMs, rereadMs: lookout.rereadMs, hot });
      if (watching) board.confirm(nowMs);
      for (const source of sources) await sample(lookout, source, chosen, nowMs);
      flows.note(sources, nowMs);
      last = { lookout, nowMs };
      return {
        nowMs,
        clockKnown: known,
        latencyMs: tookMs,
        watching,
        read: chosen.length,
        behind: watching ? board.behind(nowMs) : 0,
      };
    },
    settle: async () => {
      if (last === null) return;
      for (const source of sources) await source.settle(last.lookout, readings(source.id), last.nowMs);
    },
    close: pulses.close,
    crews: () => ({
      crews: new Map([...censuses.values()].flatMap((census) => [...census.crews])),
      totals: new Map([...censuses].map(([source, census]) => [source, census.crewTotal])),
    }),
  };
}
