/**
 * `npx tsx examples/streams/reader.ts [--forever]`: one program that adds readings to a stream of at most 1,000 entries and
 * another that reads them without a group: it alone knows how far it is, so nobody else can see whether it keeps up.
 */
import { parseArgs } from "node:util";
import { connect } from "./connection";
import { pause, untilAsked } from "./lifetime";

const SENSORS = "sensores";
const { values } = parseArgs({
  options: {
    count: { type: "string", default: "20" },
    forever: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(
    "reader.ts [--count 20] [--forever]   adds to the stream `sensores` and reads it without a group",
  );
  process.exit(0);
}

const redis = connect();
const reader = redis.duplicate();
reader.on("error", () => undefined);
const end = untilAsked();
end.addEventListener("abort", () => reader.disconnect());
const count = values.forever ? Number.POSITIVE_INFINITY : Math.max(0, Number(values.count) || 0);

async function add(): Promise<void> {
  for (let n = 0; n < count && !end.aborted; n += 1) {
    const celsius = (20 + 5 * Math.sin(Date.now() / 60_000)).toFixed(1);
    await redis.xadd(SENSORS, "MAXLEN", "~", 1_000, "*", "sensor", `s${n % 4}`, "celsius", celsius);
    await pause(values.forever ? 200 : 10, end);
  }
}

async function read(): Promise<number> {
  let seen = 0;
  // After the newest entry of now; a program that must miss nothing keeps its last ID somewhere safe.
  const [newest] = await redis.xrevrange(SENSORS, "+", "-", "COUNT", 1);
  let after = newest?.[0] ?? "0-0";
  while (seen < count && !end.aborted) {
    const reply = await reader
      .xread("COUNT", 100, "BLOCK", 2_000, "STREAMS", SENSORS, after)
      .catch(() => null);
    for (const [, entries] of reply ?? []) {
      seen += entries.length;
      after = entries.at(-1)?.[0] ?? after;
    }
  }
  return seen;
}

const reading = read();
await add();
console.log(`read ${await reading} entries of ${SENSORS}`);
redis.disconnect();
reader.disconnect();
