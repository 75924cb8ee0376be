import { ensurePackages } from "../../bin/setup/packages.mjs";
import { endOnSignals } from "../../bin/setup/processes.mjs";
import { giveUp, say, seconds } from "../../bin/setup/say.mjs";
import { ensureParts } from "./parts.mjs";
import { build, journeys, lint, shots, typecheck, vitest } from "./steps.mjs";

const HELP = `Usage: npm test [-- options]

Lint, types, build, unit, real-Redis, real-RQ and browser tests.

  --full    also the long ones (npm run test:full)
  --shots   no tests: pictures of every page into docs/shots (npm run shots), or of every width, theme and
            language into test-results/shots (npm run shots -- --sheet all)

VIGIA_REQUIRE=all makes a missing redis-server, RQ or Chromium a failure.`;

const KNOWN = ["--full", "--help"];

/** Skips, most numerous first, each place and reason once. */
function listSkips(skipped) {
  const counts = new Map();
  for (const { where, reason } of skipped) {
    const line = `${where}: ${reason}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  say("\nSkipped:");
  for (const [line, count] of [...counts].sort((a, b) => b[1] - a[1])) say(`  ${count} × ${line}`);
}

function report(outcomes, startedAt) {
  const passed = outcomes.reduce((sum, one) => sum + one.passed, 0);
  const failed = outcomes.flatMap((one) => one.failed);
  const skipped = outcomes.flatMap((one) => one.skipped);
  if (failed.length > 0) {
    say("\nFailed:");
    for (const name of failed) say(`  ${name.split("\n", 1)[0]}`);
  }
  if (skipped.length > 0) listSkips(skipped);
  say(`\nin ${seconds(Date.now() - startedAt)}`);
  say(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  return failed.length === 0 ? 0 : 1;
}

export async function main(argv) {
  const startedAt = Date.now();
  // The script of the pictures has options of its own.
  const [mode, ...shotArgs] = argv;
  const wrong = mode === "--shots" ? undefined : argv.find((flag) => !KNOWN.includes(flag));
  if (wrong !== undefined) giveUp(`There is no option ${wrong}.\n\n${HELP}`, 2);
  if (argv.includes("--help")) return say(HELP);
  const full = argv.includes("--full") || process.env.VIGIA_FULL === "1";
  endOnSignals();

  await ensurePackages();
  const { missing, absent, chromium } = await ensureParts();
  for (const [part, reason] of [...missing, ...absent]) say(`${part}: ${reason}`);
  const env = {
    ...(full ? { VIGIA_FULL: "1" } : {}),
    ...(chromium === null ? {} : { CHROMIUM_PATH: chromium }),
  };

  if (mode === "--shots") {
    const built = await build();
    process.exit(built.failed.length === 0 && (await shots({ env, args: shotArgs })) ? 0 : 1);
  }

  const outcomes = [];
  if (process.env.VIGIA_REQUIRE === "all")
    outcomes.push({
      passed: 0,
      failed: [...missing].map(([part, reason]) => `required and missing: ${part}: ${reason}`),
      skipped: [],
    });
  outcomes.push(await lint(), await typecheck());
  // Before the tests: some of them start the built command.
  const building = await build();
  const context = { full, env, missing, absent, built: building.failed.length === 0 };
  outcomes.push(building, await vitest(context), await journeys(context));
  process.exit(report(outcomes, startedAt));
}
