/**
 * What the server says of itself, asked seldom; nothing of it is needed to watch queues, so a refusal only
 * leaves a blank.
 */
import type { Redis } from "ioredis";
import { keyOf } from "../names";
import { batch, type Command, textOf } from "../redis/pipeline";

const INFO_EVERY_MS = 5_000;
const ACCESS_EVERY_MS = 60_000;
/** After a refusal: each one is a line in the server's ACL LOG. */
const DENIED_EVERY_MS = 30 * 60_000;

export interface ServerFacts {
  version: string | null;
  opsPerS: number | null;
  usedMemoryBytes: number | null;
  /** 0 = no limit. */
  maxMemoryBytes: number | null;
  /** Of the machine that Redis runs on, as it sees it. */
  machineMemoryBytes: number | null;
  maxMemoryPolicy: string | null;
  /** Keys removed for want of memory since the server started. */
  evictedKeys: number | null;
  /** When these figures were read, our clock; 0 = never. */
  infoAtMs: number;
  /** Whether this user may write; null when the server does not tell. Never found out by trying. */
  mayWrite: boolean | null;
}

export interface ServerWatch {
  /** @param stream name of a stream that is there: the user may be allowed to change streams and no queue */
  refresh(redis: Redis, nowMs: number, stream: string | null): Promise<void>;
  facts(): ServerFacts;
}

function infoField(text: string, field: string): string | null {
  return new RegExp(`^${field}:(.*?)\\r?$`, "m").exec(text)?.[1] ?? null;
}

const numberOf = (text: string | null) => (text === null || text === "" ? null : Number(text));

/** ACL DRYRUN (Redis 7) says what a command would be allowed to do, and runs nothing. */
async function mayWrite(redis: Redis, stream: string | null): Promise<boolean | null> {
  const [who] = await batch(redis, [["ACL", "WHOAMI"]]);
  const user = textOf(who);
  if (user === null) return null;
  const writes: Command[] = [["RPUSH", "rq:queue:x", "x"]];
  if (stream !== null) writes.push(["XACK", keyOf("", stream), "g", "0-1"]);
  const replies = await batch(
    redis,
    writes.map((command): Command => ["ACL", "DRYRUN", user, ...command]),
  );
  if (replies.some((reply) => reply instanceof Error)) return null;
  return replies.some((reply) => textOf(reply) === "OK");
}

export function createServerWatch(): ServerWatch {
  let facts: ServerFacts = {
    version: null,
    opsPerS: null,
    usedMemoryBytes: null,
    maxMemoryBytes: null,
    machineMemoryBytes: null,
    maxMemoryPolicy: null,
    evictedKeys: null,
    infoAtMs: 0,
    mayWrite: null,
  };
  let infoDueMs = 0;
  let accessDueMs = 0;

  return {
    facts: () => facts,
    refresh: async (redis, nowMs, stream) => {
      if (nowMs >= infoDueMs) {
        infoDueMs = nowMs + INFO_EVERY_MS;
        const replies = await batch(redis, [
          ["INFO", "server"],
          ["INFO", "memory"],
          ["INFO", "stats"],
        ]);
        if (replies.some((reply) => reply instanceof Error)) infoDueMs = nowMs + DENIED_EVERY_MS;
        const text = replies.map((reply) => textOf(reply) ?? "").join("\n");
        facts = {
          ...facts,
          version: infoField(text, "valkey_version") ?? infoField(text, "redis_version"),
          opsPerS: numberOf(infoField(text, "instantaneous_ops_per_sec")),
          usedMemoryBytes: numberOf(infoField(text, "used_memory")),
          maxMemoryBytes: numberOf(infoField(text, "maxmemory")),
          machineMemoryBytes: numberOf(infoField(text, "total_system_memory")),
          maxMemoryPolicy: infoField(text, "maxmemory_policy"),
          evictedKeys: numberOf(infoField(text, "evicted_keys")),
          infoAtMs: nowMs,
        };
      }
      if (nowMs >= accessDueMs) {
        const allowed = await mayWrite(redis, stream);
        accessDueMs = nowMs + (allowed === null ? DENIED_EVERY_MS : ACCESS_EVERY_MS);
        facts = { ...facts, mayWrite: allowed };
      }
    },
  };
}
