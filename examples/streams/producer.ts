/** `npx tsx examples/streams/producer.ts [--count 50] [--forever] [--rate 5]`: adds tasks to the stream `tarefas`. */
import { parseArgs } from "node:util";
import { connect } from "./connection";
import { pause, untilAsked } from "./lifetime";
import { fieldsOf, makeTask, STREAM } from "./tasks";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "50" },
    forever: { type: "boolean", default: false },
    rate: { type: "string", default: "5" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log("producer.ts [--count 50] [--forever] [--rate 5]   adds tasks to the stream `tarefas`");
  process.exit(0);
}
/** About so many entries are kept when it runs for ever. */
const KEPT = 10_000;

const redis = connect();
const end = untilAsked();
const rate = Math.max(0.1, Number(values.rate) || 5);
const count = Math.max(0, Math.floor(Number(values.count) || 0));

let id = 0;
if (values.forever) {
  while (!end.aborted) {
    id += 1;
    // Task 20 exists once a thousand: one poison message at a time is enough to look at.
    await redis.xadd(STREAM, "MAXLEN", "~", KEPT, "*", ...fieldsOf(makeTask(id % 1_000)));
    // Arrivals come in waves of two minutes, between a fifth and nine fifths of the rate.
    const wave = 1 + 0.8 * Math.sin((Date.now() / 120_000) * 2 * Math.PI);
    await pause((-Math.log(1 - Math.random()) * 1_000) / (rate * wave), end);
  }
} else {
  for (id = 1; id <= count && !end.aborted; id += 1) await redis.xadd(STREAM, "*", ...fieldsOf(makeTask(id)));
  console.log(`added ${id - 1} tasks to ${STREAM}`);
}
redis.disconnect();
