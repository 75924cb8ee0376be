/** The documents as data: what they link to, which commands, variables and paths they name. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");

export interface Document {
  /** From the root. */
  path: string;
  text: string;
}

const within = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .filter((file) => !/(^|\/)(\.venv|node_modules)\//.test(file))
    .map((file) => join(folder, file));

export const documents: readonly Document[] = [
  ...readdirSync(ROOT).filter((file) => file.endsWith(".md")),
  ...within("docs"),
  ...within("examples"),
].map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

/** Everything in backticks or in a code block. */
export function codeOf({ text }: Document): string[] {
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);
  const rest = text.replace(/^```\w*\n[\s\S]*?^```/gm, "");
  return [...blocks, ...[...rest.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code)];
}

export interface Link {
  target: string;
  /** The file or folder, from the root; null = another site. */
  file: string | null;
  anchor: string | null;
}

/** Links and pictures, of Markdown and of `<img src>`. */
export function linksOf({ path, text }: Document): Link[] {
  const prose = text.replace(/^```\w*\n[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
  const targets = [
    ...prose.matchAll(/\]\(([^)\s]+)\)/g),
    ...prose.matchAll(/<img[^>]* src="([^"]+)"/g),
    ...prose.matchAll(/<((?:https?):[^>]+)>/g),
  ].map(([, target = ""]) => target);
  return targets.map((target) => {
    if (/^[a-z]+:/.test(target)) return { target, file: null, anchor: null };
    const [file = "", anchor] = target.split("#");
    return {
      target,
      file: file === "" ? path : relative(ROOT, join(ROOT, dirname(path), file)),
      anchor: anchor ?? null,
    };
  });
}

/** What the headings of a document are linked by. */
export function anchorsOf({ text }: Document): string[] {
  return [...text.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
