/** The real servers that stream tests run on: the system's, and others from `.venvs/servers` (npm test installs them). */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { redisServerPath } from "./redis";
import pinned from "./setup/servers.json";

const FOLDER = join(import.meta.dirname, "..", ".venvs", "servers");

export interface MatrixServer {
  /** Stands in the names of its tests: by it a run tells why they were skipped. */
  id: string;
  /** Give to `startRedis`; null = not here. */
  path: string | null;
  /** As the server itself says; null = not here. */
  version: string | null;
  /** Why it is not here; null = it is. */
  why: string | null;
}

const versionOf = (path: string): string | null => {
  const asked = spawnSync(path, ["--version"], { encoding: "utf8" });
  return asked.status === 0 ? (/\bv=(\S+)/.exec(asked.stdout)?.[1] ?? null) : null;
};

function installed(): MatrixServer {
  const version = redisServerPath === null ? null : versionOf(redisServerPath);
  if (version === null) return { id: "redis-server", path: null, version, why: "not installed" };
  return { id: "redis-server", path: redisServerPath, version, why: null };
}

function fromWheel({ id, version }: (typeof pinned)[number]): MatrixServer {
  const path = join(FOLDER, id, "redis-server");
  const found = existsSync(path) ? versionOf(path) : null;
  if (found === version) return { id, path, version, why: null };
  const note = join(FOLDER, `${id}.why`);
  const why = existsSync(note) ? readFileSync(note, "utf8") : "not installed (npm test installs it)";
  return { id, path: null, version: null, why };
}

/** For `describe.each`, with `describe.skipIf(path === null)` inside: the system's redis-server first. */
export const serverMatrix: readonly MatrixServer[] = [installed(), ...pinned.map(fromWheel)];
