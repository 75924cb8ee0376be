/** The demo: living traffic on a private Redis, with real RQ where this machine has a Python for it. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ROOT } from "./build-stamp.mjs";
import { end, run, start, works } from "./processes.mjs";
import { say, step } from "./say.mjs";

/** Environments that may have RQ: the first one is of the tests, the last one is made here. */
const VENVS = ["rq-2", "demo"].map((name) => join(ROOT, ".venvs", name));
const REQUIREMENTS = join(ROOT, "examples", "rq", "requirements.txt");
const PIP_MS = 180_000;

const pythonOf = (venv) => join(venv, "bin", "python");

/** @returns RQ's version, or `null` */
async function rqVersion(python) {
  if (!existsSync(python)) return null;
  const asked = await run(python, ["-c", "import rq; print(rq.VERSION)"], { timeoutMs: 30_000 });
  const version = asked.output.trim();
  return asked.ok && /^[12]\.\d/.test(version) ? version : null;
}

/** Apple's `python3` without its developer tools is a window that offers to install them. */
const isPythonReal = async () => process.platform !== "darwin" || (await works("xcode-select", ["-p"]));

/** @returns `python`, a command, or `why` there is none */
async function findPython() {
  const recent = "import sys; sys.exit(sys.version_info < (3, 9))";
  if (await isPythonReal())
    for (const python of ["python3", "python"]) {
      if (!(await works(python, ["-c", recent]))) continue;
      if (await works(python, ["-c", "import ensurepip, venv"])) return { python };
      return { why: "Python's venv is missing (Debian, Ubuntu: sudo apt install python3-venv)" };
    }
  return {
    why: "Python 3.9 or newer was not found (Debian, Ubuntu: sudo apt install python3-venv; macOS: brew install python)",
  };
}

async function install(python, venv) {
  const made = await run(python, ["-m", "venv", "--clear", venv], { timeoutMs: 120_000 });
  if (!made.ok) return made;
  const quick = ["--retries", "1", "--timeout", "10", "--disable-pip-version-check", "--quiet"];
  return run(pythonOf(venv), ["-m", "pip", "install", ...quick, "-r", REQUIREMENTS], { timeoutMs: PIP_MS });
}

/**
 * A Python that has RQ; `venv` and `pip` make one in the last of `venvs` when none has it, which takes about 15 s.
 * @returns `{ python, version }`, or `{ why }`: what is missing and what to do
 */
async function ensureRq(venvs) {
  for (const venv of venvs) {
    const version = await rqVersion(pythonOf(venv));
    if (version !== null) return { python: pythonOf(venv), version };
  }
  const { python, why } = await findPython();
  if (python === undefined) return { why };
  const own = venvs.at(-1);
  const done = await step("Installing RQ for the demo (pip)", () => install(python, own));
  const version = done.ok ? await rqVersion(pythonOf(own)) : null;
  if (version !== null) return { python: pythonOf(own), version };
  return { why: "pip could not install it (this needs the network once)" };
}

/** The page is served when there is something on it, or when that takes longer than it should. */
const BEGIN_MS = 5_000;

/** Resolves when there is something to look at. @param python one that has RQ; without it there are streams only */
async function startTraffic(redisUrl, python) {
  const args = ["--import", "tsx", join(ROOT, "examples", "demo", "run.ts"), "--url", redisUrl];
  const child = start(process.execPath, python === undefined ? args : [...args, "--python", python], {
    cwd: ROOT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  // A signal is ours: nobody else knows this process.
  child.once("exit", (code) => code !== null && say(`The traffic of the demo ended by itself with ${code}.`));
  const late = new AbortController();
  const begun = [
    once(child.stdout, "data"),
    once(child, "exit"),
    pause(BEGIN_MS, null, { signal: late.signal }),
  ];
  await Promise.race(begun);
  late.abort();
  return child;
}

/**
 * Fills a private Redis, says what it is, and goes on until it is stopped or this process ends, however it ends.
 * @param found what the first line begins with
 * @param venvs where RQ may be; the last one is made when it is in none
 * @returns `mode`, for VIGIA_DEMO, and `stop`
 */
export async function startDemo({ redis, found, venvs = VENVS }) {
  const { python, version, why } = await ensureRq(venvs);
  const traffic = await startTraffic(redis.url, python);
  const what = python === undefined ? "Redis Streams" : `RQ ${version} and Redis Streams`;
  say(`${found} with ${what}, on a private Redis at port ${redis.port}. It ends with Vigia.`);
  if (why !== undefined) say(`It has no RQ jobs: ${why}; then start again.`);
  say("To watch your own Redis: REDIS_URL=redis://localhost:6379/0 npm start");
  return { mode: python === undefined ? "streams" : "full", stop: () => end(traffic, { graceMs: 500 }) };
}
