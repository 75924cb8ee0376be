/** Consumers as people write them, for tests: they read, work, acknowledge, reclaim, re-read, and die in the middle. */
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { TestRedis } from "../redis";

export interface ConsumerOptions {
  stream: string;
  group: string;
  name: string;
  /** Reads its own pending list again at its start, before anything new. */
  rereads?: boolean;
  /** Takes over what others left idle, with XAUTOCLAIM. */
  reclaims?: { minIdleMs: number; everyMs: number };
  /** Reads new entries; a consumer that only re-reads or reclaims does not. */
  readsNew?: boolean;
  /** Entries of one read. */
  count?: number;
  /** Its work on one entry: false leaves it pending, as a failed attempt does. */
  work?: (id: string, fields: readonly string[]) => Promise<boolean>;
  /** Told of each entry that it was given: when it had asked, and when it heard. */
  onGiven?: (id: string, askedMs: number, heardMs: number) => void;
  /** Told of each entry that it took off the pending list itself. */
  onAcked?: (id: string) => void;
}

export interface RunningConsumer {
  name: string;
  /** IDs that it has worked on and acknowledged, in their order. */
  readonly done: readonly string[];
  /** Ends it in the middle of its work: nothing more is acknowledged. */
  die(): Promise<void>;
}

type Entry = { id: string; fields: string[] };

/** Entries of a reply; one that was deleted from the stream has no fields, and only its reference is left. */
function entriesOf(reply: unknown): Entry[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((item: unknown) => {
    if (!Array.isArray(item)) return [];
    const [id, fields]: unknown[] = item;
    return [{ id: String(id), fields: Array.isArray(fields) ? fields.map(String) : [] }];
  });
}

const ofStream = (reply: unknown): Entry[] => {
  const first: unknown = Array.isArray(reply) ? reply[0] : null;
  return Array.isArray(first) ? entriesOf(first[1]) : [];
};

const BLOCK_MS = 20;

/** Starts a consumer with a connection of its own. Its group must exist. */
export function startConsumer(server: TestRedis, options: ConsumerOptions): RunningConsumer {
  const { stream, group, name, count = 10 } = options;
  const redis: Redis = server.client();
  const done: string[] = [];
  let dead = false;

  const handle = async (askedMs: number, entries: readonly Entry[]) => {
    const heardMs = Date.now();
    for (const { id } of entries) options.onGiven?.(id, askedMs, heardMs);
    for (const { id, fields } of entries) {
      if (dead) return;
      const worked = options.work === undefined || (await options.work(id, fields));
      if (dead) return;
      if (!worked) continue;
      if ((await redis.xack(stream, group, id)) === 1) options.onAcked?.(id);
      done.push(id);
    }
  };

  const reread = async () => {
    for (let from = "0"; !dead; ) {
      const asked = Date.now();
      const entries = ofStream(
        await redis.call("XREADGROUP", "GROUP", group, name, "COUNT", count, "STREAMS", stream, from),
      );
      const last = entries.at(-1);
      if (last === undefined) return;
      await handle(asked, entries);
      from = last.id;
    }
  };

  const reclaim = async (minIdleMs: number) => {
    for (let cursor = "0-0"; !dead; ) {
      const asked = Date.now();
      const reply: unknown = await redis.call(
        "XAUTOCLAIM",
        stream,
        group,
        name,
        minIdleMs,
        cursor,
        "COUNT",
        count,
      );
      // Redis 6.2 answers two parts, later ones three.
      if (!Array.isArray(reply)) return;
      await handle(asked, entriesOf(reply[1]));
      cursor = String(reply[0]);
      if (cursor === "0-0") return;
    }
  };

  const live = async () => {
    if (options.rereads) await reread();
    let reclaimed = 0;
    while (!dead) {
      if (options.reclaims !== undefined && Date.now() - reclaimed >= options.reclaims.everyMs) {
        await reclaim(options.reclaims.minIdleMs);
        reclaimed = Date.now();
      }
      if (options.readsNew === false) await new Promise((resolve) => setTimeout(resolve, BLOCK_MS));
      else {
        const asked = Date.now();
        const reply: unknown = await redis.call(
          "XREADGROUP",
          "GROUP",
          group,
          name,
          "COUNT",
          count,
          "BLOCK",
          BLOCK_MS,
          "STREAMS",
          stream,
          ">",
        );
        await handle(asked, ofStream(reply));
      }
    }
  };

  const ended = live().catch((error: Error) => {
    // What a connection says that was closed under its hands.
    if (!dead) throw error;
  });
  return {
    name,
    done,
    die: async () => {
      dead = true;
      redis.disconnect();
      await ended;
    },
  };
}

/** A stream with a group at its start, named for one test alone. */
export async function freshGroup(redis: Redis): Promise<{ stream: string; group: string }> {
  const stream = `s-${randomUUID().slice(0, 8)}`;
  await redis.xgroup("CREATE", stream, "workers", "0", "MKSTREAM");
  return { stream, group: "workers" };
}

/** Adds entries that say their number. */
export async function add(redis: Redis, stream: string, count: number, size = 0): Promise<string[]> {
  const adds = redis.pipeline();
  for (let n = 0; n < count; n++)
    adds.xadd(stream, "*", "n", n, ...(size > 0 ? ["body", "x".repeat(size)] : []));
  return ((await adds.exec()) ?? []).map(([, id]) => String(id));
}

/** Gives the next entries to a consumer, which keeps them pending. */
export async function give(redis: Redis, place: Place, consumer: string, count: number): Promise<string[]> {
  const { stream, group } = place;
  return ofStream(
    await redis.call("XREADGROUP", "GROUP", group, consumer, "COUNT", count, "STREAMS", stream, ">"),
  ).map(({ id }) => id);
}

export interface Place {
  stream: string;
  group: string;
}

/** Makes entries look as if their last delivery was so long ago, without moving them. */
export async function age(
  redis: Redis,
  { stream, group }: Place,
  consumer: string,
  ids: readonly string[],
  idleMs: number,
  deliveries = 1,
): Promise<void> {
  await redis.call(
    "XCLAIM",
    stream,
    group,
    consumer,
    0,
    ...ids,
    "IDLE",
    idleMs,
    "RETRYCOUNT",
    deliveries,
    "JUSTID",
  );
}

export interface PendingRow {
  id: string;
  consumer: string;
  idleMs: number;
  deliveries: number;
}

/** The whole pending list of a group. */
export async function pendingRows(redis: Redis, { stream, group }: Place): Promise<PendingRow[]> {
  const reply: unknown = await redis.call("XPENDING", stream, group, "-", "+", 1_000_000);
  return (Array.isArray(reply) ? reply : []).map((row: unknown) => {
    const [id, consumer, idleMs, deliveries]: unknown[] = Array.isArray(row) ? row : [];
    return {
      id: String(id),
      consumer: String(consumer),
      idleMs: Number(idleMs),
      deliveries: Number(deliveries),
    };
  });
}
