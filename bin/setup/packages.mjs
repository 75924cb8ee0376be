/** The packages of the lockfile, in node_modules. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./build-stamp.mjs";
import { run } from "./processes.mjs";
import { giveUp, step, tail } from "./say.mjs";

const lock = (path) => JSON.parse(readFileSync(join(ROOT, path), "utf8")).packages;

/**
 * Compares the lockfile with the one that npm leaves in node_modules when it is done, so that an install by
 * hand counts and one that was cut off does not. Optional packages are those of other platforms.
 */
export function arePackagesFresh() {
  try {
    const installed = lock("node_modules/.package-lock.json");
    return Object.entries(lock("package-lock.json")).every(
      ([path, { version, optional, devOptional, peer }]) =>
        path === "" || optional || devOptional || peer || installed[path]?.version === version,
    );
  } catch {
    // No node_modules, or one that npm did not finish.
    return false;
  }
}

/** `npm ci` when something is missing or of another version. Ends the process when it fails. */
export async function ensurePackages() {
  if (arePackagesFresh()) return;
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const done = await step("Installing packages (npm ci, about a minute)", () =>
    run(npm, args, { cwd: ROOT }),
  );
  if (!done.ok)
    giveUp(
      `${tail(done.output)}\n\nThe packages could not be installed. Can this machine reach the npm registry?`,
    );
}
