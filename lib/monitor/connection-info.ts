/** The connection as the page tells of it: its state, the server's facts, and what may be changed from here. Pure. */
import type { ConnectionInfo } from "../api/schemas/overview";
import type { RedisTarget } from "../config";
import type { ConnectionStatus } from "../redis/connection";
import type { RedisCause } from "../redis/errors";
import type { ServerFacts } from "./server-facts";

export interface ConnectionFacts {
  target: RedisTarget;
  status: ConnectionStatus;
  server: ServerFacts;
  /** Why Redis is not read now; null when it is. */
  trouble: RedisCause | null;
  /** The command that the last look was refused. */
  denied: string | null;
  /** Round trip of the last good look, milliseconds. */
  latencyMs: number | null;
  /** Redis' clock minus ours; null = the server does not tell the time. */
  skewMs: number | null;
  readOnly: boolean;
}

export function connectionInfoOf(facts: ConnectionFacts): ConnectionInfo {
  const { target, status, server, trouble } = facts;
  return {
    id: target.id,
    label: target.label,
    phase: status.phase,
    since_ms: status.sinceMs,
    trouble,
    denied_command: status.denied ?? facts.denied,
    next_try_at_ms: status.nextTryAtMs,
    redis_version: server.version,
    latency_ms: facts.latencyMs === null ? null : Number(facts.latencyMs.toFixed(1)),
    ops_per_s: server.opsPerS,
    used_memory_bytes: server.usedMemoryBytes,
    max_memory_bytes: server.maxMemoryBytes,
    clock_skew_ms: facts.skewMs === null ? null : Math.round(facts.skewMs),
    read_only: facts.readOnly ? "setting" : server.mayWrite === false ? "redis-user" : null,
  };
}
