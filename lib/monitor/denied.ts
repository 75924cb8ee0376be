/**
 * Commands that Redis refuses to Vigia's user. A refused one leaves a blank where its figure would be; without a word the
 * page would only look poorer than it is.
 */
import type { Problem } from "../api/schemas/problems";
import type { RedisTarget } from "../config";

/** What watching needs. All else (INFO, SCAN, ACL, tracking …) may be refused on purpose and has its own words. */
const NEEDED: ReadonlySet<string> = new Set([
  ...["exists", "pttl", "llen", "lrange", "scard", "smembers", "sscan"],
  ...["zcard", "zcount", "zrange", "zrangebyscore", "hget", "hmget", "hstrlen"],
  ...["xlen", "xrange", "xrevrange", "xpending", "xinfo", "xinfo|stream", "xinfo|groups", "xinfo|consumers"],
]);
/** Everything is asked again within this time. */
const TOLD_MS = 60_000;

export interface DeniedWatch {
  /** @param command as Redis names it: lower case, a subcommand after a bar */
  note(command: string, nowMs: number): void;
  diagnose(nowMs: number): Problem[];
}

export function createDeniedWatch(target: RedisTarget): DeniedWatch {
  const lastMs = new Map<string, number>();
  return {
    note: (command, nowMs) => {
      const name = command.toLowerCase();
      if (NEEDED.has(name)) lastMs.set(name, nowMs);
    },
    diagnose: (nowMs) => {
      for (const [command, atMs] of lastMs) if (nowMs - atMs > TOLD_MS) lastMs.delete(command);
      if (lastMs.size === 0) return [];
      return [
        {
          id: "redis-denied:user",
          source: null,
          severity: "degraded",
          since_ms: nowMs,
          evidence: {
            kind: "redis-denied",
            label: target.label,
            user: target.username,
            commands: [...lastMs.keys()].sort(),
          },
        },
      ];
    },
  };
}
