import type { ChainableCommander, Redis } from "ioredis";
import { deniedCommand } from "./errors";

/** Event of a client: the user may not run this command; the batch goes on without its reply. */
export const DENIED = "vigia:denied";

/** One command of a batch. Replies come back as Buffers, so that names keep their bytes. */
export type Command = readonly [name: string, ...args: (string | Buffer | number)[]];

/** A reply, or the error of that one command; the others of the batch stand. */
export type Reply = unknown;

/** Commands of one round trip; more are split, so that no single write holds the server long. */
const CHUNK = 1_000;

/**
 * Sends commands in pipelines and gives each its own result. A lost connection, a time-out and what refuses every
 * command alike (LOADING, NOAUTH, MASTERDOWN) throw; an error reply to one command (WRONGTYPE, NOPERM) is that
 * command's result, as an `Error`.
 */
export async function batch(redis: Redis, commands: readonly Command[]): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (let start = 0; start < commands.length; start += CHUNK) {
    const pipeline: ChainableCommander = redis.pipeline();
    for (const [name, ...args] of commands.slice(start, start + CHUNK)) pipeline.callBuffer(name, ...args);
    const results = await pipeline.exec();
    if (results === null) throw new Error("Connection is closed.");
    for (const [error, value] of results) {
      if (error !== null && isConnectionFault(error)) throw error;
      const denied = error === null ? null : deniedCommand(error);
      if (denied !== null) redis.emit(DENIED, denied);
      replies.push(error ?? value);
    }
  }
  return replies;
}

const isConnectionFault = (error: Error) =>
  /Command timed out|Connection is closed|isn't writeable|ECONN|EPIPE|Max retries|LOADING|^NOAUTH|^MASTERDOWN/i.test(
    error.message,
  );

/** A count, or `null` where Redis would not tell (error reply, wrong type). */
export function count(reply: Reply): number | null {
  if (typeof reply === "number") return reply;
  if (!Buffer.isBuffer(reply) && typeof reply !== "string") return null;
  const number = Number(reply.toString());
  return Number.isFinite(number) ? number : null;
}

/** Text of a field, or `null` when it is missing or not text. Invalid UTF-8 is shown with replacement marks. */
export function textOf(reply: Reply): string | null {
  if (Buffer.isBuffer(reply)) return reply.toString("utf8");
  return typeof reply === "string" ? reply : null;
}

export function list(reply: Reply): Buffer[] {
  return Array.isArray(reply) ? reply.filter((item): item is Buffer => Buffer.isBuffer(item)) : [];
}
