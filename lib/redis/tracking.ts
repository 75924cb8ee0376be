/**
 * A detector of changes: Redis remembers which keys were read on one connection (server-assisted client-side
 * caching) and tells a second one when such a key changes. What was read and not told of since is known to be
 * still true, without asking again: the cost of watching follows what happens, not how much there is.
 *
 * Each key is told once and must be read again to be watched again. Nothing here writes.
 */
import type { Redis } from "ioredis";
import type { RedisTarget } from "../config";
import { log } from "../log";
import { openClient } from "./connection";

const CHANNEL = "__redis__:invalidate";
const TIMEOUT_MS = 1_000;
/** The listener is given more: its loss means to read everything again, which helps nobody who is short of time. */
const LISTENER_TIMEOUT_MS = 3_000;
const ARM_WAIT_MS = 250;
/** Changes seen by reading that were never told: then something between us and Redis drops messages. */
const MISSES_MAX = 3;
/** After a refusal or lost trust, the server is asked again this often: it may have been replaced. */
const RETRY_MS = 60_000;

/** `refused`: the user may not, the server cannot, or it proved unreliable; everything must be read in rotation. */
export type TrackingState = "connecting" | "watching" | "refused";

export interface Changes {
  /** True when anything may have changed: after a connection was lost or the database was flushed. */
  all: boolean;
  keys: Buffer[];
}

export interface Tracker {
  /** Keys read here are watched while the state is `watching`. */
  readonly redis: Redis;
  state(): TrackingState;
  /**
   * Waits until every change made before this call has been told. One round trip.
   * @returns false when changes are not told at all
   */
  settle(): Promise<boolean>;
  /** Changes told since the last call. */
  take(): Changes;
  /** Called with each key at the moment it is told. */
  onKey(listener: (key: Buffer) => void): void;
  /** The caller read a change that was not told. */
  missed(): void;
  reset(): void;
  close(): void;
}

export function openTracker(target: RedisTarget): Tracker {
  const reader = openClient(target, TIMEOUT_MS);
  const listener = openClient(target, LISTENER_TIMEOUT_MS);
  let state: TrackingState = "connecting";
  let all = true;
  let misses = 0;
  let refusedAtMs = 0;
  let arming = 0;
  const waiting: (() => void)[] = [];
  const changed = new Map<string, Buffer>();
  const listeners: ((key: Buffer) => void)[] = [];

  const decided = () =>
    new Promise<void>((resolve) => {
      const late = setTimeout(resolve, ARM_WAIT_MS);
      waiting.push(() => {
        clearTimeout(late);
        resolve();
      });
    });
  const decide = (next: TrackingState) => {
    state = next;
    for (const resolve of waiting.splice(0)) resolve();
  };

  const forget = () => {
    all = true;
    changed.clear();
  };
  const lost = () => {
    arming += 1;
    state = "connecting";
    forget();
  };
  const refuse = (why: string) => {
    refusedAtMs = Date.now();
    forget();
    decide("refused");
    log.info({ connection: target.id, why }, "key tracking is off, reading in rotation");
  };

  const arm = async () => {
    if (reader.status !== "ready" || listener.status !== "ready") return;
    arming += 1;
    const turn = arming;
    try {
      // A subscribed connection may not ask for its id, so it leaves the channel first.
      await listener.unsubscribe(CHANNEL);
      const id = await listener.client("ID");
      await listener.subscribe(CHANNEL);
      await reader.call("CLIENT", "TRACKING", "OFF");
      await reader.call("CLIENT", "TRACKING", "ON", "REDIRECT", String(id));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      // A lost connection arms again when it is back; only an answer of the server is a refusal.
      if (turn === arming && reader.status === "ready" && listener.status === "ready") refuse(why);
      return;
    }
    if (turn !== arming) return;
    misses = 0;
    // What was read before this moment is not watched.
    forget();
    decide("watching");
  };

  listener.on("messageBuffer", (_channel: Buffer, message: unknown) => {
    if (!Array.isArray(message)) {
      forget();
      return;
    }
    for (const key of message) {
      if (!Buffer.isBuffer(key)) continue;
      changed.set(key.toString("latin1"), key);
      for (const tell of listeners) tell(key);
    }
  });
  for (const redis of [reader, listener]) {
    redis.on("ready", () => void arm());
    redis.on("close", lost);
    // The page learns of trouble through the connection's own status; without a listener ioredis prints it.
    redis.on("error", () => undefined);
  }

  return {
    redis: reader,
    state: () => state,
    settle: async () => {
      if (state === "refused" && Date.now() - refusedAtMs > RETRY_MS) await arm();
      // Just connected: a moment's patience saves reading everything twice.
      if (state === "connecting") await decided();
      if (state !== "watching") return false;
      try {
        await listener.ping();
        return state === "watching";
      } catch {
        // The listener is silent while the reader may still answer: its changes are lost until it is back.
        lost();
        listener.disconnect(true);
        return false;
      }
    },
    take: () => {
      const taken = { all, keys: [...changed.values()] };
      all = state !== "watching";
      changed.clear();
      return taken;
    },
    onKey: (tell) => void listeners.push(tell),
    missed: () => {
      misses += 1;
      if (misses >= MISSES_MAX && state === "watching") refuse("changes were not told");
    },
    reset: () => {
      lost();
      reader.disconnect(true);
      listener.disconnect(true);
    },
    close: () => {
      reader.disconnect(false);
      listener.disconnect(false);
    },
  };
}
