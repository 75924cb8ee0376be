/** `npx tsx examples/streams/monitor.ts [--group processar_ocorrencias]`: how far a group is, in a terminal. It only looks. */
import { parseArgs } from "node:util";
import { connect } from "./connection";
import { pause, untilAsked } from "./lifetime";
import { GROUP, STREAM } from "./tasks";

const { values } = parseArgs({
  options: {
    group: { type: "string", default: GROUP },
    stream: { type: "string", default: STREAM },
    once: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log("monitor.ts [--group processar_ocorrencias] [--stream tarefas] [--once]");
  process.exit(0);
}
const { stream, group } = values;
const EVERY_MS = 2_000;

const redis = connect();
const end = untilAsked();

/** Fields come as a flat list of names and values; which there are depends on the version. */
function recordOf(flat: unknown): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  if (Array.isArray(flat))
    for (let at = 0; at + 1 < flat.length; at += 2) record[String(flat[at])] = flat[at + 1];
  return record;
}
const recordsOf = (reply: unknown) => (Array.isArray(reply) ? reply.map(recordOf) : []);
const seconds = (ms: unknown) => (typeof ms === "number" && ms >= 0 ? `${(ms / 1_000).toFixed(1)} s` : "–");

async function look(): Promise<string[]> {
  const groups = recordsOf(await redis.xinfo("GROUPS", stream));
  const found = groups.find((one) => one.name === group);
  if (found === undefined) return [`${stream} has no group ${group}`];
  const consumers = recordsOf(await redis.xinfo("CONSUMERS", stream, group));
  return [
    `${stream} › ${group}`,
    // Redis tells no lag before 7.0, and none while it cannot know it.
    `length ${await redis.xlen(stream)}   lag ${found.lag ?? "unknown"}   pending ${found.pending}   last delivered ${found["last-delivered-id"]}`,
    ...consumers.map(
      (one) =>
        `  ${String(one.name).padEnd(20)} pending ${String(one.pending).padStart(6)}   idle ${seconds(one.idle).padStart(10)}` +
        (one.inactive === undefined ? "" : `   inactive ${seconds(one.inactive).padStart(10)}`),
    ),
  ];
}

const live = process.stdout.isTTY && !values.once;
do {
  const lines = await look().catch((error: Error) => [error.message]);
  // In place on a terminal; one block after the other into a file.
  process.stdout.write(`${live ? "\x1b[H\x1b[2J" : ""}${lines.join("\n")}\n`);
  if (values.once) break;
  await pause(EVERY_MS, end);
} while (!end.aborted);
redis.disconnect();
