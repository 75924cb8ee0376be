/**
 * The programs of the demo. Each ends when this process does, also when it is killed: it holds one end of a pipe, and the
 * other end closes then.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const HERE = import.meta.dirname;
const ROOT = join(HERE, "..", "..");

export interface Program {
  command: string;
  args: readonly string[];
}

/** A program of examples/streams. */
export function nodeProgram(file: string, ...args: string[]): Program {
  const tied = pathToFileURL(join(HERE, "tied.mjs")).href;
  const path = join(ROOT, "examples", "streams", file);
  return { command: process.execPath, args: ["--import", "tsx", "--import", tied, path, ...args] };
}

/** @param path below `examples` */
export function pythonProgram(python: string, path: string, ...args: string[]): Program {
  return { command: python, args: [join(HERE, "tied.py"), join(ROOT, "examples", path), ...args] };
}

/** So much of what a program wrote on its standard error is kept, to be told when it ends and should not have. */
const HEARD_MAX = 2_000;
const RESTART_MS = 2_000;

export interface Ended {
  code: number | null;
  /** The end of its standard error. */
  heard: string;
}

/** Runs a program to its end. @param end ends it @throws when it cannot be started */
export function run(redisUrl: string, { command, args }: Program, end?: AbortSignal): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: {
      ...process.env,
      REDIS_URL: redisUrl,
      // The folder of the sources is not ours to write into; and macOS aborts a fork after certain system calls.
      PYTHONDONTWRITEBYTECODE: "1",
      OBJC_DISABLE_INITIALIZE_FORK_SAFETY: "YES",
    },
    stdio: ["pipe", "ignore", "pipe"],
  });
  let heard = "";
  child.stderr.on("data", (chunk: Buffer) => {
    heard = (heard + chunk.toString()).slice(-HEARD_MAX);
  });
  const close = () => child.stdin.end();
  end?.addEventListener("abort", close);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      end?.removeEventListener("abort", close);
      resolve({ code, heard });
    });
  });
}

/**
 * Keeps a program running: as a service manager would, it starts one that ended again, and says why it ended.
 * @param program given how often it was started before; RQ takes the name of a worker that died only after minutes
 * @param end ends it for good; without it there is no end
 */
export async function keep(
  redisUrl: string,
  program: (starts: number) => Program,
  end?: AbortSignal,
): Promise<void> {
  for (let starts = 0; end?.aborted !== true; starts += 1) {
    const { code, heard } = await run(redisUrl, program(starts), end);
    if (end?.aborted) return;
    console.error(`demo: ${program(starts).args.slice(-3).join(" ")} ended with ${code}\n${heard.trim()}`);
    await pause(RESTART_MS);
  }
}
