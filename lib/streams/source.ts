/**
 * Redis Streams as a source of the overview: one backlog a consumer group, and one a stream without any. A look costs
 * one `XINFO GROUPS` for each stream that changed or may have changed silently, and a closer look at no more than 200
 * groups, however many streams there are. Nothing here writes.
 */
import { setImmediate } from "node:timers/promises";
import type { Redis } from "ioredis";
import { nameFromBytes } from "../names";
import { batch, textOf } from "../redis/pipeline";
import {
  type BacklogRef,
  backlogId,
  type Crew,
  type Flow,
  type Lookout,
  type Reading,
  type Source,
  streamBacklog,
} from "../source";
import { detailBudget, pickForDetails } from "./choice";
import { LEAST_DEAD_AFTER_MS } from "./consumers";
import { createDetails } from "./details";
import { diagnoseStreams } from "./diagnose";
import { createDiscovery, refusesKeyAlone } from "./discovery";
import { dueMsOf, FEW, isDue, isStreamSettled, LOOKED_AT_MS } from "./due";
import { type Features, featuresOf } from "./features";
import { createGrowthWatch } from "./growth";
import { partsOfGroups } from "./parts";
import { createReader, type Outcome } from "./reader";
import { readingsOf } from "./reading";
import { createGroup, createStream, type GroupState, type StreamState } from "./state";
import type { StreamsWatch } from "./watch";
import { createWatch } from "./watching";
import { weighStreams } from "./weigh";

/** 5,000 streams of two groups within 10 s at a look every 2 s. */
const ROWS_A_LOOK = 2_000;
/** Streams that were just found, read to learn their groups. */
const FIRST_A_LOOK = 5_000;
/** Streams that changed or are due: read in large rounds, and before the closer look, which builds on them. */
const DUE_A_LOOK = 1_000;
/** Streams whose readings are made before other work gets its turn: about 3 ms. */
const TOLD_AT_ONCE = 250;
/** A stream that the user may not read: each try fills the server's ACL LOG. */
const DENIED_RETRY_MS = 60_000;

export interface StreamsSourceOptions {
  /** `VIGIA_STREAMS`: names that are watched even before they exist, and patterns (see lib/streams/discovery). */
  patterns: readonly string[];
  /** The least silence with entries pending that counts as dead; left out: 60 s. */
  deadAfterMs?: number;
}

/** `ref` of a group: the stream's string form, which never holds a slash. */
const streamOfRef = ({ name }: BacklogRef) => name.split("/", 1)[0] ?? name;

