/**
 * `npx tsx examples/streams/reader.ts [--forever]`: one program that adds readings to a stream of about 1,000 entries and
 * another that reads them without a group: it alone knows how far it is, so nobody else can see whether it keeps up.
 */
import { commandLine } from "./command-line";
import { connect, connectReader } from "./connection";
import { pause, unlessEnded, untilAsked } from "./lifetime";

const SENSORS = "sensores";
/** With `~` Redis frees whole nodes of its tree only, so up to a hundred entries more may stay: that is far cheaper. */
const KEPT = 1_000;
const BLOCK_MS = 2_000;

const { values, number } = commandLine(
  `reader.ts [--count 20] [--forever]   adds to the stream ${SENSORS} and reads it without a group`,
  {
    count: { type: "string", default: "20" },
    forever: { type: "boolean", default: false },
  },
);
const count = values.forever ? Number.POSITIVE_INFINITY : number("count", values.count, 0);
const everyMs = values.forever ? 200 : 10;

const end = untilAsked();
const redis = connect(end);
const reader = connectReader(redis, end);

async function add(): Promise<void> {
  for (let n = 0; n < count && !end.aborted; n += 1) {
    const celsius = (20 + 5 * Math.sin(Date.now() / 60_000)).toFixed(1);
    await redis.xadd(SENSORS, "MAXLEN", "~", KEPT, "*", "sensor", `s${n % 4}`, "celsius", celsius);
    await pause(everyMs, end);
  }
}

async function read(): Promise<void> {
  // After the newest entry of now; a program that must miss nothing keeps its last ID somewhere safe.
  const [newest] = await redis.xrevrange(SENSORS, "+", "-", "COUNT", 1);
  let after = newest?.[0] ?? "0-0";
  let seen = 0;
  while (seen < count && !end.aborted) {
    const reply = await reader.xread("COUNT", 100, "BLOCK", BLOCK_MS, "STREAMS", SENSORS, after);
    for (const [, entries] of reply ?? []) {
      seen += entries.length;
      after = entries.at(-1)?.[0] ?? after;
    }
  }
  console.log(`read ${seen} entries of ${SENSORS}`);
}

await Promise.all([unlessEnded(end, read()), unlessEnded(end, add())]);
redis.disconnect();
reader.disconnect();
