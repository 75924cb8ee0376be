/** The streams of the living traffic: which programs write and read them. Most are those of examples/streams. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
const EXAMPLES = join(ROOT, "examples", "streams");
/** Tasks a second at rate 1. */
const TASKS_PER_S = 4;
/** The notifier that dies: so many messages in hand, soon after the start. */
const IN_HAND = "12";
const DIES_AFTER = "12";

export interface StreamProgram {
  file: string;
  args: readonly string[];
  /** Started again when it ends by itself; false = it stays dead. */
  kept: boolean;
}

/** @param rate factor on all rates; 1 is about 13 entries a second in all */
export function streamPrograms(rate: number): StreamProgram[] {
  const worker = join(EXAMPLES, "worker.ts");
  const notifier = ["--group", "notificar_clientes", "--reclaim", "0", "--failing", "0"];
  return [
    {
      file: join(EXAMPLES, "producer.ts"),
      args: ["--forever", "--rate", String(Math.max(0.1, rate * TASKS_PER_S))],
      kept: true,
    },
    { file: worker, args: ["worker_1"], kept: true },
    { file: worker, args: ["worker_2"], kept: true },
    { file: worker, args: ["notificador_1", ...notifier, "--took", "30"], kept: true },
    {
      file: worker,
      args: ["notificador_2", ...notifier, "--batch", IN_HAND, "--die-after", DIES_AFTER],
      kept: false,
    },
    { file: join(EXAMPLES, "reader.ts"), args: ["--forever"], kept: true },
    { file: join(import.meta.dirname, "shop-streams.ts"), args: ["--rate", String(rate)], kept: true },
  ];
}

export function spawnStreamProgram(redisUrl: string, program: StreamProgram): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", program.file, ...program.args], {
    // The loader is found from here, whoever starts the traffic.
    cwd: ROOT,
    env: { ...process.env, REDIS_URL: redisUrl },
    stdio: "ignore",
    detached: true,
  });
}
