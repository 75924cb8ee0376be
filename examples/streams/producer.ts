/** `npx tsx examples/streams/producer.ts [--count 50] [--forever] [--rate 5]`: adds tasks to the stream `tarefas`. */
import { commandLine } from "./command-line";
import { connect } from "./connection";
import { pause, unlessEnded, untilAsked } from "./lifetime";
import { fieldsOf, makeTask, STREAM } from "./tasks";

const { values, number } = commandLine(
  `producer.ts [--count 50] [--forever] [--rate 5]   adds tasks to the stream ${STREAM}`,
  {
    count: { type: "string", default: "50" },
    forever: { type: "boolean", default: false },
    /** With --forever: tasks a second, on average. */
    rate: { type: "string", default: "5" },
  },
);
const count = number("count", values.count, 0);
const rate = number("rate", values.rate, 0.1);
/** About so many entries are kept when it runs for ever. */
const KEPT = 50_000;

const end = untilAsked();
const redis = connect(end);

async function addForever(): Promise<void> {
  for (let n = 1; !end.aborted; n += 1) {
    // Ids begin again when their entries are gone: one poison message at a time is enough to look at.
    await redis.xadd(STREAM, "MAXLEN", "~", KEPT, "*", ...fieldsOf(makeTask(n % KEPT)));
    // Arrivals come in waves of two minutes, between a fifth and nine fifths of the rate.
    const wave = 1 + 0.8 * Math.sin((Date.now() / 120_000) * 2 * Math.PI);
    await pause((-Math.log(1 - Math.random()) * 1_000) / (rate * wave), end);
  }
}

async function addSome(): Promise<void> {
  let added = 0;
  for (; added < count && !end.aborted; added += 1)
    await redis.xadd(STREAM, "*", ...fieldsOf(makeTask(added + 1)));
  console.log(`added ${added} tasks to ${STREAM}`);
}

await unlessEnded(end, values.forever ? addForever() : addSome());
redis.disconnect();
