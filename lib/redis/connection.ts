/**
 * Two connections to one Redis: `read` for the sampler and drill-downs, `write` for action scripts. Both fail
 * fast (no offline queue), never resend, and reconnect by themselves with jitter.
 */
import { Redis, type RedisOptions } from "ioredis";
import type { RedisTarget } from "../config";
import { log } from "../log";
import { causeOf, deniedCommand, type RedisCause } from "./errors";

const CONNECT_TIMEOUT_MS = 2_000;
const READ_TIMEOUT_MS = 1_000;
const WRITE_TIMEOUT_MS = 5_000;
/** After a refused password or database: no storm of logins on a server that may lock the account. */
const DENIED_RETRY_MS = 5_000;
/** A server that ends a connection so soon did not want it: it speaks TLS alone, or has too many clients. */
const CLOSED_SOON_MS = 500;
/** How long the next one must then last to count as a connection: the page would change between two states. */
const PROOF_MS = 300;

export type ConnectionPhase = "up" | "connecting" | "down" | "denied" | "loading";

export interface ConnectionStatus {
  phase: ConnectionPhase;
  /** Unix ms of the last change of phase. */
  sinceMs: number;
  trouble: RedisCause | null;
  /** Command named by a NOPERM reply. */
  denied: string | null;
  nextTryAtMs: number | null;
}

export interface Connection {
  readonly target: RedisTarget;
  readonly read: Redis;
  /** `null` when Vigia was started read-only: there is then no object that could write. */
  readonly write: Redis | null;
  status(): ConnectionStatus;
  /** Drops a socket that stopped answering, so that a new one is tried at once. */
  reset(): void;
  close(): Promise<void>;
}

/** Options that every connection shares; exported for the tests that pin them. */
export function redisOptions(
  target: RedisTarget,
  commandTimeout: number,
): RedisOptions & { replyMapping: "legacy" } {
  const where: RedisOptions =
    target.kind === "unix"
      ? { path: target.path ?? "" }
      : target.kind === "sentinel"
        ? {
            sentinels: target.sentinels,
            name: target.sentinelMaster ?? "",
            sentinelRetryStrategy: backoff,
            ...(target.sentinelPassword === null ? {} : { sentinelPassword: target.sentinelPassword }),
          }
        : { host: target.host, port: target.port };
  return {
    ...where,
    db: target.db,
    ...(target.username === null ? {} : { username: target.username }),
    ...(target.password === null ? {} : { password: target.password }),
    ...(target.tls ? { tls: {} } : {}),
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    // One shape of replies on every server: RESP3 nests maps and scores where RESP2 is flat.
    protocol: 2,
    replyMapping: "legacy",
    disableClientInfo: true,
    // A read-only user may lack INFO; LOADING is then told by the first command's error.
    enableReadyCheck: false,
    retryStrategy: backoff,
    reconnectOnError: (error) => (/^READONLY/.test(error.message) ? 1 : false),
  };
}

const isRefusedSelect = (error: Error): boolean =>
  "command" in error && (error.command as { name?: unknown } | undefined)?.name === "select";

/**
 * A client that talks to the target's own database or not at all. When Redis refuses SELECT (no permission, no such
 * database), the library would go on with database 0: what is read would be another's, and what is written too.
 */
export function openClient(target: RedisTarget, commandTimeout: number, more: RedisOptions = {}): Redis {
  let refused = false;
  const options: RedisOptions = { ...redisOptions(target, commandTimeout), ...more };
  const redis = new Redis({
    ...options,
    replyMapping: "legacy",
    // The library counts a connection whose SELECT was refused as a good one, and would try again at once for ever.
    retryStrategy: (times) => {
      const wait = options.retryStrategy?.(times) ?? null;
      return refused && wait !== null ? DENIED_RETRY_MS : wait;
    },
  });
  redis.on("connect", () => {
    refused = false;
  });
  redis.on("error", (error: Error) => {
    if (!isRefusedSelect(error)) return;
    refused = true;
    redis.disconnect(true);
  });
  return redis;
}

/** 50 ms doubling to 2 s, with up to 20 % of jitter: recovery is seen within 3 s, without a thundering herd. */
export function backoff(times: number): number {
  const base = Math.min(2_000, 50 * 2 ** Math.min(times, 6));
  return Math.round(base * (0.9 + Math.random() * 0.2));
}

export function openConnection(target: RedisTarget, options: { readOnly: boolean }): Connection {
  let status: ConnectionStatus = {
    phase: "connecting",
    sinceMs: Date.now(),
    trouble: null,
    denied: null,
    nextTryAtMs: null,
  };
  const move = (phase: ConnectionPhase, more: Partial<ConnectionStatus> = {}) => {
    const changed = phase !== status.phase;
    status = { ...status, ...more, phase, sinceMs: changed ? Date.now() : status.sinceMs };
    if (changed)
      log.info({ connection: target.id, phase, trouble: status.trouble }, "redis connection changed");
  };
  const slowWhenDenied = (times: number) => {
    const wait = status.phase === "denied" ? DENIED_RETRY_MS : backoff(times);
    status = { ...status, nextTryAtMs: Date.now() + wait };
    return wait;
  };

  const read = openClient(target, READ_TIMEOUT_MS, { retryStrategy: slowWhenDenied });
  // The library calls a connection ready whose SELECT was refused a moment before it ends.
  let wrongDatabase = false;
  let connectedAtMs: number | null = null;
  let closedSoon = false;
  let proof: NodeJS.Timeout | null = null;
  const up = () => move("up", { trouble: null, denied: null, nextTryAtMs: null });
  read.on("connect", () => {
    wrongDatabase = false;
    connectedAtMs = Date.now();
  });
  read.on("ready", () => {
    if (wrongDatabase) return;
    if (closedSoon) proof = setTimeout(up, PROOF_MS);
    else up();
  });
  read.on("error", (error: Error) => {
    const trouble = causeOf(error);
    if (isRefusedSelect(error)) wrongDatabase = true;
    const refused = trouble === "wrong-password" || trouble === "protected" || wrongDatabase;
    move(refused ? "denied" : trouble === "loading" ? "loading" : "down", {
      trouble,
      denied: deniedCommand(error),
    });
  });
  read.on("close", () => {
    if (proof !== null) clearTimeout(proof);
    const lastedMs = connectedAtMs === null ? null : Date.now() - connectedAtMs;
    connectedAtMs = null;
    closedSoon = lastedMs !== null && lastedMs < CLOSED_SOON_MS;
    // What the server said before it closed tells more than the closing.
    const told = status.phase !== "up" && status.trouble !== null && status.trouble !== "closed-at-once";
    if (closedSoon && !told) move("down", { trouble: "closed-at-once" });
    else if (status.phase === "up") move("down", { trouble: "unreachable" });
  });

  const write = options.readOnly ? null : openClient(target, WRITE_TIMEOUT_MS);
  // The read connection tells the page about trouble; without a listener ioredis would print it.
  write?.on("error", () => undefined);

  return {
    target,
    read,
    write,
    status: () => status,
    reset: () => {
      move("down", { trouble: "timeout" });
      read.disconnect(true);
      write?.disconnect(true);
    },
    close: async () => {
      if (proof !== null) clearTimeout(proof);
      read.disconnect(false);
      write?.disconnect(false);
    },
  };
}
