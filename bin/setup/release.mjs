/**
 * Fills `dist/` with all that runs: beside the command the pages, the Lua scripts and those files of packages that Next
 * traced. The folder needs nothing around it: npm's tarball and the container image are this folder.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { DIST, ROOT } from "./build-stamp.mjs";
import { notices } from "./notices.mjs";

const STANDALONE = join(ROOT, ".next", "standalone");

/** Traced and never loaded by us. Paths below `dist/`. */
const LEFT_OUT = [
  // Native code of the image optimizer, which next.config.ts turns off; half of everything, and bound to one system.
  /^node_modules\/(sharp|@img|detect-libc|semver)$/,
  // Sizes of fonts that the build alone asks for.
  /^node_modules\/next\/dist\/server\/capsize-font-metrics\.json$/,
  /\.(map|nft\.json|d\.[cm]?ts)$/,
  // What some packages publish beside their code.
  /^(\.next\/)?node_modules\/(@[^/]+\/)?[^/]+\/(test|tests|bench|benchmarks|docs|examples|\.github)$/,
];

function copy(from, to) {
  cpSync(from, join(DIST, to), {
    recursive: true,
    // Next links to the packages that it does not bundle. An npm tarball holds no links.
    dereference: true,
    filter: (source) => {
      const path = join(to, relative(from, source)).split(sep).join("/");
      return !LEFT_OUT.some((pattern) => pattern.test(path));
    },
  });
}

function copyScripts() {
  const below = readdirSync(join(ROOT, "lib"), { recursive: true });
  for (const file of below.filter((path) => path.endsWith(".lua"))) {
    mkdirSync(dirname(join(DIST, "lib", file)), { recursive: true });
    cpSync(join(ROOT, "lib", file), join(DIST, "lib", file));
  }
}

/** What Next was configured with, without the folders of the machine that built it. */
function forgetFolders() {
  const path = join(DIST, ".next", "required-server-files.json");
  const files = JSON.parse(readFileSync(path, "utf8"));
  const { outputFileTracingRoot: _, repoRoot: __, turbopack: ___, ...config } = files.config;
  writeFileSync(path, JSON.stringify({ ...files, appDir: ".", config }));
}

function writeManifest() {
  const { name, version, description, license, type, engines } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  );
  const manifest = { name, version, description, license, type, engines, private: true };
  writeFileSync(join(DIST, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** After Next and the command were built: `dist/` becomes whole. */
export function assembleRelease() {
  copy(join(STANDALONE, "node_modules"), "node_modules");
  copy(join(STANDALONE, ".next"), ".next");
  copy(join(ROOT, ".next", "static"), join(".next", "static"));
  if (existsSync(join(ROOT, "public"))) copy(join(ROOT, "public"), "public");
  copyScripts();
  forgetFolders();
  writeManifest();
  writeFileSync(join(DIST, "THIRD-PARTY-NOTICES.txt"), notices());
  rmSync(STANDALONE, { recursive: true, force: true });
}
