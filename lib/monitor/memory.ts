/**
 * Whether the server runs out of memory, from the INFO that is asked anyway, and who holds most of it: that is
 * estimated only while there is trouble, at most once a minute.
 */
import type { Evidence, MemoryHolder, Problem } from "../api/schemas/problems";
import type { ServerFacts } from "./server-facts";

/** Shares of the limit at which a problem opens, and below which it closes: it must not come and go. */
const DEGRADED = { from: 0.85, until: 0.82 };
const FAILING = { from: 0.95, until: 0.93 };
/** Keys that were evicted so long ago are no trouble of now. */
const EVICTING_MS = 5 * 60_000;
const WEIGH_EVERY_MS = 60_000;
const HOLDERS_MAX = 8;
/** A smaller share of what is used explains nothing. */
const WORTH_TELLING = 0.001;

export interface MemoryWatch {
  /** @param nowMs Redis' clock */
  diagnose(server: ServerFacts, nowMs: number): Problem[];
  /** Asks `ask` while there is a problem and the last answer is a minute old. A failure is the caller's. */
  weigh(ownNowMs: number, ask: () => Promise<MemoryHolder[][]>): Promise<void>;
}

type Level = "ok" | "degraded" | "failing";

/** What a share of the limit means, after what it meant before. */
export function levelOf(share: number, before: Level): Level {
  if (share >= (before === "failing" ? FAILING.until : FAILING.from)) return "failing";
  if (share >= (before === "ok" ? DEGRADED.from : DEGRADED.until)) return "degraded";
  return "ok";
}

export function createMemoryWatch(label: string): MemoryWatch {
  let level: Level = "ok";
  let holders: MemoryHolder[] | null = null;
  let weighedAtMs = Number.NEGATIVE_INFINITY;
  let wanted = false;
  let evictedBefore: number | null = null;
  /** The evictions that go on: how many since when, and when the last was seen. */
  let evicting: { keys: number; sinceMs: number; lastMs: number } | null = null;

  const noteEvicted = (evicted: number | null, nowMs: number) => {
    // Fewer than before: the server was restarted and counts anew.
    const more = evicted === null || evictedBefore === null ? 0 : Math.max(0, evicted - evictedBefore);
    evictedBefore = evicted;
    if (more > 0)
      evicting = { keys: (evicting?.keys ?? 0) + more, sinceMs: evicting?.sinceMs ?? nowMs, lastMs: nowMs };
    else if (evicting !== null && nowMs - evicting.lastMs > EVICTING_MS) evicting = null;
  };

  return {
    diagnose: (server, nowMs) => {
      const { usedMemoryBytes: used, maxMemoryBytes: max, machineMemoryBytes: machine } = server;
      const policy = server.maxMemoryPolicy ?? "";
      noteEvicted(server.evictedKeys, nowMs);
      const limited = (max ?? 0) > 0;
      const limit = (limited ? max : machine) ?? 0;
      level = used === null || limit === 0 ? "ok" : levelOf(used / limit, level);
      wanted = level !== "ok" || evicting !== null;
      if (!wanted) holders = null;
      if (used === null) return [];
      const facts = {
        label,
        used_bytes: used,
        limit_bytes: limit,
        limit_of: limited ? ("redis" as const) : ("machine" as const),
        policy,
        holders: holders?.filter(({ bytes }) => bytes >= used * WORTH_TELLING) ?? null,
      };
      const problem = (severity: Problem["severity"], sinceMs: number, evidence: Evidence): Problem => ({
        id: `${evidence.kind}:server`,
        source: null,
        severity,
        since_ms: Math.min(sinceMs, nowMs),
        evidence,
      });
      const found: Problem[] = [];
      if (evicting !== null)
        found.push(
          problem(policy.startsWith("volatile-") ? "degraded" : "failing", evicting.sinceMs, {
            kind: "redis-evicts",
            ...facts,
            evicted: evicting.keys,
          }),
        );
      // A server that evicts stands at its limit for good: that is one trouble, and told as the eviction.
      if (level !== "ok" && evicting === null)
        found.push(problem(level, nowMs, { kind: "redis-memory", ...facts }));
      return found;
    },
    weigh: async (ownNowMs, ask) => {
      if (!wanted || ownNowMs - weighedAtMs < WEIGH_EVERY_MS) return;
      weighedAtMs = ownNowMs;
      const found = (await ask()).flat().filter(({ bytes }) => bytes > 0);
      holders = found.sort((a, b) => b.bytes - a.bytes).slice(0, HOLDERS_MAX);
    },
  };
}
