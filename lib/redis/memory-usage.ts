/** What keys take, by `MEMORY USAGE`: an estimate from five of their elements, so its cost does not grow with the key. */
import type { Redis } from "ioredis";
import { batch, type Command, count } from "./pipeline";

/** @returns bytes by key; null = the key is gone, or the user may not ask */
export async function memoryUsage(
  redis: Redis,
  keys: readonly (string | Buffer)[],
): Promise<(number | null)[]> {
  const replies = await batch(
    redis,
    keys.map((key): Command => ["MEMORY", "USAGE", key]),
  );
  return replies.map(count);
}
