/** Consumer groups: making one twice is fine, and what a server answers to XAUTOCLAIM depends on its version. */
import type { Redis } from "ioredis";

export interface Message {
  entryId: string;
  /** Names and values in turn; null = the entry was deleted or trimmed, and nothing is left to work on. */
  fields: string[] | null;
}

/** Makes the group at the beginning of the stream (which is made too); one that is there stays as it is. */
export async function ensureGroup(redis: Redis, stream: string, group: string): Promise<"made" | "there"> {
  try {
    await redis.xgroup("CREATE", stream, group, "0", "MKSTREAM");
    return "made";
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("BUSYGROUP")) return "there";
    throw error;
  }
}

/** `[id, [name, value, …]]` pairs. Before 7.0 a claimed entry that is gone comes as a lone null, without its ID. */
export function messagesOf(entries: unknown): Message[] {
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: unknown) => {
    if (!Array.isArray(entry)) return [];
    const [entryId, fields]: unknown[] = entry;
    if (typeof entryId !== "string") return [];
    return [{ entryId, fields: Array.isArray(fields) ? fields.map(String) : null }];
  });
}

export interface Reclaimed {
  /** Where the next call goes on; `0-0` = the pending list was seen whole. */
  cursor: string;
  messages: Message[];
  /** Pending entries whose entry was gone; Redis 7.0 and later take them off the list and tell. */
  deleted: string[];
}

/** The answer of XAUTOCLAIM: two parts in Redis 6.2, three from 7.0 on. */
export function reclaimedOf(reply: unknown): Reclaimed {
  const [cursor, entries, deleted]: unknown[] = Array.isArray(reply) ? reply : [];
  return {
    cursor: typeof cursor === "string" ? cursor : "0-0",
    messages: messagesOf(entries),
    deleted: Array.isArray(deleted) ? deleted.map(String) : [],
  };
}

/** Takes over up to `count` messages that nobody has touched for `minIdleMs`. */
export async function reclaim(
  redis: Redis,
  options: {
    stream: string;
    group: string;
    consumer: string;
    minIdleMs: number;
    cursor: string;
    count: number;
  },
): Promise<Reclaimed> {
  const { stream, group, consumer, minIdleMs, cursor, count } = options;
  return reclaimedOf(await redis.xautoclaim(stream, group, consumer, minIdleMs, cursor, "COUNT", count));
}

/**
 * Gives `consumer` up to `count` messages.
 * @param from `>` for what nobody was given yet, after at most `blockMs`; an ID for what this consumer holds after it
 */
export async function readGroup(
  reader: Redis,
  options: {
    stream: string;
    group: string;
    consumer: string;
    from: string;
    count: number;
    blockMs: number;
  },
): Promise<Message[]> {
  const { stream, group, consumer, from, count, blockMs } = options;
  const reply: unknown = await reader.xreadgroup(
    ...(["GROUP", group, consumer, "COUNT", count, "BLOCK", blockMs, "STREAMS", stream, from] as const),
  );
  const [read]: unknown[] = Array.isArray(reply) ? reply : [];
  return Array.isArray(read) ? messagesOf(read[1]) : [];
}
