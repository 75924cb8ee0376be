/** `npx tsx examples/streams/monitor.ts [--group processar_ocorrencias]`: how far a group is, in a terminal. It only looks. */
import { commandLine } from "./command-line";
import { connect } from "./connection";
import { pause, untilAsked } from "./lifetime";
import { GROUP, STREAM } from "./tasks";

const { values } = commandLine(`monitor.ts [--group ${GROUP}] [--stream ${STREAM}] [--once]`, {
  group: { type: "string", default: GROUP },
  stream: { type: "string", default: STREAM },
  once: { type: "boolean", default: false },
});
const { stream, group } = values;
const EVERY_MS = 2_000;

const end = untilAsked();
const redis = connect(end);

/** Fields come as a flat list of names and values; which there are depends on the version. */
function recordOf(flat: unknown): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  if (Array.isArray(flat))
    for (let at = 0; at + 1 < flat.length; at += 2) record[String(flat[at])] = flat[at + 1];
  return record;
}
const recordsOf = (reply: unknown) => (Array.isArray(reply) ? reply.map(recordOf) : []);
const seconds = (ms: unknown) => (typeof ms === "number" && ms >= 0 ? `${(ms / 1_000).toFixed(1)} s` : "–");

function lineOf(consumer: Record<string, unknown>): string {
  const { name, pending, idle, inactive } = consumer;
  const line = `  ${String(name).padEnd(20)} pending ${String(pending).padStart(6)}   idle ${seconds(idle).padStart(10)}`;
  // From Redis 7.2 on: `idle` is the time since it last tried, `inactive` since it last got something.
  return inactive === undefined ? line : `${line}   inactive ${seconds(inactive).padStart(10)}`;
}

async function look(): Promise<string[]> {
  const groups = recordsOf(await redis.xinfo("GROUPS", stream));
  const found = groups.find((one) => one.name === group);
  if (found === undefined) return [`${stream} has no group ${group}`];
  const consumers = recordsOf(await redis.xinfo("CONSUMERS", stream, group));
  const length = await redis.xlen(stream);
  return [
    `${stream} › ${group}`,
    // As Redis tells it: no lag before 7.0, none while it cannot know it, and too high a one after some trims.
    `length ${length}   lag ${found.lag ?? "unknown"}   pending ${found.pending}   last delivered ${found["last-delivered-id"]}`,
    ...consumers.map(lineOf),
  ];
}

const live = process.stdout.isTTY && !values.once;
do {
  const lines = await look().catch((error: Error) => [error.message]);
  if (end.aborted) break;
  // In place on a terminal; one block after the other into a file.
  process.stdout.write(`${live ? "\x1b[H\x1b[2J" : ""}${lines.join("\n")}\n`);
  if (!values.once) await pause(EVERY_MS, end);
} while (!values.once && !end.aborted);
redis.disconnect();
