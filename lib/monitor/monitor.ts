/**
 * The one watcher of this process. A loop that never stops looks every `intervalMs` while somebody watches and
 * every 10 s otherwise; what it learns becomes one snapshot that serves every page, route and event stream.
 */
import { randomBytes } from "node:crypto";
import type { History, HistoryWindow, Sparks } from "../api/schemas/history";
import type {
  BacklogRow,
  ConnectionInfo,
  Overview,
  QueueHealth,
  QueueInfo,
  Verdict,
} from "../api/schemas/overview";
import type { Problem } from "../api/schemas/problems";
import { log } from "../log";
import type { Connection } from "../redis/connection";
import { deniedCommand, type RedisTrouble, troubleOf } from "../redis/errors";
import { openTracker, type Tracker } from "../redis/tracking";
import { type BacklogHistory, type BacklogRef, backlogId, type Source } from "../source";
import type { Row } from "./board";
import { createChanges } from "./changes";
import { createHistory } from "./history";
import { createHub, frameOf } from "./hub";
import { findOtherDatabases, type OtherDatabases } from "./other-databases";
import { createProblems } from "./problems";
import { createSampler, type Look } from "./sampler";
import { createServerWatch } from "./server-facts";
import { backlogsOf, type Facts, overviewOf, queueInfoOf, rowsOf, verdictOf } from "./snapshot";

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
  /** @param queue name of an RQ queue; undefined = the totals */
  history(window: HistoryWindow, queue?: string): History;
  sparks(window: HistoryWindow): Sparks;
  sparksBody(window: HistoryWindow): Serialised;
  /** One queue, read now; null when there is none. */
  readQueue(name: string): Promise<QueueInfo | null>;
  problems(): Problem[];
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
/** Looks that may fail before what was read is no longer taken for true. */
const BLIND_AFTER = 2;
const STALE_AFTER_TICKS = 3;
const OTHER_DATABASES_EVERY_MS = 60_000;
const CHANGE_WINDOW_MS = 10 * 60_000;
const FIRST_CONNECT_MS = 1_000;

