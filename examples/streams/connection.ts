/** Where Redis is: `REDIS_URL` (also `rediss://`), or `REDIS_HOST`, `REDIS_PORT`, `REDIS_PASSWORD`, from the environment or `.env`. */
import { existsSync } from "node:fs";
import { Redis } from "ioredis";

export type Settings = Readonly<Record<string, string | undefined>>;

/** The address as a URL; `REDIS_URL` wins over its parts. */
export function addressOf(settings: Settings): string {
  if (settings.REDIS_URL) return settings.REDIS_URL;
  const url = new URL("redis://localhost:6379");
  if (settings.REDIS_HOST) url.hostname = settings.REDIS_HOST;
  if (settings.REDIS_PORT) url.port = settings.REDIS_PORT;
  if (settings.REDIS_PASSWORD) url.password = settings.REDIS_PASSWORD;
  return url.href;
}

/** A connection by the environment, and by `.env` in the working directory where the environment is silent. */
export function connect(): Redis {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const redis = new Redis(addressOf(process.env), {
    // A blocked read may wait for long: commands wait for the connection to come back instead of failing.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(2_000, 100 * times),
  });
  let trouble = "";
  redis.on("error", (error: Error) => {
    // Once for each kind of trouble, not at every attempt.
    if (error.message !== trouble) console.error(`redis: ${error.message}`);
    trouble = error.message;
  });
  redis.on("ready", () => {
    trouble = "";
  });
  return redis;
}
