/**
 * The one watcher of this process. A loop that never stops looks every `intervalMs` while somebody watches and
 * every 10 s otherwise; what it learns becomes one snapshot that serves every page, route and event stream.
 */
import { randomBytes } from "node:crypto";
import type { History, HistoryWindow, Sparks } from "../api/schemas/history";
import type { ConnectionInfo, Overview, QueueHealth, QueueInfo } from "../api/schemas/overview";
import type { Problem } from "../api/schemas/problems";
import type { Discovery } from "../api/schemas/streams";
import { log } from "../log";
import type { Connection } from "../redis/connection";
import { causeOf, deniedCommand, type RedisCause } from "../redis/errors";
import { DENIED } from "../redis/pipeline";
import { openTracker, type Tracker } from "../redis/tracking";
import { type BacklogHistory, type BacklogRef, backlogId, type Source, streamOfBacklog } from "../source";
import type { Row } from "./board";
import { createChanges } from "./changes";
import { connectionInfoOf } from "./connection-info";
import { createDeniedWatch } from "./denied";
import { createHistory } from "./history";
import { createHub, frameOf } from "./hub";
import { createMemoryWatch } from "./memory";
import { createMerge } from "./merge";
import { findOtherDatabases, type OtherDatabases } from "./other-databases";
import { causeNow, hasSearched, isBlind, ownTroubles, type Sight, unknownOf } from "./own-troubles";
import { createProblems } from "./problems";
import { healthOf, queueInfoOf, queueInfosOf } from "./queue-contract";
import { partsBySource, recordOf } from "./record";
import { createSampler, type Look } from "./sampler";
import { createServerWatch } from "./server-facts";
import { type Facts, overviewOf, rowOf, verdictOf } from "./snapshot";
import { backlogsOf, type Standing, standingsOf } from "./standings";

export interface MonitorOptions {
  connection: Connection;
  sources: Source[];
  /** Time between two looks while somebody watches, milliseconds. */
  intervalMs: number;
  /** Where the address of Redis came from. */
  redisFrom: string;
  readOnly: boolean;
}

/** A body that is sent as it is, and its strong tag. */
export interface Serialised {
  body: string;
  etag: string;
}

export interface Monitor {
  start(): void;
  stop(): Promise<void>;
  overview(): Overview;
  overviewBody(): Serialised;
  queueInfo(): QueueInfo[];
  queueInfoBody(): Serialised;
  health(): QueueHealth;
  /**
   * Series of one backlog; without one, the totals and the largest backlogs. Those are keyed by name: a queue's has
   * no slash, a group's is `stream/group` and has one.
   */
  history(window: HistoryWindow, backlog: BacklogRef | null): History;
  sparks(window: HistoryWindow): Sparks;
  sparksBody(window: HistoryWindow): Serialised;
  /** One queue, read now; null when there is none. */
  readQueue(name: string): Promise<QueueInfo | null>;
  /** All open problems, each by itself: how rows and pages stand. */
  problems(): Problem[];
  /** Open problems as they are told to a reader: many alike as one. */
  told(): readonly Problem[];
  /** @param onFrame gets SSE text, the first frame at once. @returns ends the subscription */
  subscribe(onFrame: (sseText: string) => void): () => void;
  /** Called when the monitor stops: event streams end. */
  onStop(listener: () => void): () => void;
  /** Somebody looks at this backlog: it is read with the first for a while. */
  touch(ref: BacklogRef): void;
  /** Redis' clock, Unix ms. */
  nowMs(): number;
}

/** While nobody watches. */
const IDLE_MS = 10_000;
const WATCHED_FOR_MS = 15_000;
/** The server's time that looking may take at most: one part in so many. */
const REST_FACTOR = 5;
const WAIT_MAX_MS = 10_000;
/** Ticks that a source asks for come no closer than this. */
const URGENT_MS = 1_000;
const OTHER_DATABASES_EVERY_MS = 60_000;
const CHANGE_WINDOW_MS = 10 * 60_000;
const FIRST_CONNECT_MS = 1_000;
/** Where no system needs to search: all that there is was found. */
const NO_SEARCH: Discovery = { streams: 0, awaited: [], pass: null, complete: true, denied: false };

