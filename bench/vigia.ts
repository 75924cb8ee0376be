/** The built application as its users start it, on a free port. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../test/redis";
import { waitFor } from "./http";

const ROOT = join(import.meta.dirname, "..");
export const BUILT = join(ROOT, "dist", "vigia.mjs");

export interface Vigia {
  url: string;
  port: number;
  stop(): Promise<void>;
}

function isFresh(): boolean {
  const ask =
    'import { isBuildFresh } from "./bin/setup/build-stamp.mjs"; process.exit(isBuildFresh() ? 0 : 1)';
  return spawnSync(process.execPath, ["--input-type=module", "-e", ask], { cwd: ROOT }).status === 0;
}

/** Builds unless the build on disk was made from these sources. */
export function build(): void {
  if (isFresh()) return;
  const built = spawnSync(process.execPath, [join(ROOT, "bin", "build.mjs")], {
    cwd: ROOT,
    stdio: "inherit",
  });
  if (built.status !== 0 || !existsSync(BUILT)) throw new Error("the build failed");
}

/** @param env settings besides the Redis address and the port */
export async function startVigia(redisUrl: string, env: Record<string, string> = {}): Promise<Vigia> {
  const port = await freePort();
  const heard: string[] = [];
  const child: ChildProcess = spawn(process.execPath, [BUILT, "serve"], {
    cwd: ROOT,
    env: {
      ...process.env,
      NODE_ENV: "production",
      REDIS_URL: redisUrl,
      VIGIA_PORT: String(port),
      VIGIA_LOG_LEVEL: "warn",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      heard.push(chunk.toString());
      if (heard.length > 200) heard.shift();
    });
  const url = `http://127.0.0.1:${port}`;
  await waitFor(`${url}/healthz`, child).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw new Error(`${error instanceof Error ? error.message : error}\n${heard.join("")}`);
  });
  return {
    url,
    port,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await gone;
      clearTimeout(late);
    },
  };
}
