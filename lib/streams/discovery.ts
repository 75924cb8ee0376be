/**
 * Which streams exist. Names of the settings first, then the keyspace: `SCAN … TYPE stream` in small steps, whose cost
 * Redis' own clock measures, never above 2 % of its time. A pass begins anew after a pause, and what was found is kept
 * until a look finds it gone.
 *
 * Left out are Vigia's own keys, and RQ's result streams (`rq:results:*`, one for each job since RQ 1.16): thousands of
 * streams that nobody reads as such. The settings may name them.
 */
import type { Redis } from "ioredis";
import type { Discovery as DiscoveryReport } from "../api/schemas/streams";
import { bytesFromName, isName, keyOf, nameFromBytes, nameFromText } from "../names";
import { deniedCommand, troubleOf } from "../redis/errors";
import { batch, type Command, count, list, type Reply, textOf } from "../redis/pipeline";
import type { Lookout } from "../source";

export const STREAMS_MAX = 20_000;
const NAMES_MAX = 1_000;
const LEFT_OUT = ["vigia:", "rq:results:"];

const SHARE = 0.02;
/** What may be spent in one go: the whole first pass over a small keyspace, and the most that may be saved up. */
const BURST_MS = 40;
/** A slow client must not wait for the search either. */
const WALL_MS = 200;
const COUNT_MAX = 1_000;
const COUNT_MIN = 50;
const STEP_MAX_MS = 2;
const STEP_EASY_MS = 0.5;
/** The next pass waits so many times as long as the last one held Redis, within bounds. */
const PAUSE_FACTOR = 8_000;
const PAUSE_MIN_MS = 5_000;
const PAUSE_MAX_MS = 60_000;
/** A refusal fills the server's ACL LOG: it is asked for again rarely. */
const DENIED_RETRY_MS = 10 * 60_000;

export interface Discovery {
  /** Looks for the configured names that are not there yet, and scans within what was saved up. */
  look(lookout: Lookout, nowMs: number): Promise<void>;
  /** Goes on with the search, within 2 % of the time since the last call. */
  advance(redis: Redis, nowMs: number): Promise<void>;
  /** String forms, in the order in which they were found. */
  names(): ReadonlySet<string>;
  isConfigured(name: string): boolean;
  /** The key is no stream any more. */
  drop(name: string): void;
  /** The user may not read this key: it is not shown unless the settings name it. */
  hide(name: string): void;
  noteKey(name: string): void;
  /** Anything may have changed. */
  noteAll(): void;
  /** False when there are more streams than are kept. */
  complete(): boolean;
  report(): DiscoveryReport;
}

const isPattern = (text: string) => /[*?[\\]/.test(text);

/** Redis' glob pattern as a regular expression over a key's text. */
function globOf(pattern: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] ?? "";
    const set = char === "[" ? /^\[(\^?)((?:\\.|[^\]])+)\]/.exec(pattern.slice(at)) : null;
    if (char === "*") source += ".*";
    else if (char === "?") source += ".";
    else if (set !== null) {
      source += `[${set[1]}${(set[2] ?? "").replace(/[\\[\]]/g, "\\$&")}]`;
      at += set[0].length - 1;
    } else if (char === "\\" && at + 1 < pattern.length) {
      at += 1;
      source += (pattern[at] ?? "").replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    } else source += char.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  }
  return new RegExp(`^${source}$`, "s");
}

/** Milliseconds between two replies of TIME; null where the user may not ask. */
function apartMs(before: Reply, after: Reply): number | null {
  const [a, b] = [before, after].map((reply) => list(reply).map((part) => count(part) ?? 0));
  if (a?.length !== 2 || b?.length !== 2) return null;
  return ((b[0] ?? 0) - (a[0] ?? 0)) * 1_000 + ((b[1] ?? 0) - (a[1] ?? 0)) / 1_000;
}

