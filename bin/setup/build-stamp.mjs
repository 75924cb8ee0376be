/**
 * Whether the build on disk was made from the sources on disk. The stamp is written last and removed first, so
 * that a build which failed or was cut off counts as none.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
/** What a build makes, and all that runs. */
export const DIST = join(ROOT, "dist");
const STAMP = join(DIST, "build.json");

const FOLDERS = ["app", "bin", "components", "lib", "public"];
/** Also at the root: instrumentation.ts, next.config.ts, package.json, package-lock.json, tsconfig.json … */
const ROOT_FILES = /^(?!next-env\.|vitest\.|playwright\.|biome\.)[\w.-]+\.(ts|tsx|mjs|json)$/;
const NOT_BUILT = /\.test\.tsx?$/;

function filesBelow(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

/** Hash of every file that the build reads, by path and content. */
export function sourceHash() {
  const below = FOLDERS.filter((folder) => existsSync(join(ROOT, folder))).flatMap(filesBelow);
  const files = [...below, ...readdirSync(ROOT).filter((name) => ROOT_FILES.test(name))];
  const hash = createHash("sha256");
  for (const file of files.filter((name) => !NOT_BUILT.test(name)).sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update("\0");
  return hash.digest("hex");
}

export function forgetBuild() {
  rmSync(STAMP, { force: true });
}

export function recordBuild(hash) {
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, JSON.stringify({ hash }));
}

export function isBuildFresh() {
  try {
    const stamp = JSON.parse(readFileSync(STAMP, "utf8"));
    return existsSync(join(DIST, "vigia.mjs")) && stamp.hash === sourceHash();
  } catch {
    // No stamp: there is no build.
    return false;
  }
}
