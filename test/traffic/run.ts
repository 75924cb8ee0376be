/** `npx tsx test/traffic/run.ts [--port 6390] [--rate 1]`: living traffic on its own redis-server, until Ctrl-C. */
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { redisServerPath } from "../redis";
import { exited, signalGroup } from "./processes";
import { startTraffic } from "./traffic";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "6390" },
    rate: { type: "string", default: "1" },
  },
});
if (redisServerPath === null) {
  console.error(
    "redis-server is not installed: run `npm test` once, it installs it, or use your package manager",
  );
  process.exit(1);
}

const redis = spawn(
  redisServerPath,
  ["--port", values.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--maxmemory", "256mb"],
  // Not in the terminal's group: Ctrl-C must end the workers before their Redis.
  { stdio: "ignore", detached: true },
);
const redisUrl = `redis://127.0.0.1:${values.port}/0`;
let stop: (() => Promise<void>) | null = null;

redis.once("exit", (code) => {
  if (stop !== null) return;
  console.error(`redis-server ended (exit code ${code}): is port ${values.port} in use?`);
  process.exit(1);
});
// The producer and the workers come up in about a second; a port in use shows before that.
await new Promise((resolve) => setTimeout(resolve, 300));

const traffic = startTraffic({ redisUrl, rate: Number(values.rate) });
console.log(`Living traffic on ${redisUrl}. Ctrl-C ends it.`);
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.once(name, () => {
    stop ??= async () => {
      await traffic.stop();
      signalGroup(redis, "SIGTERM");
      await exited(redis);
      process.exit(0);
    };
    void stop();
  });
}
