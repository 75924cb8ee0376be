/** The licenses of the packages whose code is in `dist/`, be it as files or bundled: most ask to be shipped with it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DIST, ROOT } from "./build-stamp.mjs";

const MODULES = join(ROOT, "node_modules");
const SOURCES = ["app", "bin", "components", "lib"];
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*["']((?:@[\w.-]+\/)?[a-z][\w.-]*)/g;
const LICENSE_FILE = /^(licen[cs]e|copying|notice)(\.|-|$)/i;

const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** Packages that the sources name; Node's own modules and our folders are no packages. */
function imported() {
  const found = new Set(["react-dom", "tailwindcss"]); // loaded by Next, and the source of our style sheet
  for (const folder of SOURCES) {
    const below = readdirSync(join(ROOT, folder), { recursive: true });
    const code = below.filter((path) => /\.(ts|tsx)$/.test(path) && !/\.test\.tsx?$/.test(path));
    for (const path of code)
      for (const [, name] of readFileSync(join(ROOT, folder, path), "utf8").matchAll(IMPORT))
        if (existsSync(join(MODULES, name, "package.json"))) found.add(name);
  }
  return [...found];
}

/** With what they depend on, each where Node would find it, by folder. */
function withDependencies(names) {
  const folders = new Set();
  const visit = (name, from) => {
    const places = [join(from, "node_modules", name), join(MODULES, name)];
    const folder = places.find((place) => existsSync(join(place, "package.json")));
    if (folder === undefined || folders.has(folder)) return;
    folders.add(folder);
    for (const next of Object.keys(manifestOf(folder).dependencies ?? {})) visit(next, folder);
  };
  for (const name of names) visit(name, ROOT);
  return folders;
}

/** What Next compiled into itself keeps a license of its own in each folder. */
function compiledIntoNext() {
  const compiled = join("node_modules", "next", "dist", "compiled");
  return readdirSync(join(DIST, compiled), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(ROOT, compiled, entry.name));
}

function licenseText(folder) {
  const files = readdirSync(folder).filter((name) => LICENSE_FILE.test(name));
  return files.map((name) => readFileSync(join(folder, name), "utf8").trim()).join("\n\n");
}

/** One text of all licenses, each once, with the packages that it is of. */
export function notices() {
  const packages = new Map();
  for (const folder of [...withDependencies(imported()), ...compiledIntoNext()]) {
    const { name, version, license } = existsSync(join(folder, "package.json")) ? manifestOf(folder) : {};
    const title = [name, version, license && `(${license})`].filter(Boolean).join(" ");
    const text = licenseText(folder);
    packages.set(text, [...(packages.get(text) ?? []), title]);
  }
  const parts = [...packages].map(([text, titles]) =>
    `${[...new Set(titles)].sort().join("\n")}\n\n${text}`.trim(),
  );
  return `Vigia contains code of these packages.\n\n${parts.sort().join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}