/** @param patterns names, in their text or string form, and glob patterns */
export function createDiscovery(patterns: readonly string[]): Discovery {
  const configured = new Set(
    patterns
      .filter((text) => !isPattern(text))
      .map((text) => (isName(text) ? text : nameFromText(text)))
      .filter((name) => bytesFromName(name) !== null)
      .slice(0, NAMES_MAX),
  );
  // A wide pattern does not bring back what is left out for a reason: it must name the prefix.
  const wanted = patterns
    .filter((text) => isPattern(text) && LEFT_OUT.some((prefix) => text.startsWith(prefix)))
    .map(globOf);
  const found = new Set<string>();
  const awaited = new Set<string>(configured);
  const unknown = new Set<string>(configured);
  const hidden = new Set<string>();

  let namesAtMs = Number.NEGATIVE_INFINITY;
  let cursor: string | null = null;
  let size = 0;
  let visited = 0;
  let passCostMs = 0;
  let passes = 0;
  let resumeAtMs = Number.NEGATIVE_INFINITY;
  let deniedAtMs: number | null = null;
  let step = COUNT_MAX;
  let typed = true;
  let savedMs = BURST_MS;
  let savedAtMs: number | null = null;
  let cut = false;

  const wants = (key: Buffer) => {
    // The bytes, not the string form: that of a key with a slash hides its prefix.
    const text = key.toString("utf8");
    return !LEFT_OUT.some((prefix) => text.startsWith(prefix)) || wanted.some((glob) => glob.test(text));
  };

  const add = (name: string) => {
    if (found.has(name) || hidden.has(name)) return;
    if (found.size >= STREAMS_MAX && !configured.has(name)) cut = true;
    else found.add(name);
  };

  const lookForNames = async (lookout: Lookout, nowMs: number) => {
    const late = nowMs - namesAtMs >= lookout.rereadMs;
    const asked = [...awaited].filter((name) => late || unknown.has(name));
    if (asked.length === 0) return;
    if (late) namesAtMs = nowMs;
    const types = await batch(
      lookout.tracked,
      asked.map((name): Command => ["TYPE", keyOf("", name)]),
    );
    for (const [index, name] of asked.entries()) {
      unknown.delete(name);
      const type = textOf(types[index]);
      // Where TYPE is refused, the look at the stream itself will tell.
      if (type !== "stream" && type !== null) continue;
      awaited.delete(name);
      add(name);
    }
  };

  /** Keys of one step that are streams; servers before 6.0 are asked for the type of each. */
  const streamsAmong = async (redis: Redis, keys: readonly Buffer[]): Promise<readonly Buffer[]> => {
    if (typed || keys.length === 0) return keys;
    const types = await batch(
      redis,
      keys.map((key): Command => ["TYPE", key]),
    );
    return keys.filter((_, index) => textOf(types[index]) === "stream");
  };

  const begin = async (redis: Redis) => {
    const [reply] = await batch(redis, [["DBSIZE"]]);
    size = count(reply) ?? 0;
    visited = 0;
    passCostMs = 0;
    cursor = "0";
  };

  const end = (nowMs: number) => {
    cursor = null;
    passes += 1;
    resumeAtMs = nowMs + Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MIN_MS, passCostMs * PAUSE_FACTOR));
  };

  /** One call of SCAN. @returns what it cost Redis, milliseconds */
  const scan = async (redis: Redis, nowMs: number): Promise<number> => {
    const startedMs = performance.now();
    const ask: Command = ["SCAN", cursor ?? "0", "COUNT", step, ...(typed ? ["TYPE", "stream"] : [])];
    const [before, reply, after] = await batch(redis, [["TIME"], ask, ["TIME"]]);
    if (reply instanceof Error) {
      if (/syntax/i.test(reply.message) && typed) {
        typed = false;
        step = Math.min(step, COUNT_MAX / 5);
        return 0;
      }
      cursor = null;
      resumeAtMs = nowMs + DENIED_RETRY_MS;
      if (troubleOf(reply) === "no-permission") deniedAtMs = nowMs;
      return 0;
    }
    deniedAtMs = null;
    const [next, keys] = Array.isArray(reply) ? reply : [];
    for (const key of await streamsAmong(redis, list(keys))) {
      if (wants(key)) add(nameFromBytes(key));
    }
    visited += step;
    const costMs = (typed ? apartMs(before, after) : null) ?? performance.now() - startedMs;
    passCostMs += costMs;
    if (costMs > STEP_MAX_MS) step = Math.max(COUNT_MIN, step >> 1);
    else if (costMs < STEP_EASY_MS) step = Math.min(typed ? COUNT_MAX : COUNT_MAX / 5, step * 2);
    cursor = textOf(next) ?? "0";
    if (cursor === "0") end(nowMs);
    return costMs;
  };

  const advance = async (redis: Redis, nowMs: number) => {
    const elapsedMs = savedAtMs === null ? 0 : Math.max(0, nowMs - savedAtMs);
    savedAtMs = nowMs;
    savedMs = Math.min(BURST_MS, savedMs + elapsedMs * SHARE);
    const startedMs = performance.now();
    while (savedMs > 0 && performance.now() - startedMs < WALL_MS) {
      if (cursor === null && nowMs < resumeAtMs) return;
      if (cursor === null) await begin(redis);
      savedMs -= await scan(redis, nowMs);
    }
  };

  return {
    look: async (lookout, nowMs) => {
      await lookForNames(lookout, nowMs);
      if (passes === 0) await advance(lookout.plain, nowMs);
    },
    advance,
    names: () => found,
    isConfigured: (name) => configured.has(name),
    drop: (name) => {
      found.delete(name);
      if (configured.has(name)) {
        awaited.add(name);
        unknown.add(name);
      }
      cut = false;
    },
    hide: (name) => {
      if (configured.has(name)) return;
      found.delete(name);
      if (hidden.size < STREAMS_MAX) hidden.add(name);
    },
    noteKey: (name) => {
      if (awaited.has(name)) unknown.add(name);
    },
    noteAll: () => {
      for (const name of awaited) unknown.add(name);
      hidden.clear();
      // A cursor does not outlive its server.
      cursor = null;
      resumeAtMs = Number.NEGATIVE_INFINITY;
    },
    complete: () => !cut,
    report: () => ({
      streams: found.size,
      awaited: [...awaited],
      pass: cursor === null ? null : Math.min(0.99, visited / Math.max(1, size)),
      complete: passes > 0,
      denied: deniedAtMs !== null,
    }),
  };
}

/** The command that a refusal names, or the key itself: `xinfo|groups` refused for all is not one key refused. */
export function refusesKeyAlone(error: Error): boolean {
  return troubleOf(error) === "no-permission" && deniedCommand(error) === null;
}
