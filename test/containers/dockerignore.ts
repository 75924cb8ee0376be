/** Which files of a folder Docker would send to a build: the rules of `.dockerignore`, the last that matches decides. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Rule {
  pattern: RegExp;
  lets: boolean;
}

function ruleOf(line: string): Rule {
  const lets = line.startsWith("!");
  const path = (lets ? line.slice(1) : line).trim().replace(/^\/|\/$/g, "");
  const source = path
    .replace(/[.+^${}()|[\]]/g, "\\$&")
    .replace(/\*\*\//g, "\0")
    .replace(/\*\*/g, ".*")
    .replace(/\*/g, "[^/]*")
    .replace(/\?/g, "[^/]")
    .replaceAll("\0", "(?:.*/)?");
  // What names a folder decides for all that lies in it.
  return { lets, pattern: new RegExp(`^${source}(?:/.*)?$`) };
}

export function rulesOf(text: string): Rule[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("#")).map(ruleOf);
}

export function passes(rules: readonly Rule[], path: string): boolean {
  return rules.reduce((let_, { pattern, lets }) => (pattern.test(path) ? lets : let_), true);
}

/** Paths of files below `folder`, with `/`; folders that nothing could let back in are not looked into. */
export function contextFiles(folder: string): string[] {
  const file = join(folder, ".dockerignore");
  const rules = existsSync(file) ? rulesOf(readFileSync(file, "utf8")) : [];
  const below = (path: string): string[] =>
    readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
      const inner = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory())
        return ["node_modules", ".git", ".venvs", ".next", "dist"].includes(inner) && !passes(rules, inner)
          ? []
          : below(inner);
      return passes(rules, inner) ? [inner] : [];
    });
  return below("");
}
