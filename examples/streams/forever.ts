/**
 * `npx tsx examples/streams/forever.ts [--rate 5]`: everything at once, until Ctrl-C. Two workers that reclaim, a reader
 * without a group, and a second group without reclaim in which a worker dies now and then with messages in hand: its
 * successor has another name, so the messages stay pending until somebody rescues them, or until a name comes round again.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandLine } from "./command-line";
import { pause, untilAsked } from "./lifetime";

const { values, number } = commandLine("forever.ts [--rate 5] [--die-after 200] [--absent-for 20]", {
  /** Tasks a second, on average. */
  rate: { type: "string", default: "5" },
  /** Messages that a worker of the second group handles before it dies. */
  "die-after": { type: "string", default: "200" },
  /** Time before the next one comes, seconds. */
  "absent-for": { type: "string", default: "20" },
});
const rate = number("rate", values.rate, 0.1);
const dieAfter = number("die-after", values["die-after"], 1);
const absentMs = number("absent-for", values["absent-for"], 0) * 1_000;

const HERE = dirname(fileURLToPath(import.meta.url));
/** Names of the second group's workers, in turn: a name that comes round finishes what it left. */
const NOTIFIERS = ["notificador_1", "notificador_2", "notificador_3", "notificador_4"];
const RESTART_MS = 1_000;
const END_MS = 5_000;

const end = untilAsked();
const children = new Set<ChildProcess>();

/** Runs one of the programs beside this one; resolves when it has ended. */
function run(file: string, ...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, join(HERE, file), ...args], {
    stdio: "inherit",
  });
  children.add(child);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => {
      children.delete(child);
      resolve();
    });
  });
}

async function keep(file: string, ...args: string[]): Promise<void> {
  while (!end.aborted) {
    await run(file, ...args);
    await pause(RESTART_MS, end);
  }
}

async function notify(): Promise<void> {
  const manner = ["--group", "notificar_clientes", "--reclaim", "0", "--failing", "0", "--took", "20"];
  for (let turn = 0; !end.aborted; turn += 1) {
    const name = NOTIFIERS[turn % NOTIFIERS.length] ?? "";
    await run("worker.ts", name, ...manner, "--die-after", String(dieAfter));
    await pause(absentMs, end);
  }
}

end.addEventListener("abort", () => {
  for (const child of children) child.kill("SIGTERM");
  setTimeout(() => {
    for (const child of children) child.kill("SIGKILL");
  }, END_MS).unref();
});

await Promise.all([
  keep("producer.ts", "--forever", "--rate", String(rate)),
  keep("worker.ts", "worker_1"),
  keep("worker.ts", "worker_2"),
  keep("reader.ts", "--forever"),
  notify(),
]);
