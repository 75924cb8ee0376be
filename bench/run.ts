/**
 * `npm run bench [-- sampler viewers answers page retry streams] [--write] [--as-built]`: seeds its own data on its own redis-server, measures Vigia
 * and rq-dashboard in turn, prints a table and ends with 1 when a target is missed. `--write` puts the table in docs/bench.md.
 */
import "./quiet";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Redis } from "ioredis";
import { startRedis } from "../test/redis";
import { measureAnswers } from "./answers";
import { measurePage } from "./page";
import { installPeer } from "./peer";
import { type Finding, isMet, table } from "./report";

import { measureRetry } from "./retry";
import { measureSampler } from "./sampler";
import { failOneJob, type Template } from "./seed";
import { measureStreams } from "./streams";
import { measureViewers } from "./viewers";
import { build } from "./vigia";

type Measurement = (redis: Redis, redisUrl: string, template: Template) => Promise<Finding[]>;
const MEASUREMENTS: Record<string, { run: Measurement; needsBuild: boolean }> = {
  sampler: { run: measureSampler, needsBuild: false },
  viewers: { run: measureViewers, needsBuild: true },
  answers: { run: measureAnswers, needsBuild: true },
  page: { run: measurePage, needsBuild: true },
  retry: { run: measureRetry, needsBuild: true },
  streams: { run: measureStreams, needsBuild: true },
};
const DOCUMENT = join(import.meta.dirname, "..", "docs", "bench.md");
const MARKS = ["<!-- figures -->", "<!-- end of figures -->"] as const;

function writeDocument(figures: string): void {
  const text = readFileSync(DOCUMENT, "utf8");
  const [begin, end] = MARKS.map((mark) => text.indexOf(mark));
  if (begin === undefined || end === undefined || begin < 0 || end < 0)
    throw new Error("docs/bench.md has lost its marks");
  writeFileSync(DOCUMENT, `${text.slice(0, begin + MARKS[0].length)}\n\n${figures}\n\n${text.slice(end)}`);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: "boolean", default: false },
    // Measures what stands in dist, also when sources have changed since.
    "as-built": { type: "boolean", default: false },
  },
});
const unknown = positionals.find((name) => !(name in MEASUREMENTS));
if (unknown !== undefined) {
  console.error(`There is no measurement "${unknown}". Known: ${Object.keys(MEASUREMENTS).join(", ")}`);
  process.exit(2);
}
const wanted = Object.entries(MEASUREMENTS).filter(
  ([name]) => positionals.length === 0 || positionals.includes(name),
);

installPeer();
if (!values["as-built"] && wanted.some(([, measurement]) => measurement.needsBuild)) build();
const server = await startRedis();
const findings: Finding[] = [];
try {
  const redis = server.client();
  const template = await failOneJob(redis, server.url);
  for (const [name, measurement] of wanted) {
    console.log(`measuring: ${name}`);
    await redis.flushall();
    findings.push(...(await measurement.run(redis, server.url, template)));
  }
} finally {
  await server.stop();
}
const figures = table(findings);
console.log(`\n${figures}\n`);
if (values.write) writeDocument(figures);
const missed = findings.filter((finding) => !isMet(finding));
console.log(
  missed.length === 0 ? "every target met" : `${missed.length} of ${findings.length} targets missed`,
);
process.exit(missed.length === 0 ? 0 : 1);
