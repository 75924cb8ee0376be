/**
 * `npx tsx examples/streams/worker.ts worker_1`: a consumer that reads, works, acknowledges, and takes over what others
 * left. It first finishes what it still holds from its last life.
 */
import { commandLine } from "./command-line";
import { connect, connectReader } from "./connection";
import { ensureGroup, type Message, readGroup, reclaim } from "./group";
import { pause, untilAsked } from "./lifetime";
import { FAILING, GROUP, STREAM, taskOf, work } from "./tasks";

const { values, positionals, number } = commandLine(
  `worker.ts NAME [--group ${GROUP}] [--stream ${STREAM}] [--batch 10] [--took 50] [--reclaim 10000] [--failing ${FAILING}] [--die-after 0]`,
  {
    group: { type: "string", default: GROUP },
    stream: { type: "string", default: STREAM },
    /** Most messages that are taken at once. */
    batch: { type: "string", default: "10" },
    /** Time one task takes, milliseconds. */
    took: { type: "string", default: "50" },
    /** Messages idle for longer are taken over, milliseconds; 0 = never. */
    reclaim: { type: "string", default: "10000" },
    /** The task that always fails; 0 = none. */
    failing: { type: "string", default: String(FAILING) },
    /** After so many messages it takes a whole batch more and dies with it in hand; 0 = never. */
    "die-after": { type: "string", default: "0" },
  },
  1,
);
const [consumer = ""] = positionals;
const { stream, group } = values;
const count = number("batch", values.batch, 1);
const tookMs = number("took", values.took, 0);
const minIdleMs = number("reclaim", values.reclaim, 0);
const failing = number("failing", values.failing, 0);
const dieAfter = number("die-after", values["die-after"], 0);
const BLOCK_MS = 2_000;

const end = untilAsked();
const redis = connect(end);
const reader = connectReader(redis, end);

let handled = 0;
async function handle({ entryId, fields }: Message): Promise<void> {
  try {
    // A message whose entry is gone only has to leave the pending list.
    if (fields !== null) await work(taskOf(fields), tookMs, failing);
    await redis.xack(stream, group, entryId);
    handled += 1;
  } catch (error) {
    // Not acknowledged: it stays pending, and whoever reclaims tries it again.
    console.error(`${consumer}: ${entryId}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function handleAll(messages: readonly Message[]): Promise<void> {
  for (const message of messages) {
    // What is left of the batch stays pending for this name: its next life begins with it.
    if (end.aborted) return;
    await handle(message);
  }
}

const read = (from: string, most = count, blockMs = BLOCK_MS) =>
  readGroup(reader, { stream, group, consumer, from, count: most, blockMs });

async function finishLastLife(): Promise<void> {
  let after = "0";
  while (!end.aborted) {
    const held = await read(after);
    const last = held.at(-1);
    if (last === undefined) return;
    await handleAll(held);
    after = last.entryId;
  }
}

/** @returns where the next call goes on; `0-0` = the pending list was seen whole */
async function takeOver(cursor: string): Promise<string> {
  const taken = await reclaim(redis, { stream, group, consumer, minIdleMs, cursor, count });
  await handleAll(taken.messages);
  return taken.cursor;
}

/** As when the machine goes down under a worker that has messages in hand. */
async function die(): Promise<void> {
  for (let held = 0; held < count && !end.aborted; ) held += (await read(">", count - held)).length;
  if (!end.aborted) process.kill(process.pid, "SIGKILL");
}

async function run(): Promise<void> {
  console.log(`${consumer}: group ${group} of ${stream} ${await ensureGroup(redis, stream, group)}`);
  await finishLastLife();
  let cursor = "0-0";
  let reclaimAtMs = 0;
  while (!end.aborted) {
    if (minIdleMs > 0 && Date.now() >= reclaimAtMs) {
      cursor = await takeOver(cursor);
      // On with the list at once, or again from its beginning after a while.
      if (cursor === "0-0") reclaimAtMs = Date.now() + minIdleMs / 2;
    }
    // To wait for 0 ms would be to wait for ever.
    const untilReclaimMs = minIdleMs > 0 ? Math.max(1, reclaimAtMs - Date.now()) : BLOCK_MS;
    await handleAll(await read(">", count, Math.min(BLOCK_MS, untilReclaimMs)));
    if (dieAfter > 0 && handled >= dieAfter) await die();
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
