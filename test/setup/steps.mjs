/** The steps of a test run. Each gives an outcome, has a time limit, and leaves no process behind. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isBuildFresh, ROOT } from "../../bin/setup/build-stamp.mjs";
import { run } from "../../bin/setup/processes.mjs";
import { say, seconds, tail } from "../../bin/setup/say.mjs";
import { countListed, fromPlaywright, fromVitest, outcome } from "./results.mjs";

const MINUTE_MS = 60_000;
const REPORTS = join(ROOT, "test-results");

const bin = (path) => join(ROOT, "node_modules", path);

/** A command that is one test: it passes or fails as a whole. Its output is shown when it fails. */
async function single(name, commands, limitMs) {
  const startedAt = Date.now();
  for (const args of commands) {
    const done = await run(process.execPath, args, { cwd: ROOT, timeoutMs: limitMs });
    if (done.ok) continue;
    say(tail(done.output, 200));
    const how = done.timedOut ? `not done after ${seconds(limitMs)}` : `exit code ${done.code}`;
    say(`${name}: failed (${how})`);
    return outcome(0, [`${name} (${how})`]);
  }
  say(`${name}: passed in ${seconds(Date.now() - startedAt)}`);
  return outcome(1);
}

export const lint = () => single("lint", [[bin("@biomejs/biome/bin/biome"), "check", "."]], 2 * MINUTE_MS);

export const typecheck = () =>
  single(
    "types",
    [
      [bin("next/dist/bin/next"), "typegen"],
      [bin("typescript/bin/tsc"), "--noEmit"],
    ],
    5 * MINUTE_MS,
  );

export async function build() {
  if (!isBuildFresh()) return single("build", [[join(ROOT, "bin", "build.mjs")]], 7 * MINUTE_MS);
  say("build: the one on disk is of these sources");
  return outcome(1);
}

/** Shows the runner's own output, then reads its report. */
async function reported({ name, args, report, env, limitMs, read }) {
  mkdirSync(REPORTS, { recursive: true });
  rmSync(report, { force: true });
  say(`\n${name}`);
  const done = await run(process.execPath, args, { cwd: ROOT, show: true, timeoutMs: limitMs, env });
  const result = existsSync(report) ? read(report) : null;
  if (result === null) {
    const how = done.timedOut ? `not done after ${seconds(limitMs)}` : `no report, exit code ${done.code}`;
    return outcome(0, [`${name} (${how})`]);
  }
  if (result.passed + result.failed.length + result.skipped.length === 0)
    result.failed.push(`${name}: no test ran`);
  // An error outside of every test (an unhandled rejection, a leak) shows in the exit code alone.
  if (!done.ok && result.failed.length === 0)
    result.failed.push(
      `${name} (${done.timedOut ? `not done after ${seconds(limitMs)}` : `exit code ${done.code}`})`,
    );
  say(`${name}: ${seconds(done.ms)}`);
  return result;
}

/** @param context `{ full, env, missing, absent, built }` */
export function vitest({ full, env, missing, absent, built }) {
  const report = join(REPORTS, "vitest.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const reason = (testName) => {
    // Tests of the server matrix have the server's id in their names.
    const server = [...absent].find(([id]) => testName.includes(id));
    if (server !== undefined) return `needs ${server[0]}: ${server[1]}`;
    if (missing.size > 0) return `needs ${[...missing.keys()].join(", ")}`;
    if (!built) return "needs the build, which failed";
    return full ? "skipped by a condition of its own" : "longer: npm run test:full runs it";
  };
  return reported({
    name: "unit, Redis and RQ tests",
    args: [bin("vitest/vitest.mjs"), "run", ...reporters],
    report,
    // Hundreds of connections come and go on purpose.
    env: { VIGIA_LOG_LEVEL: process.env.VIGIA_LOG_LEVEL ?? "silent", ...env },
    limitMs: (full ? 60 : 9) * MINUTE_MS,
    read: (path) => fromVitest(path, reason),
  });
}

const PLAYWRIGHT = bin("@playwright/test/cli.js");

/** Journeys that cannot run are counted one by one all the same. */
async function skippedJourneys(reason, env) {
  const args = [PLAYWRIGHT, "test", "--list", "--reporter=json"];
  const listed = await run(process.execPath, args, { cwd: ROOT, timeoutMs: MINUTE_MS, env });
  const count = Math.max(1, countListed(listed.output));
  say(`\nbrowser tests: skipped, ${reason}`);
  return outcome(
    0,
    [],
    Array.from({ length: count }, () => ({ where: "e2e", reason })),
  );
}

export async function journeys({ full, env, missing, built }) {
  if (!built) return skippedJourneys("the build failed", env);
  const needs = ["redis-server", "Chromium"].filter((part) => missing.has(part));
  if (missing.has("RQ 1.16.1") && missing.has("RQ 2")) needs.push("RQ");
  if (needs.length > 0) return skippedJourneys(`needs ${needs.join(", ")}`, env);
  return reported({
    name: "browser tests",
    args: [PLAYWRIGHT, "test"],
    report: join(REPORTS, "e2e.json"),
    env,
    limitMs: (full ? 40 : 8) * MINUTE_MS,
    read: fromPlaywright,
  });
}

/** Pictures of every page from real traffic. @returns whether they were made */
export async function shots({ env, args: more }) {
  const args = [bin("tsx/dist/cli.mjs"), join("e2e", "shots.ts"), ...more];
  return (await run(process.execPath, args, { cwd: ROOT, show: true, timeoutMs: 40 * MINUTE_MS, env })).ok;
}
