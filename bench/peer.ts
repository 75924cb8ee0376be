/** rq-dashboard, from PyPI, in a git-ignored virtual environment, measured in the same run as Vigia. */
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../test/redis";
import { waitFor } from "./http";

const VENV = join(import.meta.dirname, "..", ".venvs", "bench");
const WANTED = join(import.meta.dirname, "requirements.txt");
const INSTALLED = join(VENV, "requirements.txt");

export const peerPython = join(VENV, "bin", "python");
export const peerRq = join(VENV, "bin", "rq");

/** Installs what `requirements.txt` pins, unless exactly that stands there already. */
export function installPeer(): void {
  if (existsSync(INSTALLED) && readFileSync(INSTALLED, "utf8") === readFileSync(WANTED, "utf8")) return;
  console.log("installing rq-dashboard into .venvs/bench");
  for (const [command, ...args] of [
    ["python3", "-m", "venv", VENV],
    [peerPython, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", WANTED],
  ] as const) {
    const ran = spawnSync(command, args, { stdio: "inherit" });
    if (ran.status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
  }
  copyFileSync(WANTED, INSTALLED);
}

export interface Peer {
  url: string;
  stop(): Promise<void>;
}

export async function startPeer(redisUrl: string): Promise<Peer> {
  const port = await freePort();
  const child = spawn(
    join(VENV, "bin", "rq-dashboard"),
    ["-b", "127.0.0.1", "-p", String(port), "-u", redisUrl],
    {
      stdio: "ignore",
    },
  );
  const url = `http://127.0.0.1:${port}`;
  await waitFor(`${url}/0/data/queues.json`, child);
  return {
    url,
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    },
  };
}
