/** How action scripts are called: the write connection or a refusal, names as bytes, time on Redis' own clock. */
import type { Redis } from "ioredis";
import { AppError } from "../errors";
import { bytesFromName } from "../names";
import type { Connection } from "../redis/connection";
import type { Arg, Script } from "../redis/scripts";
import { NotSent } from "./contract";

/** @throws AppError FORBIDDEN when Vigia was started read-only, NotSent while the connection is down */
export function writerOf(connection: Connection): Redis {
  if (connection.write?.status === "ready") return connection.write;
  if (connection.write !== null) throw new NotSent(new Error("Connection is closed."));
  throw readOnly();
}

/** What every change is refused with when Vigia was started read-only. */
export const readOnly = () =>
  new AppError(
    "FORBIDDEN",
    "Vigia was started with VIGIA_READ_ONLY, so it changes nothing. Start it without that setting to act on jobs and entries.",
  );

/** The bytes of a name as a script argument: text stays a string, which is sent faster. */
export function argOf(name: string): string | Buffer {
  if (!name.startsWith("b64:")) return name;
  const bytes = bytesFromName(name);
  if (bytes === null) throw new AppError("INVALID_INPUT", "A name in b64: form is malformed.");
  return bytes;
}

const microseconds = (reply: unknown): number => {
  const [seconds, micros] = Array.isArray(reply) ? reply.map((part) => Number(String(part))) : [];
  return (seconds ?? Number.NaN) * 1_000_000 + (micros ?? Number.NaN);
};

/**
 * A refusal of a command inside a script, as the command itself would have said it: Redis 6.2 puts a place in the script
 * before it, and a missing permission loses its code.
 */
function plainly(error: unknown): never {
  const message = error instanceof Error ? error.message : "";
  const code = /@user_script: ?\d+: -([A-Z]+ [\s\S]*)/.exec(message)?.[1];
  if (code !== undefined) throw new Error(code, { cause: error });
  if (/user executing the script can't|ACL failure in script/.test(message))
    throw new Error(`NOPERM ${message}`, { cause: error });
  throw error;
}

/**
 * Runs a script between two looks at Redis' clock: what it cost Redis, whatever the network and this process took.
 */
export async function timed(
  redis: Redis,
  script: Script,
  keys: readonly (string | Buffer)[],
  args: readonly Arg[],
): Promise<{ replies: unknown[]; redisMs: number }> {
  // One write to the socket: else Redis would answer the first TIME while this process still writes the script's
  // arguments, and that time would count as its own.
  redis.stream?.cork();
  let asked: [Promise<unknown>, Promise<unknown>, Promise<unknown>];
  try {
    asked = [redis.callBuffer("TIME"), script(redis, keys, args).catch(plainly), redis.callBuffer("TIME")];
  } finally {
    redis.stream?.uncork();
  }
  const [before, answer, after] = await Promise.all(asked);
  const spent = (microseconds(after) - microseconds(before)) / 1_000;
  if (!Array.isArray(answer)) throw new Error("a script did not answer with a list");
  return { replies: answer, redisMs: Number.isFinite(spent) ? Math.max(0, spent) : 0 };
}
