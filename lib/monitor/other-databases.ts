/** When this database holds no queue: which databases of the same server do. Asked once a minute, read-only. */
import { Redis } from "ioredis";
import type { RedisTarget } from "../config";
import { redisOptions } from "../redis/connection";
import { batch, count, textOf } from "../redis/pipeline";

const DATABASES_MAX = 16;
const TIMEOUT_MS = 1_000;

export interface OtherDatabases {
  databases: { db: number; queues: number }[];
  /** False where the user may not look there. */
  known: boolean;
}

/** @param indexKey the set whose size is the number of queues */
export async function findOtherDatabases(target: RedisTarget, indexKey: string): Promise<OtherDatabases> {
  const redis = new Redis({
    ...redisOptions(target, TIMEOUT_MS),
    lazyConnect: true,
    retryStrategy: () => null,
  });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    const [keyspace] = await batch(redis, [["INFO", "keyspace"]]);
    const text = textOf(keyspace);
    if (text === null) return { databases: [], known: false };
    const numbers = [...text.matchAll(/^db(\d+):/gm)]
      .map((match) => Number(match[1]))
      .filter((db) => db !== target.db)
      .slice(0, DATABASES_MAX);
    const replies = await batch(
      redis,
      numbers.flatMap((db) => [["SELECT", db] as const, ["SCARD", indexKey] as const]),
    );
    // A refused SELECT would make the next count that of another database.
    if (replies.some((reply, index) => index % 2 === 0 && reply instanceof Error))
      return { databases: [], known: false };
    const databases = numbers
      .map((db, index) => ({ db, queues: count(replies[index * 2 + 1]) ?? 0 }))
      .filter(({ queues }) => queues > 0);
    return { databases, known: true };
  } finally {
    redis.disconnect(false);
  }
}
