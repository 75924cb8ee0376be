/**
 * Children of the start and the test command. Each leads a process group of its own, so that it can be ended
 * together with whatever it started, by id, and so that Ctrl-C reaches it only through us.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";

const running = new Set();
const cleanups = new Set();

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // Already gone, which is what was wanted (macOS says EPERM of a group that is all but gone).
    if (error.code !== "ESRCH" && error.code !== "EPERM") throw error;
  }
}

const alive = (child) => child.exitCode === null && child.signalCode === null;
const exited = (child) =>
  alive(child) ? new Promise((resolve) => child.once("exit", resolve)) : Promise.resolve();

/** Starts a child that ends with this process, at the latest by {@link endAll}. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { detached: true, ...options });
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** Ends a child and its descendants: asks, and insists after `graceMs`. */
export async function end(child, { signal = "SIGTERM", graceMs = 2_000 } = {}) {
  if (child.pid === undefined) return;
  if (alive(child)) {
    signalGroup(child, signal);
    const late = setTimeout(() => signalGroup(child, "SIGKILL"), graceMs);
    await exited(child);
    clearTimeout(late);
  }
  // What it started and left behind.
  signalGroup(child, "SIGKILL");
}

/** Undoes something (a file that was put in the way) when the process ends before the caller could. */
export function onEnd(undo) {
  cleanups.add(undo);
  return () => {
    if (cleanups.delete(undo)) undo();
  };
}

export async function endAll(options) {
  await Promise.all([...running].map((child) => end(child, options)));
  for (const undo of cleanups) undo();
  cleanups.clear();
}

/** npm passes on a Ctrl-C that the terminal has sent already: the second of the pair is no second wish. */
const PAIR_MS = 300;

const PARENT_LOOK_MS = 250;

/**
 * npm puts a shell between itself and a script, and passes SIGTERM to that shell alone: it dies, and the script
 * gets another parent instead of a signal. Without npm a new parent means nothing (a terminal was closed).
 */
function onParentGone(act) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    act();
  }, PARENT_LOOK_MS).unref();
}

/**
 * On the first signal ends every child and then this process; on a second one at once.
 * @param closing called first; may return a promise of an exit code, and then ends the children itself
 */
export function endOnSignals(closing = async () => null) {
  let firstAt = 0;
  const act = async (signal) => {
    const code = 128 + constants.signals[signal];
    if (firstAt > 0) {
      if (Date.now() - firstAt < PAIR_MS) return;
      await endAll({ signal: "SIGKILL" });
      process.exit(code);
    }
    firstAt = Date.now();
    const wished = await closing(signal);
    await endAll();
    process.exit(wished ?? code);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => act(signal));
  onParentGone(() => {
    if (firstAt === 0) act("SIGTERM");
  });
}

/**
 * Runs a command to its end, and ends what it left behind. Its output is kept, or shown as it comes with `show`.
 * @returns `{ ok, code, output, timedOut, ms }`; a command that does not exist is `ok: false` with code 127
 */
export function run(command, args, { show = false, timeoutMs = 600_000, env = {}, cwd } = {}) {
  const startedAt = Date.now();
  const child = start(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
  });
  const heard = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => heard.push(chunk));
  return new Promise((resolve) => {
    let timedOut = false;
    const late = setTimeout(() => {
      timedOut = true;
      end(child);
    }, timeoutMs);
    const settle = (code) => {
      clearTimeout(late);
      if (child.pid !== undefined) signalGroup(child, "SIGKILL");
      const output = Buffer.concat(heard).toString("utf8");
      resolve({ ok: code === 0 && !timedOut, code, output, timedOut, ms: Date.now() - startedAt });
    };
    child.once("error", () => settle(127));
    // "close" waits for the output; a grandchild that keeps the pipe open must not hold us.
    child.once("exit", (code) => {
      const out = setTimeout(() => settle(code ?? 1), 500);
      child.once("close", () => {
        clearTimeout(out);
        settle(code ?? 1);
      });
    });
  });
}

/** Whether a program can be run at all. */
export async function works(command, args = ["--version"]) {
  return (await run(command, args, { timeoutMs: 10_000 })).ok;
}
