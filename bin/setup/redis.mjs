/** Which Redis to watch, and a private one when there is none. */
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aptInstall, canUseApt, neverStartService } from "./apt.mjs";
import { ROOT } from "./build-stamp.mjs";
import { end, onEnd, start, works } from "./processes.mjs";
import { agreed, giveUp, step, tail } from "./say.mjs";

const VARIABLES = ["REDIS_URL", "REDIS_HOST", "REDIS_PORT", "REDIS_DB"];
const ENV_FILES = [".env.production.local", ".env.local", ".env.production", ".env"];

/** The variable that names a Redis, in the environment or in a file that Vigia reads; else `null`. */
export function namedRedis(env = process.env, folder = ROOT) {
  const files = ENV_FILES.map((name) => join(folder, name)).filter((path) => existsSync(path));
  const text = files.map((path) => readFileSync(path, "utf8")).join("\n");
  const inFile = (name) => new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*["']?[^\\s"'#]`, "m").test(text);
  return VARIABLES.find((name) => (env[name] ?? "").trim() !== "" || inFile(name)) ?? null;
}

/** What Redis says to a client that it knows nothing of: also one that wants a password is one. */
const REDIS_SAYS = /^(\+PONG|-(NOAUTH|NOPERM|DENIED|LOADING|BUSY|MASTERDOWN|MISCONF|ERR)\b)/;

/** Whether a Redis listens there. Takes at most a second. */
export function isRedis(port, host = "localhost") {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const settle = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (chunk) => settle(REDIS_SAYS.test(chunk.toString("latin1"))));
    socket.once("error", () => settle(false));
    socket.once("end", () => settle(false));
  });
}

async function findServer() {
  for (const name of ["redis-server", "valkey-server"]) if (await works(name)) return name;
  return null;
}

const HOW = `Do one of these, then start Vigia again:
  Debian, Ubuntu:  sudo apt install redis-server
  macOS:           brew install redis
  Docker:          docker run --rm -p 6379:6379 redis
  or name yours:   REDIS_URL=redis://host:6379/0 npm start`;

/**
 * A server program on PATH, installed by apt where that is possible. Ends the process when there is none.
 * @param why a server is needed, as a clause
 */
export async function ensureServerProgram(why) {
  const found = await findServer();
  if (found !== null) return found;
  const missing = `${why}, and redis-server is not installed.`;
  const ask = `${missing} Install it with apt now (it is not started as a service)?`;
  if (!canUseApt() || !(await agreed(ask))) giveUp(`${missing}\n${HOW}`);
  const done = await step("Installing redis-server (apt)", () => aptInstall(["redis-server"]));
  if (!done.ok) giveUp(`${tail(done.output)}\n\nredis-server could not be installed.\n${HOW}`);
  await neverStartService("redis-server");
  return (await findServer()) ?? giveUp(`${missing}\n${HOW}`);
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/**
 * The shell keeps the server and waits for the end of its input, which comes when this process ends, however
 * it ends: nothing is left behind after a SIGKILL either.
 */
const KEEPER = `"$1" --port "$2" --bind 127.0.0.1 --save "" --appendonly no --dir "$3" </dev/null >/dev/null 2>&1 &
server=$!
read -r _
kill "$server" 2>/dev/null
wait "$server"
rmdir "$3" 2>/dev/null`;

async function answers(port, withinMs) {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (await isRedis(port, "127.0.0.1")) return true;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return false;
}

/** An empty server for this run alone, on a free loopback port, without persistence. */
export async function startPrivateRedis(program) {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), "vigia-redis-"));
  const keeper = start("/bin/sh", ["-c", KEEPER, "sh", program, String(port), dir], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  onEnd(() => rmSync(dir, { recursive: true, force: true }));
  const stop = async () => {
    keeper.stdin.end();
    const late = setTimeout(() => end(keeper, { graceMs: 200 }), 1_000);
    if (keeper.exitCode === null && keeper.signalCode === null) await once(keeper, "exit");
    clearTimeout(late);
  };
  if (!(await answers(port, 5_000))) {
    await stop();
    giveUp(`${program} did not start on port ${port}. Try it by hand: ${program} --port ${port}`);
  }
  return { port, url: `redis://127.0.0.1:${port}/0`, stop };
}
