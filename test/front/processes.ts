/** Vigia's commands as processes of their own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");
const BUILT = join(ROOT, "dist", "vigia.mjs");

/** Asks the script itself: it is plain JavaScript, outside of what TypeScript checks. */
function isBuildFresh(): boolean {
  const ask =
    'import { isBuildFresh } from "./bin/setup/build-stamp.mjs"; process.exit(isBuildFresh() ? 0 : 1)';
  return spawnSync(process.execPath, ["--input-type=module", "-e", ask], { cwd: ROOT }).status === 0;
}

/** Give to `describe.skipIf`: `npm test` builds before these run. The stamp is what a whole build leaves last. */
export const noBuild = !existsSync(BUILT) || !existsSync(join(ROOT, "dist", "build.json"));

/** For the start command, which would build anew. */
export const noFreshBuild = noBuild || !isBuildFresh();

export interface Command {
  child: ChildProcess;
  pid: number;
  output(): string;
  /** Resolves with the time it took from now on. */
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Waits for a text in the output. */
  says(text: RegExp, withinMs?: number): Promise<RegExpExecArray>;
}

export function command(file: string, args: readonly string[], env: Record<string, string> = {}): Command {
  const { REDIS_URL: _, VIGIA_PORT: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [join(ROOT, file), ...args], {
    cwd: ROOT,
    env: { ...inherited, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return follow(child);
}

/** @param child with its output as pipes */
export function follow(child: ChildProcess): Command {
  let heard = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      heard += chunk.toString();
    });
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once("exit", (code, signal) => resolve({ code, signal })),
  );
  return {
    child,
    pid: child.pid ?? -1,
    output: () => heard,
    exit,
    async says(text, withinMs = 15_000) {
      const deadline = Date.now() + withinMs;
      for (;;) {
        const match = text.exec(heard);
        if (match !== null) return match;
        if (Date.now() > deadline || child.exitCode !== null)
          throw new Error(`never said ${text}; it said:\n${heard}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

export const vigia = (args: readonly string[], env?: Record<string, string>) =>
  command("dist/vigia.mjs", args, env);

export function isListening(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Waits until something is so. @returns whether it became so in time */
export async function until(holds: () => Promise<boolean> | boolean, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}
