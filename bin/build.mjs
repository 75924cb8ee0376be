// Builds pages and the command. Plain JavaScript: it runs before anything is compiled.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { forgetBuild, ROOT, recordBuild, sourceHash } from "./setup/build-stamp.mjs";

function run(script, args) {
  const done = spawnSync(process.execPath, [join(ROOT, script), ...args], {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

// Taken first: a file that changes during the build then makes it stale.
const hash = sourceHash();
forgetBuild();
rmSync(join(ROOT, "dist"), { recursive: true, force: true });
run("node_modules/next/dist/bin/next", ["build"]);

const { build } = await import("esbuild");
await build({
  absWorkingDir: ROOT,
  entryPoints: ["bin/vigia.ts"],
  outdir: "dist",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  // The part that reads settings stays small and loads at once; the server is a chunk of its own.
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  logLevel: "warning",
});
recordBuild(hash);
