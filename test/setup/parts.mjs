/** The real parts that tests run on: Redis servers, two versions of RQ, Chromium, the parser of compose files. What is missing gets installed. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { aptInstall, canUseApt, distribution, neverStartService } from "../../bin/setup/apt.mjs";
import { ROOT } from "../../bin/setup/build-stamp.mjs";
import { run, works } from "../../bin/setup/processes.mjs";
import { say, step, tail } from "../../bin/setup/say.mjs";
import { ensureServers } from "./servers.mjs";

const VENVS = [
  {
    name: "RQ 1.16.1",
    folder: "rq-1.16.1",
    packages: ["rq==1.16.1", "redis==5.0.8", "click<8.2"],
    isRight: (text) => text === "1.16.1 5.0.8",
  },
  { name: "RQ 2", folder: "rq-2", packages: ["rq>=2,<3"], isRight: (text) => text.startsWith("2.") },
];

const hasRedis = async () => (await works("redis-server")) || (await works("valkey-server"));
const hasCompose = async () =>
  (await works("docker-compose", ["version"])) || (await works("docker", ["compose", "version"]));
const hasPython = () => works("python3", ["-c", "import ensurepip, venv"]);

const CHROMIUMS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Where Playwright keeps, or would keep, a browser of its own. */
async function ownChromium() {
  const ask = 'process.stdout.write(require("playwright-core").chromium.executablePath())';
  return (await run(process.execPath, ["-e", ask], { cwd: ROOT, timeoutMs: 20_000 })).output;
}

/** @returns path of a Chromium that runs, or `null`; Ubuntu's /usr/bin/chromium may be a stub that does not */
async function findChromium() {
  const candidates = [process.env.CHROMIUM_PATH, ...CHROMIUMS, await ownChromium()];
  for (const path of candidates)
    if (path !== undefined && path !== "" && existsSync(path) && (await works(path))) return path;
  return null;
}

/** One apt run for everything that is missing, where apt can be used. */
async function installByApt() {
  const wanted = [
    ...((await hasRedis()) ? [] : ["redis-server"]),
    // Its parser alone, without the engine.
    ...((await hasCompose()) ? [] : ["docker-compose"]),
    ...((await hasPython()) ? [] : ["python3", "python3-venv"]),
    // Without fonts of the system, text in no font of ours would have no shape.
    ...(distribution() === "ubuntu" || (await findChromium()) !== null
      ? []
      : ["chromium", "fonts-liberation"]),
  ];
  if (wanted.length === 0 || !canUseApt()) return;
  const done = await step(`Installing ${wanted.join(", ")} (apt)`, () => aptInstall(wanted));
  if (!done.ok) say(tail(done.output));
  if (wanted.includes("redis-server")) await neverStartService("redis-server");
}

async function venvVersion(python) {
  if (!existsSync(python)) return "";
  const ask = "import rq, redis; print(rq.VERSION, redis.__version__)";
  const asked = await run(python, ["-c", ask], { timeoutMs: 30_000 });
  return asked.ok ? asked.output.trim() : "";
}

/** One virtual environment; kept when it holds the right versions. @returns why it is not there, or `null` */
async function ensureVenv({ name, folder, packages, isRight }) {
  const path = join(ROOT, ".venvs", folder);
  const python = join(path, "bin", "python");
  if (isRight(await venvVersion(python))) return null;
  if (!(await hasPython())) return "python3 with venv is not installed";
  rmSync(path, { recursive: true, force: true });
  const done = await step(`Installing ${name} (pip)`, async () => {
    const made = await run("python3", ["-m", "venv", path], { timeoutMs: 120_000 });
    if (!made.ok) return made;
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages];
    return run(python, pip, { timeoutMs: 300_000 });
  });
  if (done.ok && isRight(await venvVersion(python))) return null;
  say(tail(done.output));
  return "pip could not install it";
}

async function ensureChromium() {
  const found = await findChromium();
  if (found !== null) return found;
  const withDeps = canUseApt() ? ["--with-deps"] : [];
  const cli = join(ROOT, "node_modules", "playwright-core", "cli.js");
  const args = [cli, "install", ...withDeps, "chromium"];
  const done = await step("Installing Chromium (playwright)", () =>
    run(process.execPath, args, { cwd: ROOT, timeoutMs: 300_000 }),
  );
  if (!done.ok) say(tail(done.output));
  return findChromium();
}

const HOW_REDIS =
  process.platform === "darwin" ? "brew install redis" : "apt install redis-server, or your system's package";
const HOW_CHROMIUM =
  process.platform === "darwin" ? "brew install chromium" : "apt install chromium, or set CHROMIUM_PATH";

/**
 * Installs what is missing, as far as this system allows.
 * @returns `missing`: name → reason, of parts that are not there; `absent`: the same of servers of other versions,
 * which are never required; `chromium`: path or `null`
 */
export async function ensureParts() {
  await installByApt();
  const missing = new Map();
  if (!(await hasRedis())) missing.set("redis-server", `not installed (${HOW_REDIS})`);
  if (!(await hasCompose()))
    missing.set("docker-compose", "not installed (apt install docker-compose, or Docker's own)");
  for (const venv of VENVS) {
    const reason = await ensureVenv(venv);
    if (reason !== null) missing.set(venv.name, reason);
  }
  const absent = await ensureServers();
  const chromium = await ensureChromium();
  if (chromium === null) missing.set("Chromium", `not installed (${HOW_CHROMIUM})`);
  return { missing, absent, chromium };
}
