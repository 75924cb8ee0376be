/** What is wrong with watching itself, and with what the page then may not claim. Pure. */

import type { Verdict } from "../api/schemas/overview";
import type { Problem } from "../api/schemas/problems";
import type { Discovery } from "../api/schemas/streams";
import type { RedisTarget } from "../config";
import type { ConnectionStatus } from "../redis/connection";
import type { RedisCause } from "../redis/errors";

/** Looks that may fail before what was read is no longer taken for true. */
const BLIND_AFTER = 2;
const STALE_AFTER_TICKS = 3;

/** How watching goes. */
export interface Sight {
  target: RedisTarget;
  status: ConnectionStatus;
  /** Looks that failed since the last good one, and what the last of them failed with. */
  failures: number;
  trouble: { trouble: RedisCause; denied: string | null } | null;
  /** Redis time of the last good look; null = none yet. */
  lastGoodMs: number | null;
}

export const isBlind = (failures: number) => failures >= BLIND_AFTER;

/** Troubles by which Redis is there and only slow: the same figures may come at the next look. */
const SLOW: ReadonlySet<RedisCause> = new Set(["timeout", "busy", "other"]);

/** Why Redis cannot be watched: what the connection says of itself, else what it answered; null = it is only slow. */
export function causeNow({ status, failures, trouble }: Sight): RedisCause | null {
  if (status.phase !== "up") return status.trouble ?? trouble?.trouble ?? "unreachable";
  if (failures === 0 || trouble === null || SLOW.has(trouble.trouble)) return null;
  // One connection stands and sends nothing, while each command ends the other: a server that waits for TLS.
  return trouble.trouble === "unreachable" && isBlind(failures) ? "closed-at-once" : trouble.trouble;
}

/** @param nowMs Redis time */
export function ownTroubles(sight: Sight, nowMs: number): Problem[] {
  const { target, status, failures, trouble, lastGoodMs } = sight;
  if (failures === 0) return [];
  const base = { source: null, severity: "failing" as const, since_ms: nowMs };
  const cause = causeNow(sight);
  if (cause !== null)
    return [
      {
        ...base,
        id: `redis-unreachable:${target.id}`,
        evidence: {
          kind: "redis-unreachable",
          label: target.label,
          trouble: cause,
          denied: status.denied ?? trouble?.denied ?? null,
          last_good_ms: lastGoodMs,
          next_try_at_ms: status.phase === "up" ? null : status.nextTryAtMs,
        },
      },
    ];
  if (failures <= STALE_AFTER_TICKS) return [];
  return [
    {
      ...base,
      id: `data-stale:${target.id}`,
      evidence: { kind: "data-stale", label: target.label, last_good_ms: lastGoodMs },
    },
  ];
}

/** Whether a search for backlogs has seen everything that it ever will. */
export const hasSearched = (discovery: Discovery) => discovery.complete || discovery.denied;

/** Why nothing can be said of the whole; null when it can. @param rows backlogs that are known */
export function unknownOf(sight: Sight, rows: number, discovery: Discovery): Verdict["unknown"] {
  const reached = causeNow(sight) === null;
  const blind = isBlind(sight.failures);
  if (sight.lastGoodMs === null) return blind && !reached ? "redis-unreachable" : "starting";
  if (blind) return reached ? "stale" : "redis-unreachable";
  if (rows > 0) return null;
  return hasSearched(discovery) ? "nothing-found" : "starting";
}
