// Builds pages and the command into dist/. Plain JavaScript: it runs before anything is compiled.
// With --if-stale (before `npm pack`) only when the build on disk is not of these sources.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DIST, forgetBuild, isBuildFresh, ROOT, recordBuild, sourceHash } from "./setup/build-stamp.mjs";
import { compressStatic } from "./setup/compress.mjs";
import { assembleRelease } from "./setup/release.mjs";

function run(script, args) {
  const done = spawnSync(process.execPath, [join(ROOT, script), ...args], {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

if (process.argv.includes("--if-stale") && isBuildFresh()) process.exit(0);

// Taken first: a file that changes during the build then makes it stale.
const hash = sourceHash();
forgetBuild();
rmSync(DIST, { recursive: true, force: true });
run("node_modules/next/dist/bin/next", ["build"]);

const { build } = await import("esbuild");
await build({
  absWorkingDir: ROOT,
  entryPoints: ["bin/vigia.ts"],
  outdir: DIST,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  // The part that reads settings stays small and loads at once; the server is a chunk of its own.
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Next traces the files of these for the pages; what it bundles there is bundled here too.
  external: ["next", "@next/env", "ioredis", "pino"],
  logLevel: "warning",
});
assembleRelease();
await compressStatic();
recordBuild(hash);