export function createMonitor(options: MonitorOptions): Monitor {
  const { connection, sources, readOnly } = options;
  const { target } = connection;
  const bootId = randomBytes(6).toString("base64url");
  const bornMs = Date.now();
  const sampler = createSampler(target, sources);
  const server = createServerWatch();
  const problems = createProblems();
  const ownProblems = createProblems();
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
  let lastTrouble: { trouble: RedisTrouble; denied: string | null } | null = null;
  let plannedMs = options.intervalMs;
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

  /** What is wrong with watching itself. */
  const ownTroubles = (): Problem[] => {
    if (failures === 0) return [];
    const status = connection.status();
    const last_good_ms = lastLook?.nowMs ?? null;
    const base = { source: null, severity: "failing" as const, since_ms: nowMs() };
    if (status.phase !== "up")
      return [
        {
          ...base,
          id: `redis-unreachable:${target.id}`,
          evidence: {
            kind: "redis-unreachable",
            label: target.label,
            trouble: status.trouble ?? "unreachable",
            last_good_ms,
            next_try_at_ms: status.nextTryAtMs,
          },
        },
      ];
    if (failures <= STALE_AFTER_TICKS) return [];
    return [
      {
        ...base,
        id: `data-stale:${target.id}`,
        evidence: { kind: "data-stale", label: target.label, last_good_ms },
      },
    ];
  };

  const unknownNow = (rows: number): Verdict["unknown"] => {
    const blind = failures >= BLIND_AFTER;
    if (lastLook === null)
      return blind && connection.status().phase !== "up" ? "redis-unreachable" : "starting";
    if (blind) return connection.status().phase === "up" ? "stale" : "redis-unreachable";
    return rows === 0 ? "nothing-found" : null;
  };

  const connectionInfo = (): ConnectionInfo => {
    const status = connection.status();
    const facts = server.facts();
    return {
      id: target.id,
      label: target.label,
      phase: status.phase,
      since_ms: status.sinceMs,
      trouble: status.trouble ?? lastTrouble?.trouble ?? null,
      denied_command: status.denied ?? lastTrouble?.denied ?? null,
      next_try_at_ms: status.nextTryAtMs,
      redis_version: facts.version,
      latency_ms: lastLook === null ? null : Number(lastLook.latencyMs.toFixed(1)),
      ops_per_s: facts.opsPerS,
      used_memory_bytes: facts.usedMemoryBytes,
      max_memory_bytes: facts.maxMemoryBytes,
      clock_skew_ms: lastLook?.clockKnown === true ? Math.round(skewMs) : null,
      read_only: readOnly ? "setting" : facts.mayWrite === false ? "redis-user" : null,
    };
  };

  let rows: BacklogRow[] = [];
  let current: Overview;
  let overviewText: Serialised | null = null;
  let infoText: Serialised | null = null;
  const sparkTexts = new Map<HistoryWindow, Serialised>();

  const factsNow = (atMs: number): Facts => {
    const { crews, total } = sampler.crews();
    return {
      nowMs: atMs,
      rows: [...sampler.board.rows.values()],
      crews,
      crewTotal: total,
      ratesOf: sampler.flows.ratesOf,
      totalRates: sampler.flows.totalRates(),
      lastHour: sampler.flows.lastHour(atMs),
      watchedSinceMs,
      waitingBefore: store.totalWaitingBefore(CHANGE_WINDOW_MS, atMs),
      problems: [...ownProblems.open(), ...problems.open()],
      blind: failures >= BLIND_AFTER,
    };
  };

  /** Makes the snapshot; bodies are serialised when first asked for, once a tick. */
  const snapshot = () => {
    tick += 1;
    const atMs = lastLook?.nowMs ?? nowMs();
    const facts = factsNow(atMs);
    const open = facts.problems;
    rows = rowsOf(facts);
    current = overviewOf(rows, facts, {
      tick,
      serverNowMs: Date.now(),
      intervalMs: plannedMs,
      staleSinceMs: failures > 0 && lastLook !== null ? lastLook.nowMs : null,
      connection: connectionInfo(),
      verdict: verdictOf(open, unknownNow(rows.length)),
      nothingFound:
        lastLook === null || rows.length > 0
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
    const of = (id: string) => sampler.flows.of(id);
    const backlogs = new Map(
      [...sampler.board.rows.values()].map((row) => [
        row.id,
        { waiting: row.reading?.waiting ?? null, running: row.reading?.running ?? null, flow: of(row.id) },
      ]),
    );
    let waiting: number | null = 0;
    let active: number | null = 0;
    for (const backlog of backlogs.values()) {
      waiting = waiting === null || backlog.waiting === null ? null : waiting + backlog.waiting;
      active = active === null || backlog.running === null ? null : active + backlog.running;
    }
    store.record(look.nowMs, contiguous, { waiting, running: active, flow: sampler.flows.total() }, backlogs);
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
    const contiguous = !missed && lastLook !== null && look.nowMs - lastLook.nowMs <= plannedMs * 2 + 2_000;
    if (!contiguous && lastLook !== null) sampler.flows.restart();
    lastLook = { ...look, ownMs };
    failures = 0;
    lastTrouble = null;
    record(look, contiguous);
    const readings = sampler.readings();
    problems.judge(sources.flatMap((source) => source.diagnose(readings, historyAt(look.nowMs), look.nowMs)));
    ownProblems.judge([]);
    await lookForOthers();
  };

  const bad = (error: unknown) => {
    failures += 1;
    const trouble = troubleOf(error);
    lastTrouble = { trouble, denied: deniedCommand(error) };
    if (failures === 1) log.warn({ connection: target.id, trouble, err: error }, "a look at redis failed");
    if (trouble === "timeout") {
      connection.reset();
      tracker?.reset();
    }
    ownProblems.judge(ownTroubles());
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
  };

  /** What the snapshot need not wait for; its failure is the next look's to find. */
  const afterwards = async () => {
    try {
      await sampler.settle();
      await server.refresh(connection.read, Date.now());
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
    queueInfo: () => {
      const now = nowMs();
      return rows.filter((row) => row.source === "rq").map((row) => queueInfoOf(row, now));
    },
    queueInfoBody: () => {
      polled();
      const now = nowMs();
      infoText ??= {
        body: JSON.stringify(rows.filter((row) => row.source === "rq").map((row) => queueInfoOf(row, now))),
        etag: etag("q"),
      };
      return infoText;
    },
    health: () => {
      const { verdict, totals, problems_total } = overview();
      const blind = verdict.unknown !== null && verdict.unknown !== "nothing-found";
      return {
        status: blind || verdict.failing > 0 ? "failing" : verdict.degraded > 0 ? "degraded" : "ok",
        problems: problems_total,
        queues: totals.queues,
        workers: totals.workers_live,
        waiting: totals.waiting,
        failed: totals.failed,
        age_ms: lastLook === null ? null : Math.max(0, nowMs() - lastLook.nowMs),
        detail: blind ? verdict.unknown : null,
      };
    },
    history: (window, queue) => {
      const id = queue === undefined ? null : backlogId({ source: "rq", name: queue });
      const nameOf = (other: string) => sampler.board.rows.get(other)?.ref.name ?? other;
      return store.window(window, nowMs(), id, nameOf);
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
      const [now] = rowsOf({ ...factsNow(atMs), rows: [row] });
      return now === undefined ? null : queueInfoOf(now, atMs);
    },
    problems: () => [...ownProblems.open(), ...problems.open()],
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
