/**
 * Where Redis is: `REDIS_URL` (also `rediss://`), or `REDIS_HOST`, `REDIS_PORT`, `REDIS_DB`, `REDIS_USERNAME` and
 * `REDIS_PASSWORD`, from the environment or from `.env`.
 */
import { existsSync } from "node:fs";
import { Redis } from "ioredis";

export type Settings = Readonly<Record<string, string | undefined>>;

/** The address as a URL; `REDIS_URL` wins over its parts. */
export function addressOf(settings: Settings): string {
  if (settings.REDIS_URL) return settings.REDIS_URL;
  const host = settings.REDIS_HOST || "localhost";
  // In a URL an IPv6 address stands in brackets, and what is special in a password stands as its code.
  const address = host.includes(":") ? `[${host}]` : host;
  const names = [settings.REDIS_USERNAME, settings.REDIS_PASSWORD].map((part) =>
    encodeURIComponent(part ?? ""),
  );
  const credentials = names.some((name) => name !== "") ? `${names.join(":")}@` : "";
  return `redis://${credentials}${address}:${settings.REDIS_PORT || 6379}/${settings.REDIS_DB || 0}`;
}

/**
 * A connection by the environment, and by `.env` in the working directory where the environment is silent. While Redis
 * is away commands wait for it to come back; once the end is asked for they fail at the next try.
 */
export function connect(end: AbortSignal): Redis {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const redis = new Redis(addressOf(process.env), {
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (end.aborted ? null : Math.min(1_000, 100 * times)),
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

/** A second connection for reads that block: they hold it, and they end with it when the end is asked for. */
export function connectReader(redis: Redis, end: AbortSignal): Redis {
  const reader = redis.duplicate();
  // The same trouble as that of the first connection, which tells it.
  reader.on("error", () => undefined);
  end.addEventListener("abort", () => {
    // What a blocked read would have been given stays in the stream. A connection that is not there ends with its next
    // try: ioredis answers nobody when it is disconnected between two tries.
    if (reader.status === "ready") reader.disconnect();
  });
  return reader;
}
