/**
 * `npx tsx examples/streams/worker.ts worker_1`: a consumer that reads, works, acknowledges, and takes over what others
 * left. It first finishes what it still holds from its last life.
 */
import { parseArgs } from "node:util";
import { connect } from "./connection";
import { ensureGroup, type Message, messagesOf, reclaim } from "./group";
import { pause, untilAsked } from "./lifetime";
import { GROUP, STREAM, taskOf, work } from "./tasks";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    group: { type: "string", default: GROUP },
    stream: { type: "string", default: STREAM },
    /** Time one task takes, milliseconds. */
    took: { type: "string", default: "50" },
    /** Idle messages older than this are taken over, milliseconds; 0 = never. */
    reclaim: { type: "string", default: "10000" },
    /** Dies after so many messages, with the rest of its batch in hand; 0 = never. */
    "die-after": { type: "string", default: "0" },
    help: { type: "boolean", default: false },
  },
});
const [consumer] = positionals;
if (values.help || consumer === undefined) {
  console.log(
    "worker.ts NAME [--group processar_ocorrencias] [--stream tarefas] [--took 50] [--reclaim 10000] [--die-after 0]",
  );
  process.exit(values.help ? 0 : 2);
}
const { stream, group } = values;
const tookMs = Number(values.took);
const minIdleMs = Number(values.reclaim);
const dieAfter = Number(values["die-after"]);
const BATCH = 10;
const BLOCK_MS = 2_000;

const redis = connect();
// A blocked read holds its connection: everything else goes over the other one.
const reader = redis.duplicate();
reader.on("error", () => undefined);
const end = untilAsked();
// A blocked read ends with its connection; what it would have been given stays in the stream.
end.addEventListener("abort", () => reader.disconnect());

let handled = 0;
async function handle({ entryId, fields }: Message): Promise<void> {
  try {
    await work(taskOf(fields), tookMs);
    await redis.xack(stream, group, entryId);
    handled += 1;
  } catch (error) {
    // Not acknowledged: it stays pending, and whoever reclaims tries it again.
    console.error(`${consumer}: ${entryId}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (dieAfter > 0 && handled >= dieAfter) process.kill(process.pid, "SIGKILL");
}

async function handleAll(messages: readonly Message[]): Promise<void> {
  for (const message of messages) {
    // What is left of the batch stays pending for this name: its next life begins with it.
    if (end.aborted) return;
    await handle(message);
  }
}

/** @param from `>` for what nobody was given yet, an ID for what this consumer holds after it */
async function read(from: string): Promise<Message[]> {
  const block = from === ">" ? (["BLOCK", BLOCK_MS] as const) : [];
  const reply: unknown = await reader.call("XREADGROUP", [
    "GROUP",
    group,
    consumer ?? "",
    "COUNT",
    BATCH,
    ...block,
    "STREAMS",
    stream,
    from,
  ]);
  return messagesOf(entriesOf(reply));
}

/** The entries of the one stream that was read; RESP3 answers flat, RESP2 in pairs. */
function entriesOf(reply: unknown): unknown {
  if (!Array.isArray(reply)) return [];
  const [first, second]: unknown[] = reply;
  return Array.isArray(first) ? (first as unknown[])[1] : second;
}

async function run(): Promise<void> {
  console.log(`${consumer}: group ${group} of ${stream} ${await ensureGroup(redis, stream, group)}`);
  for (let after = "0", held = await read(after); held.length > 0 && !end.aborted; held = await read(after)) {
    await handleAll(held);
    after = held.at(-1)?.entryId ?? after;
  }
  let cursor = "0-0";
  let reclaimAt = 0;
  while (!end.aborted) {
    if (minIdleMs > 0 && Date.now() >= reclaimAt) {
      const taken = await reclaim(redis, {
        stream,
        group,
        consumer: consumer ?? "",
        minIdleMs,
        cursor,
        count: BATCH,
      });
      await handleAll(taken.messages);
      cursor = taken.cursor;
      // On with the list at once, or again from its beginning after a while.
      if (cursor === "0-0") reclaimAt = Date.now() + minIdleMs / 2;
    }
    await handleAll(await read(">"));
  }
}

while (!end.aborted) {
  try {
    await run();
  } catch (error) {
    if (end.aborted) break;
    // The stream or the group was removed, or Redis is not ready: begin again.
    console.error(`${consumer}: ${error instanceof Error ? error.message : String(error)}`);
    await pause(1_000, end);
  }
}
console.log(`${consumer}: handled ${handled}, ends`);
redis.disconnect();
reader.disconnect();