export function createStreamsSource(options: StreamsSourceOptions): { source: Source; watch: StreamsWatch } {
  const discovery = createDiscovery(options.patterns);
  const reader = createReader();
  const leastDeadAfterMs = options.deadAfterMs ?? LEAST_DEAD_AFTER_MS;
  const details = createDetails(leastDeadAfterMs);
  const growth = createGrowthWatch();
  const streams = new Map<string, StreamState>();
  /** Read, and not yet told by `sample`. */
  const untold = new Set<StreamState>();
  /** Read at this look. */
  const fresh = new Set<StreamState>();
  const total: Flow = { in: 0, out: 0, failed: 0, delivered: 0 };
  let features: Features | null = null;
  let backlogs: BacklogRef[] | null = null;
  let few = true;
  let fewTroubled = true;
  let last = { nowMs: 0, watching: false };
  let version = 0;

  function* allGroups(): IterableIterator<GroupState> {
    for (const stream of streams.values()) yield* stream.groups.values();
  }

  const drop = (stream: StreamState) => {
    streams.delete(stream.name);
    untold.delete(stream);
    backlogs = null;
  };

  const take = (outcome: Outcome, lookout: Lookout, nowMs: number) => {
    const { stream } = outcome;
    if (outcome.kind === "read") {
      total.in += outcome.moved.in;
      total.out += outcome.moved.out;
      total.delivered += outcome.moved.delivered;
      const { intervalMs, rereadMs, watching } = lookout;
      stream.dueMs = dueMsOf(stream, {
        nowMs,
        intervalMs,
        rereadMs,
        streams: streams.size,
        few,
        fewTroubled,
        watching,
      });
      if (outcome.regrouped) backlogs = null;
    } else if (/no such key|WRONGTYPE/i.test(outcome.error.message)) {
      discovery.drop(stream.name);
      drop(stream);
      return;
    } else if (refusesKeyAlone(outcome.error) && !discovery.isConfigured(stream.name)) {
      discovery.hide(stream.name);
      drop(stream);
      return;
    } else {
      stream.denied = true;
      stream.changed = false;
      stream.groups.clear();
      stream.readAtMs = nowMs;
      stream.dueMs = nowMs + DENIED_RETRY_MS;
      backlogs = null;
    }
    untold.add(stream);
    fresh.add(stream);
  };

  const read = async (lookout: Lookout, chosen: readonly StreamState[], nowMs: number) => {
    const fixed = features?.lagFixed ?? false;
    for (const outcome of await reader.read(lookout, chosen, { nowMs, fixed })) take(outcome, lookout, nowMs);
    version += 1;
  };

  const learnServer = async (redis: Redis) => {
    if (features !== null) return;
    const [reply] = await batch(redis, [["INFO", "server"]]);
    features = featuresOf(textOf(reply) ?? "");
  };

  /** Takes the list of what exists; new streams are read at once, for only then are their groups known. */
  const keep = async (lookout: Lookout, nowMs: number) => {
    const names = discovery.names();
    for (const name of names)
      if (!streams.has(name)) {
        streams.set(name, createStream(name));
        backlogs = null;
      }
    for (const stream of streams.values()) if (!names.has(stream.name)) drop(stream);
    const unread = [...streams.values()].filter(({ readAtMs }) => readAtMs === null);
    if (unread.length > 0) backlogs = null;
    await read(lookout, unread.slice(0, FIRST_A_LOOK), nowMs);
  };

  /** What changed or is due, and then a closer look at those who need it: their position has just been read. */
  const lookAtDue = async (lookout: Lookout, nowMs: number) => {
    const urgent = (stream: StreamState) => stream.changed || nowMs - stream.lookedAtMs < LOOKED_AT_MS;
    const due = [...streams.values()]
      .filter((stream) => stream.readAtMs !== null && !fresh.has(stream) && isDue(stream, nowMs))
      .sort((a, b) => Number(urgent(b)) - Number(urgent(a)) || (a.readAtMs ?? 0) - (b.readAtMs ?? 0));
    await read(lookout, due.slice(0, DUE_A_LOOK), nowMs);
    const budget = detailBudget(fresh.size);
    const picked = pickForDetails(streams.values(), fresh, nowMs, budget);
    await details.read(lookout.plain, picked, nowMs, budget);
  };

  const refs = (): BacklogRef[] =>
    [...streams.values()].flatMap((stream) => {
      if (stream.readAtMs === null) return [];
      if (stream.groups.size === 0) return [streamBacklog(stream.name)];
      return [...stream.groups.values()].map(({ ref }) => ref);
    });

  /** A consumer with nothing pending is never called gone, so a group that was not looked into has all of its own. */
  const crewNow = ({ info, crew }: GroupState): Crew => ({
    live: Math.max(0, info.consumers - crew.gone.length),
    busy: crew.busy,
    total: info.consumers,
  });

  const source: Source = {
    id: "streams",
    indexKey: null,
    rowsPerLook: ROWS_A_LOOK,

    census: async (lookout, nowMs) => {
      last = { nowMs, watching: lookout.watching };
      fresh.clear();
      await learnServer(lookout.plain);
      await discovery.look(lookout, nowMs);
      let unsettled = 0;
      for (const name of discovery.names()) {
        const stream = streams.get(name);
        if (stream === undefined || stream.readAtMs === null || !isStreamSettled(stream)) unsettled += 1;
      }
      few = unsettled <= FEW;
      let troubled = 0;
      for (const group of allGroups()) if (group.troubled) troubled += 1;
      fewTroubled = troubled <= FEW;
      await keep(lookout, nowMs);
      await lookAtDue(lookout, nowMs);
      backlogs ??= refs();
      const crews = new Map<string, Crew>();
      for (const group of allGroups()) crews.set(group.id, crewNow(group));
      return {
        atMs: nowMs,
        backlogs,
        complete: discovery.complete(),
        // Consumers have no existence of their own: the same process may be one in many groups.
        crewTotal: { live: 0, busy: 0, total: 0 },
        crews,
        doubted: [],
      };
    },

    sample: async (lookout, chosen, nowMs) => {
      const asked = new Set<StreamState>();
      for (const ref of chosen) {
        const stream = streams.get(streamOfRef(ref));
        if (stream !== undefined) asked.add(stream);
      }
      await read(
        lookout,
        [...asked].filter((stream) => !untold.has(stream) && !fresh.has(stream)),
        nowMs,
      );
      const told = new Set([...asked].filter(({ name }) => streams.has(name)));
      for (const stream of untold) told.add(stream);
      untold.clear();
      const readings: Reading[] = [];
      let made = 0;
      for (const stream of told) {
        for (const reading of readingsOf(stream, nowMs)) readings.push(reading);
        made += 1;
        if (made % TOLD_AT_ONCE === 0) await setImmediate();
      }
      return readings;
    },

    peek: async (redis, chosen, nowMs) => {
      const names = new Set(chosen.map(streamOfRef));
      const copies = [...names].map((name) => copyOf(name, streams.get(name)));
      const outcomes = await reader.read({ tracked: redis, plain: redis, watching: false }, copies, {
        nowMs,
        fixed: features?.lagFixed ?? false,
      });
      const wanted = new Set(chosen.map(backlogId));
      return outcomes
        .flatMap(({ stream, kind }): Reading[] => (kind === "read" ? readingsOf(stream, nowMs) : []))
        .filter(({ ref }) => wanted.has(backlogId(ref)));
    },

    settle: (lookout, _readings, nowMs) => discovery.advance(lookout.plain, nowMs),

    flows: () => {
      const byBacklog = new Map<string, { flow: Flow; quality: "exact" | "estimated" }>();
      for (const { id, flow, flowExact } of allGroups())
        if (flow.in > 0 || flow.out > 0 || flow.delivered > 0)
          byBacklog.set(id, { flow, quality: flowExact ? "exact" : "estimated" });
      for (const stream of streams.values()) {
        const into = stream.groups.size === 0 ? stream.grown : 0;
        if (into > 0)
          byBacklog.set(backlogId(streamBacklog(stream.name)), {
            flow: { in: into, out: 0, failed: 0, delivered: 0 },
            quality: stream.addedExact ? "exact" : "estimated",
          });
      }
      return { total: { ...total }, byBacklog };
    },

    noteChanges: (keys) => {
      if (keys === null) {
        features = null;
        discovery.noteAll();
        for (const stream of streams.values()) stream.changed = true;
        return "all";
      }
      return keys.flatMap((key) => {
        const name = nameFromBytes(key);
        const stream = streams.get(name);
        if (stream === undefined) {
          discovery.noteKey(name);
          return [];
        }
        stream.changed = true;
        if (stream.groups.size === 0) return [streamBacklog(name)];
        return [...stream.groups.values()].map(({ ref }) => ref);
      });
    },

    isUrgent: () => false,

    parts: (nowMs) => partsOfGroups(allGroups(), nowMs),

    discovery: () => discovery.report(),

    weigh: (redis, readings) => weighStreams(redis, readings, features?.memoryTrusted ?? false),

    diagnose: (_readings, history, nowMs) =>
      diagnoseStreams({
        groups: allGroups(),
        history,
        growth,
        nowMs,
        tellsInactive: features?.tellsInactive ?? false,
      }),
  };

  const watch = createWatch({
    leastDeadAfterMs,
    streams,
    discovery: () => discovery.report(),
    last: () => last,
    version: () => version,
  });
  return { source, watch };
}

/** A stream to read once, with what helps to judge it and nothing that would be remembered. */
function copyOf(name: string, known: StreamState | undefined): StreamState {
  const copy = createStream(name);
  if (known === undefined) return copy;
  copy.entryBytes = known.entryBytes;
  copy.infoAtMs = known.infoAtMs;
  copy.first = known.first;
  for (const group of known.groups.values()) {
    const own = createGroup(copy, group.info);
    own.sawBehindFirst = group.sawBehindFirst;
    own.proof = group.proof;
    own.next = group.next;
    own.details = group.details;
    copy.groups.set(group.name, own);
  }
  return copy;
}