export function createMonitor(options: MonitorOptions): Monitor {
  const { connection, sources, readOnly } = options;
  const { target } = connection;
  const bootId = randomBytes(6).toString("base64url");
  const bornMs = Date.now();
  const sampler = createSampler(target, sources);
  const server = createServerWatch();
  const problems = createProblems();
  const ownProblems = createProblems();
  const merge = createMerge();
  const memory = createMemoryWatch(target.label);
  const denied = createDeniedWatch(target);
  const hub = createHub();
  const changes = createChanges();
  const touched = new Map<string, number>();
  let tracker: Tracker | null = null;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let stopped = false;

  let tick = 0;
  let lastLook: (Look & { ownMs: number }) | null = null;
  let watchedSinceMs = bornMs;
  let failures = 0;
  let lastTrouble: { trouble: RedisCause; denied: string | null } | null = null;
  let plannedMs = options.intervalMs;
  /** What was planned when the last look ended. Who comes in between makes the next look earlier, not the last one late. */
  let plannedThenMs = plannedMs;
  let lastPollMs = 0;
  let hurried = false;
  let skewMs = 0;
  let others: (OtherDatabases & { atMs: number }) | null = null;

  const nowMs = () => Date.now() + skewMs;
  const store = createHistory(() => watchedSinceMs);
  const watched = () => hub.size() > 0 || Date.now() - lastPollMs < WATCHED_FOR_MS;
  const intervalNow = () =>
    watched() || failures > 0 || (lastLook?.behind ?? 0) > 0
      ? options.intervalMs
      : Math.max(IDLE_MS, options.intervalMs);

  const historyAt = (atMs: number): BacklogHistory => ({
    unfinished: (id, windowMs) => store.unfinished(id, windowMs, atMs),
    inPerS: (id) => sampler.flows.ratesOf(id).rates?.inPerS ?? null,
    outPerS: (id) => sampler.flows.ratesOf(id).rates?.outPerS ?? null,
  });

  const hot = (): Set<string> => {
    const now = Date.now();
    for (const [id, untilMs] of touched) if (untilMs < now) touched.delete(id);
    return new Set([...touched.keys(), ...problems.open().flatMap(backlogsOf)]);
  };

  const sight = (): Sight => ({
    target,
    status: connection.status(),
    failures,
    trouble: lastTrouble,
    lastGoodMs: lastLook?.nowMs ?? null,
  });

  const discovery = (): Discovery =>
    sources.map((source) => source.discovery?.()).find((found) => found !== undefined) ?? NO_SEARCH;

  const connectionInfo = (): ConnectionInfo =>
    connectionInfoOf({
      target,
      status: connection.status(),
      server: server.facts(),
      trouble: causeNow(sight()) ?? lastTrouble?.trouble ?? null,
      denied: lastTrouble?.denied ?? null,
      latencyMs: lastLook?.latencyMs ?? null,
      skewMs: lastLook?.clockKnown === true ? skewMs : null,
      readOnly,
    });

  let facts: Facts;
  let standings: Standing[] = [];
  let current: Overview;
  let overviewText: Serialised | null = null;
  let infoText: Serialised | null = null;
  const sparkTexts = new Map<HistoryWindow, Serialised>();

  const factsNow = (atMs: number): Facts => {
    const { crews, totals } = sampler.crews();
    const open = [...ownProblems.open(), ...problems.open()];
    return {
      nowMs: atMs,
      rows: [...sampler.board.rows.values()],
      crews,
      crewTotals: totals,
      ratesOf: sampler.flows.ratesOf,
      totalRates: sampler.flows.totalRates(),
      runsLastHour: sampler.flows.lastHour("rq", atMs),
      watchedSinceMs,
      waitingBefore: store.totalWaitingBefore(CHANGE_WINDOW_MS, atMs),
      problems: open,
      told: merge(open),
      blind: isBlind(failures),
    };
  };

  /** Makes the snapshot; bodies are serialised when first asked for, once a tick. */
  const snapshot = () => {
    tick += 1;
    const atMs = lastLook?.nowMs ?? nowMs();
    facts = factsNow(atMs);
    const search = discovery();
    standings = standingsOf(facts);
    current = overviewOf(standings, facts, {
      tick,
      serverNowMs: Date.now(),
      intervalMs: plannedMs,
      staleSinceMs: failures > 0 && lastLook !== null ? lastLook.nowMs : null,
      connection: connectionInfo(),
      verdict: verdictOf(facts.told, unknownOf(sight(), standings.length, search)),
      discovery: search,
      nothingFound:
        lastLook === null || standings.length > 0 || !hasSearched(search)
          ? null
          : {
              redis_from: options.redisFrom,
              db: target.db,
              other_dbs: others?.databases ?? [],
              other_dbs_known: others?.known ?? false,
            },
    });
    overviewText = null;
    infoText = null;
    sparkTexts.clear();
  };

  const etag = (kind: string) => `"${bootId}-${kind}${tick}"`;

  const publish = () => {
    snapshot();
    const frame = changes.frame(current);
    hub.publish(frame);
  };

  const record = (look: Look, contiguous: boolean) => {
    const all = [...sampler.board.rows.values()];
    const { total, backlogs } = recordOf(all, sampler.flows, partsBySource(sources, look.nowMs));
    store.record(look.nowMs, contiguous, total, backlogs);
  };

  const lookForOthers = async () => {
    const index = sources.find((source) => source.indexKey !== null)?.indexKey;
    if (sampler.board.rows.size > 0 || index == null) {
      others = null;
      return;
    }
    if (others !== null && Date.now() - others.atMs < OTHER_DATABASES_EVERY_MS) return;
    const found = await findOtherDatabases(target, index).catch(
      (): OtherDatabases => ({ databases: [], known: false }),
    );
    others = { ...found, atMs: Date.now() };
  };

  const good = async (look: Look) => {
    const ownMs = Date.now();
    const missed = failures > 0;
    if (look.clockKnown) skewMs = look.nowMs - ownMs;
    if (lastLook === null) watchedSinceMs = look.nowMs;
    const contiguous =
      !missed && lastLook !== null && look.nowMs - lastLook.nowMs <= plannedThenMs * 2 + 2_000;
    if (!contiguous && lastLook !== null) sampler.flows.restart();
    lastLook = { ...look, ownMs };
    failures = 0;
    lastTrouble = null;
    record(look, contiguous);
    const past = historyAt(look.nowMs);
    problems.judge([
      ...sources.flatMap((source) => source.diagnose(sampler.readings(source.id), past, look.nowMs)),
      ...memory.diagnose(server.facts(), look.nowMs),
      ...denied.diagnose(look.nowMs),
    ]);
    ownProblems.judge([]);
    await lookForOthers();
  };

  const bad = (error: unknown) => {
    failures += 1;
    const trouble = causeOf(error);
    lastTrouble = { trouble, denied: deniedCommand(error) };
    if (failures === 1) log.warn({ connection: target.id, trouble, err: error }, "a look at redis failed");
    if (trouble === "timeout") {
      connection.reset();
      tracker?.reset();
    }
    ownProblems.judge(ownTroubles(sight(), nowMs()));
  };

  const oneTick = async () => {
    if (tracker === null) return;
    const started = performance.now();
    try {
      await good(await sampler.look(tracker, connection.read, plannedMs, hot()));
    } catch (error) {
      bad(error);
    }
    if (stopped) return;
    publish();
    if (failures === 0) await afterwards();
    const tookMs = performance.now() - started;
    // A failed look waited for nothing that needs rest, and recovery should be seen soon.
    const restMs = failures > 0 ? 0 : Math.min(REST_FACTOR * tookMs, WAIT_MAX_MS);
    plannedMs = Math.round(Math.max(intervalNow(), restMs));
    plannedThenMs = plannedMs;
  };

  const someStream = (): string | null => {
    for (const { ref } of sampler.board.rows.values())
      if (ref.source === "streams") return streamOfBacklog(ref);
    return null;
  };

  /** What the snapshot need not wait for; its failure is the next look's to find. */
  const afterwards = async () => {
    try {
      await sampler.settle();
      await server.refresh(connection.read, Date.now(), someStream());
      await memory.weigh(Date.now(), () =>
        Promise.all(sources.map((source) => source.weigh(connection.read, sampler.readings(source.id)))),
      );
    } catch (error) {
      log.debug({ connection: target.id, err: error }, "work after a look failed");
    }
  };

  const schedule = (waitMs: number) => {
    if (stopped) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      hurried = false;
      running = oneTick().finally(() => {
        running = null;
        schedule(plannedMs);
      });
    }, waitMs);
  };

  /** Somebody came: do not let them wait for an idle tick. */
  const wake = () => {
    if (timer === null || running !== null || lastLook === null) return;
    const dueInMs = lastLook.ownMs + options.intervalMs - Date.now();
    plannedMs = Math.min(plannedMs, options.intervalMs);
    schedule(Math.max(0, dueInMs));
  };

  /** A source wants to look before the thing is over: the next tick comes early. */
  const hurry = (key: Buffer) => {
    if (timer === null || lastLook === null || hurried || !sources.some((source) => source.isUrgent(key)))
      return;
    hurried = true;
    schedule(Math.max(0, lastLook.ownMs + URGENT_MS - Date.now()));
  };

  const polled = () => {
    const was = watched();
    lastPollMs = Date.now();
    if (!was) wake();
  };

  snapshot();
  const overview = (): Overview => current as Overview;
  const sparks = (window: HistoryWindow) =>
    store.sparks(
      window,
      nowMs(),
      overview().rows.map((row) => row.id),
    );

  return {
    start: () => {
      if (tracker !== null || stopped) return;
      tracker = openTracker(target);
      tracker.onKey(hurry);
      for (const redis of [tracker.redis, connection.read])
        redis.on(DENIED, (command: string) => denied.note(command, nowMs()));
      const begin = setTimeout(() => schedule(0), FIRST_CONNECT_MS);
      // Every new connection is looked at once: the first, and the one after trouble.
      tracker.redis.on("ready", () => {
        clearTimeout(begin);
        if (running === null) schedule(0);
      });
    },
    stop: async () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      hub.close();
      await running;
      sampler.close();
      tracker?.close();
    },
    overview,
    overviewBody: () => {
      polled();
      overviewText ??= { body: JSON.stringify(current), etag: etag("o") };
      return overviewText;
    },
    queueInfo: () => queueInfosOf(standings, facts, nowMs()),
    queueInfoBody: () => {
      polled();
      infoText ??= { body: JSON.stringify(queueInfosOf(standings, facts, nowMs())), etag: etag("q") };
      return infoText;
    },
    health: () =>
      healthOf({
        standings,
        problems: facts.told,
        unknown: overview().verdict.unknown,
        workers: sampler.crews().totals.get("rq") ?? null,
        ageMs: lastLook === null ? null : Math.max(0, nowMs() - lastLook.nowMs),
      }),
    history: (window, backlog) => {
      const nameOf = (id: string) => sampler.board.rows.get(id)?.ref.name ?? id;
      return store.window(window, nowMs(), backlog === null ? null : backlogId(backlog), nameOf);
    },
    sparks,
    sparksBody: (window) => {
      const held = sparkTexts.get(window);
      if (held !== undefined) return held;
      const made = { body: JSON.stringify(sparks(window)), etag: etag(`s${window}-`) };
      sparkTexts.set(window, made);
      return made;
    },
    readQueue: async (name) => {
      const ref: BacklogRef = { source: "rq", name };
      const source = sources.find(({ id }) => id === ref.source);
      if (source === undefined) return null;
      const atMs = nowMs();
      const [reading] = await source.peek(connection.read, [ref], atMs);
      if (reading === undefined) return null;
      const id = backlogId(ref);
      const row: Row = { ref, id, reading, trueAtMs: atMs, readAtMs: atMs, changed: false };
      const now: Facts = { ...factsNow(atMs), rows: [row] };
      const [standing] = standingsOf(now);
      return standing === undefined ? null : queueInfoOf(rowOf(standing, 0, now), atMs);
    },
    problems: () => [...ownProblems.open(), ...problems.open()],
    told: () => facts.told,
    subscribe: (onFrame) => {
      const end = hub.subscribe(onFrame, () => frameOf("hello", tick, { tick, etag: etag("o") }));
      wake();
      return end;
    },
    onStop: hub.onEnd,
    touch: (ref) => void touched.set(backlogId(ref), Date.now() + WATCHED_FOR_MS),
    nowMs,
  };
}
