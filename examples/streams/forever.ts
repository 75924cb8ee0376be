/**
 * `npx tsx examples/streams/forever.ts [--rate 5]`: everything at once, until Ctrl-C. Two workers that reclaim, a reader
 * without a group, and a second group without reclaim in which a worker dies now and then with messages in hand: its
 * successor has another name, so the messages stay pending until somebody rescues them, or until a name comes round again.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { pause, untilAsked } from "./lifetime";

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "5" },
    /** Messages that a worker of the second group handles before it dies, and the time before the next one, seconds. */
    "die-after": { type: "string", default: "200" },
    "absent-for": { type: "string", default: "20" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log("forever.ts [--rate 5] [--die-after 200] [--absent-for 20]");
  process.exit(0);
}

const HERE = dirname(fileURLToPath(import.meta.url));
/** Names of the second group's workers, in turn: a name that comes round finishes what it left. */
const NOTIFIERS = ["notificador_1", "notificador_2", "notificador_3", "notificador_4"];
const END_MS = 5_000;

const end = untilAsked();
const children = new Set<ChildProcess>();

function start(file: string, ...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, join(HERE, file), ...args], {
    stdio: "inherit",
  });
  children.add(child);
  return new Promise((resolve) => {
    child.once("exit", () => {
      children.delete(child);
      resolve();
    });
  });
}

async function keep(file: string, ...args: string[]): Promise<void> {
  while (!end.aborted) {
    await start(file, ...args);
    await pause(1_000, end);
  }
}

async function notify(): Promise<void> {
  for (let turn = 0; !end.aborted; turn += 1) {
    const name = NOTIFIERS[turn % NOTIFIERS.length] ?? "";
    await start(
      "worker.ts",
      name,
      "--group",
      "notificar_clientes",
      "--reclaim",
      "0",
      "--took",
      "20",
      "--die-after",
      values["die-after"],
    );
    await pause(Number(values["absent-for"]) * 1_000, end);
  }
}

end.addEventListener("abort", () => {
  for (const child of children) child.kill("SIGTERM");
  setTimeout(() => {
    for (const child of children) child.kill("SIGKILL");
  }, END_MS).unref();
});

await Promise.all([
  keep("producer.ts", "--forever", "--rate", values.rate),
  keep("worker.ts", "worker_1"),
  keep("worker.ts", "worker_2"),
  keep("reader.ts", "--forever"),
  notify(),
]);
