/** The start command: packages, Redis, build, server; whatever it started ends with it. */
import { constants } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isBuildFresh, ROOT } from "./build-stamp.mjs";
import { ensurePackages } from "./packages.mjs";
import { end, endAll, endOnSignals, run, start as startChild } from "./processes.mjs";
import { ensureServerProgram, isRedis, namedRedis, startPrivateRedis } from "./redis.mjs";
import { giveUp, say, step, tail } from "./say.mjs";

const HELP = `Usage: npm start [-- options]

Installs and builds what is missing, finds Redis, and serves Vigia.

  --port <n>     port to listen on (default: VIGIA_PORT or 9181)
  --host <addr>  address to listen on (default: VIGIA_HOST or loopback)
  --help         this text

Redis: REDIS_URL or REDIS_HOST, REDIS_PORT, REDIS_DB if set (also in .env); else a server at localhost:6379;
else a private, empty one that ends with Vigia.`;

function flags(argv) {
  try {
    const options = {
      port: { type: "string" },
      host: { type: "string" },
      help: { type: "boolean", short: "h" },
    };
    return parseArgs({ args: argv, options }).values;
  } catch (error) {
    return giveUp(`${error.message}\n\n${HELP}`, 2);
  }
}

/** Decided before the long steps: whoever has to do something first should know at once. */
async function chooseRedis() {
  const named = namedRedis();
  if (named !== null) return null;
  if (await isRedis(6379)) return null;
  return await ensureServerProgram();
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

export async function start(argv) {
  const { help, ...given } = flags(argv);
  if (help) return say(HELP);
  const args = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
  let server = null;
  let redis = null;
  endOnSignals(async (signal) => {
    // In this order: the server says good-bye to Redis, then Redis may go.
    if (server === null) return null;
    await end(server, { signal, graceMs: 2_700 });
    await redis?.stop();
    return 0;
  });

  const program = await chooseRedis();
  await ensurePackages();
  await ensureBuild();
  if (program !== null) {
    redis = await startPrivateRedis(program);
    say(
      `No Redis at localhost:6379: started an empty one of its own on port ${redis.port}. It ends with Vigia.`,
    );
  }
  server = serve(args, redis === null ? {} : { REDIS_URL: redis.url, VIGIA_PRIVATE_REDIS: "1" });
  server.once("exit", async (code, signal) => {
    await redis?.stop();
    await endAll();
    process.exit(code ?? 128 + constants.signals[signal]);
  });
}
