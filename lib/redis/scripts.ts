/**
 * Registry of our static Lua scripts: one file each, loaded once, run by hash. User text travels in KEYS and
 * ARGV alone.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Redis } from "ioredis";

const ROOT = Symbol.for("vigia.root");
type Holder = typeof globalThis & { [ROOT]?: string };

/** Where `lib/` lies; `bin` sets it when Vigia runs from an installed package. */
export function projectRoot(): string {
  return (globalThis as Holder)[ROOT] ?? process.cwd();
}

export function setProjectRoot(path: string): void {
  (globalThis as Holder)[ROOT] = path;
}

export type Arg = string | Buffer | number;
export type Script = (
  redis: Redis,
  keys: readonly (string | Buffer)[],
  args: readonly Arg[],
) => Promise<unknown>;

function loader(path: string): () => { text: string; sha: string } {
  let loaded: { text: string; sha: string } | null = null;
  return () => {
    if (loaded === null) {
      const text = readFileSync(join(projectRoot(), "lib", path), "utf8");
      loaded = { text, sha: createHash("sha1").update(text).digest("hex") };
    }
    return loaded;
  };
}

const isMissing = (error: unknown) => error instanceof Error && error.message.startsWith("NOSCRIPT");

/**
 * A script of ours, by its path below `lib/`. NOSCRIPT (restart, failover) reloads and runs it once: a script
 * that was refused has run nothing. Replies keep their bytes (Buffers).
 */
export function script(path: string): Script {
  const load = loader(path);
  return async (redis, keys, args) => {
    const { text, sha } = load();
    try {
      return await redis.callBuffer("EVALSHA", [sha, keys.length, ...keys, ...args]);
    } catch (error) {
      if (!isMissing(error)) throw error;
      return await redis.callBuffer("EVAL", [text, keys.length, ...keys, ...args]);
    }
  };
}
