/**
 * Counts changes of keys by prefix as they happen (client-side caching in broadcast mode): how often, not what.
 * One connection that redirects to itself, open only while somebody asks; above a budget it pauses until the next
 * question, so a storm of changes costs this process little. Nothing here writes.
 */
import type { Redis } from "ioredis";
import type { RedisTarget } from "../config";
import { openClient } from "./connection";

const CHANNEL = "__redis__:invalidate";
const TIMEOUT_MS = 1_000;
/** Messages taken between two questions; a message costs about 20 µs here. */
const BUDGET = 4_000;

export interface KeyPulse {
  /**
   * Changes by key (its bytes as latin1) since the last call, or during a part of that time (after the start, in
   * a storm): good for shares, not for sums. Null when nothing was counted; the first call opens the connection.
   */
  take(): ReadonlyMap<string, number> | null;
  /** Stops counting until the next `take`. */
  close(): void;
}

export function createKeyPulse(target: RedisTarget, prefix: string): KeyPulse {
  let redis: Redis | null = null;
  let counting = false;
  let counts = new Map<string, number>();
  let left = BUDGET;

  const begin = async (client: Redis) => {
    try {
      const id = await client.client("ID");
      await client.call("CLIENT", "TRACKING", "ON", "REDIRECT", String(id), "BCAST", "PREFIX", prefix);
      await client.subscribe(CHANNEL);
      counting = true;
    } catch {
      // Refused: nothing is ever counted, and `take` says so by null.
    }
  };

  const open = () => {
    const client = openClient(target, TIMEOUT_MS);
    client.on("error", () => undefined);
    client.on("ready", () => void begin(client));
    client.on("close", () => {
      counting = false;
    });
    client.on("messageBuffer", (_channel: Buffer, message: unknown) => {
      for (const key of Array.isArray(message) ? message : []) {
        if (!Buffer.isBuffer(key)) continue;
        const text = key.toString("latin1");
        counts.set(text, (counts.get(text) ?? 0) + 1);
        left -= 1;
      }
      if (left <= 0 && left > -BUDGET) {
        left = -BUDGET;
        client.unsubscribe(CHANNEL).catch(() => undefined);
      }
    });
    return client;
  };

  return {
    take: () => {
      const taken = counting ? counts : null;
      counts = new Map();
      if (redis === null) redis = open();
      else if (counting) {
        if (left <= 0) redis.subscribe(CHANNEL).catch(() => undefined);
        left = BUDGET;
      }
      return taken;
    },
    close: () => {
      redis?.disconnect(false);
      redis = null;
      counting = false;
    },
  };
}
