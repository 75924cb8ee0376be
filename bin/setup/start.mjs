/** The start command: packages, Redis, build, server; whatever it started ends with it. */
import { constants } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isBuildFresh, ROOT } from "./build-stamp.mjs";
import { startDemo } from "./demo.mjs";
import { ensurePackages } from "./packages.mjs";
import { end, endAll, endOnSignals, run, start as startChild } from "./processes.mjs";
import { ensureServerProgram, isRedis, namedRedis, startPrivateRedis } from "./redis.mjs";
import { giveUp, say, step, tail } from "./say.mjs";

const HELP = `Usage: npm start [-- options]

Installs and builds what is missing, finds Redis, and serves Vigia.

  --port <n>     port to listen on (default: VIGIA_PORT or 9181)
  --host <addr>  address to listen on (default: VIGIA_HOST or loopback)
  --demo         queues and streams at work on a private Redis (npm run demo)
  --empty        a private Redis with nothing in it
  --help         this text

Redis: REDIS_URL or REDIS_HOST, REDIS_PORT, REDIS_DB if set (also in .env); else a server at localhost:6379;
else the demo. A private Redis ends with Vigia.`;

function flags(argv) {
  try {
    const options = {
      port: { type: "string" },
      host: { type: "string" },
      demo: { type: "boolean", default: false },
      empty: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    };
    const { values } = parseArgs({ args: argv, options });
    if (values.demo && values.empty) throw new Error("--demo and --empty exclude each other.");
    return values;
  } catch (error) {
    return giveUp(`${error.message}\n\n${HELP}`, 2);
  }
}

const NO_REDIS = "No Redis was found: REDIS_URL is not set, nothing answers at localhost:6379";

/**
 * Decided before the long steps: whoever has to do something first should know at once.
 * @returns the program of a private server, and whether it is for the demo; `null` = there is a Redis to watch
 */
async function choosePrivate({ demo, empty }) {
  if (demo || empty)
    return {
      program: await ensureServerProgram(`--${demo ? "demo" : "empty"} needs a Redis of its own`),
      demo,
    };
  if (namedRedis() !== null || (await isRedis(6379))) return null;
  return { program: await ensureServerProgram(NO_REDIS), demo: true };
}

async function ensureBuild() {
  if (isBuildFresh()) return;
  const build = () => run(process.execPath, [join(ROOT, "bin", "build.mjs")], { cwd: ROOT });
  const done = await step("Building (about a minute)", build);
  if (!done.ok) giveUp(`${tail(done.output, 60)}\n\nThe build failed.`);
}

function serve(args, env) {
  // The channel tells the server when this process is gone without a word.
  return startChild(process.execPath, [join(ROOT, "dist", "vigia.mjs"), "serve", ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
}

/** Settings of a private Redis: nothing of somebody's own Redis goes along. */
const privately = (redis) => ({
  REDIS_URL: redis.url,
  VIGIA_PRIVATE_REDIS: "1",
  VIGIA_STATE_URL: "",
  VIGIA_STREAMS: "",
});

export async function start(argv) {
  const { help, demo, empty, ...given } = flags(argv);
  if (help) return say(HELP);
  const args = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
  let server = null;
  let redis = null;
  let traffic = null;
  const stopRest = async () => {
    await traffic?.stop();
    await redis?.stop();
  };
  endOnSignals(async (signal) => {
    // In this order: the server says good-bye to Redis, then Redis may go.
    if (server === null) return null;
    await end(server, { signal, graceMs: 2_700 });
    await stopRest();
    return 0;
  });

  const own = await choosePrivate({ demo, empty });
  await ensurePackages();
  await ensureBuild();
  if (own !== null) {
    redis = await startPrivateRedis(own.program);
    if (own.demo)
      traffic = await startDemo({ redis, found: demo ? "A demo" : "No Redis at localhost:6379: a demo" });
    else say(`A private, empty Redis at port ${redis.port}. It ends with Vigia.`);
  }
  server = serve(args, {
    ...(redis === null ? {} : privately(redis)),
    ...(traffic === null ? {} : { VIGIA_DEMO: traffic.mode }),
  });
  server.once("exit", async (code, signal) => {
    await stopRest();
    await endAll();
    process.exit(code ?? 128 + constants.signals[signal]);
  });
}
