/** Real RQ for tests: a Python process per version that does what Vigia's actions are compared with, and real workers. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "..", "..");

export interface RqVersion {
  /** `1.16` or `2`. */
  id: "1.16" | "2";
  /** Real version, as the package reports it. */
  label: string;
  python: string;
  rq: string;
}

function find(id: RqVersion["id"], folder: string): RqVersion[] {
  const python = join(ROOT, ".venvs", folder, "bin", "python");
  if (!existsSync(python)) return [];
  const asked = spawnSync(python, ["-c", "import rq; print(rq.VERSION)"], { encoding: "utf8" });
  if (asked.status !== 0) return [];
  return [{ id, label: asked.stdout.trim(), python, rq: join(ROOT, ".venvs", folder, "bin", "rq") }];
}

/** Versions installed in the git-ignored `.venvs`; `npm test` installs both. */
export const rqVersions: readonly RqVersion[] = [...find("1.16", "rq-1.16.1"), ...find("2", "rq-2")];

const ALL: readonly RqVersion["id"][] = ["1.16", "2"];

/** For `describe.each`: every version, with `rq: null` where it is not installed (use `describe.skipIf`). */
export const rqMatrix: readonly { id: RqVersion["id"]; rq: RqVersion | null }[] = ALL.map((id) => ({
  id,
  rq: rqVersions.find((version) => version.id === id) ?? null,
}));

const env = (redisUrl: string) => ({
  ...process.env,
  VIGIA_TEST_REDIS: redisUrl,
  PYTHONPATH: join(ROOT, "test", "rq"),
  PYTHONUNBUFFERED: "1",
});

export interface RqDriver {
  /** Calls a function of `driver.py` by name and gives its JSON answer; a Python exception rejects. */
  call<T = unknown>(op: string, args?: Record<string, unknown>): Promise<T>;
  stop(): Promise<void>;
}

/** A Python process of that RQ version, bound to one Redis. */
export async function startDriver(rq: RqVersion, redisUrl: string): Promise<RqDriver> {
  const child = spawn(rq.python, [join(ROOT, "test", "rq", "driver.py")], {
    env: env(redisUrl),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const answer = JSON.parse(line) as { ok?: unknown; error?: string };
    const next = waiting.shift();
    if (answer.error === undefined) next?.resolve(answer.ok);
    else next?.reject(new Error(answer.error));
  });
  child.once("exit", () => {
    for (const next of waiting.splice(0)) next.reject(new Error("the RQ driver ended"));
  });
  const driver: RqDriver = {
    call: <T>(op: string, args: Record<string, unknown> = {}) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ resolve: (value) => resolve(value as T), reject });
        child.stdin.write(`${JSON.stringify({ op, args })}\n`);
      }),
    stop: () => end(child, "SIGTERM"),
  };
  await driver.call("ping");
  return driver;
}

export interface RqWorker {
  name: string;
  pid: number;
  /** Warm shutdown and wait; SIGKILL after 10 s. */
  stop(): Promise<void>;
  /** As when the machine dies: the worker and its work-horse get SIGKILL. */
  kill(): Promise<void>;
}

export interface WorkerOptions {
  queues: readonly string[];
  name: string;
  burst?: boolean;
  scheduler?: boolean;
  /** `rq.SimpleWorker` runs jobs in its own process: fast, but cannot be stopped. */
  simple?: boolean;
}

/** A real worker process; resolves when it is registered in Redis or, in burst mode, when it has begun. */
export async function startWorker(
  rq: RqVersion,
  redisUrl: string,
  options: WorkerOptions,
): Promise<RqWorker> {
  const args = ["worker", "--url", redisUrl, "--name", options.name];
  if (options.burst) args.push("--burst");
  if (options.scheduler) args.push("--with-scheduler");
  if (options.simple) args.push("--worker-class", "rq.worker.SimpleWorker");
  const child = spawn(rq.rq, [...args, ...options.queues], {
    env: env(redisUrl),
    stdio: ["ignore", "pipe", "pipe"],
    // Its own process group: a Ctrl-C on the test run goes through stop(), not past it.
    detached: true,
  });
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`worker ${options.name} did not start in 40 s`));
    }, 40_000);
    let heard = "";
    const listen = (chunk: Buffer) => {
      heard = (heard + chunk.toString()).slice(-4_000);
      if (/Listening on|listening on/.test(heard)) {
        clearTimeout(late);
        resolve();
      }
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("exit", (code) => {
      clearTimeout(late);
      if (options.burst && code === 0) resolve();
      else reject(new Error(`worker ${options.name} exited with ${code}: ${heard}`));
    });
  });
  const pid = child.pid ?? -1;
  return {
    name: options.name,
    pid,
    stop: () => end(child, "SIGTERM"),
    kill: async () => {
      const gone = exited(child);
      // A work-horse leads its own process group, so it is found as a child; stopped first, the worker makes no new one.
      child.kill("SIGSTOP");
      for (const horse of childrenOf(pid)) signal(horse, "SIGKILL");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function childrenOf(pid: number): number[] {
  const asked = spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  return asked.status === 0 ? asked.stdout.split(/\s+/).filter(Boolean).map(Number) : [];
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}

function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = exited(child);
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(late);
}
