/** The demo: living traffic on a private Redis, with real RQ where this machine has a Python for it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./build-stamp.mjs";
import { end, run, start, works } from "./processes.mjs";
import { step } from "./say.mjs";

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
export async function ensureRq(venvs = VENVS) {
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

/**
 * Fills a Redis, and goes on doing so until it is stopped or this process ends, however it ends.
 * @param python one that has RQ; without it there are streams only
 */
export function startTraffic(redisUrl, python) {
  const args = ["--import", "tsx", join(ROOT, "examples", "demo", "run.ts"), "--url", redisUrl];
  const child = start(process.execPath, python === undefined ? args : [...args, "--python", python], {
    cwd: ROOT,
    stdio: ["pipe", "ignore", "inherit"],
  });
  return { child, stop: () => end(child, { graceMs: 500 }) };
}
