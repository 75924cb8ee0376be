/**
 * `npx tsx examples/demo/run.ts --url redis://127.0.0.1:6390/0 [--python .venvs/demo/bin/python]`: the living traffic of
 * `npm run demo`, until its input closes or it is asked to end. It writes into that Redis: give it one of its own.
 */
import "./tied.mjs";
import { Redis } from "ioredis";
import { commandLine } from "../streams/command-line";
import { startQueues } from "./queues";
import { startStreams } from "./streams";

const { values } = commandLine("run.ts --url redis://127.0.0.1:6390/0 [--python .venvs/demo/bin/python]", {
  url: { type: "string", default: "" },
  /** A Python that has RQ; without it there are streams only. */
  python: { type: "string", default: "" },
});
if (values.url === "") {
  console.error("--url is missing: a Redis that may be written into");
  process.exit(2);
}

const redis = new Redis(values.url, { maxRetriesPerRequest: null });
redis.on("error", (error: Error) => console.error(`demo: ${error.message}`));
await Promise.all([
  startStreams(values.url, redis, () => console.log("begun")),
  ...(values.python === "" ? [] : [startQueues(values.url, values.python)]),
]);
