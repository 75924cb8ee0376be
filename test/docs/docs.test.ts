/** What the documents name exists, and what exists is named. Whether a sentence is true nobody can test. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROUTES } from "@/lib/api/routes";
import { skipReason } from "@/lib/api/schemas/operations";
import { problem } from "@/lib/api/schemas/problems";
import { anchorsOf, codeOf, type Document, documents, linksOf, ROOT } from "./documents";

const textOf = (path: string) => readFileSync(join(ROOT, path), "utf8");
const document = (path: string): Document => {
  const found = documents.find((one) => one.path === path);
  if (found === undefined) throw new Error(`there is no ${path}`);
  return found;
};
/** What every document says, and where. */
function said<T>(find: (one: Document) => T[]): { path: string; what: T }[] {
  return documents.flatMap((one) => find(one).map((what) => ({ path: one.path, what })));
}
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);

describe("links", () => {
  const links = said(linksOf);

  it("lead to files that are there", () => {
    expect(links.length).toBeGreaterThan(100);
    const broken = links.filter(({ what }) => what.file !== null && !existsSync(join(ROOT, what.file)));
    expect(broken.map(({ path, what }) => `${path}: ${what.target}`)).toEqual([]);
  });

  it("lead to headings that are there", () => {
    const broken = links.filter(({ what: { file, anchor } }) => {
      if (file === null || anchor === null || !file.endsWith(".md")) return false;
      return !anchorsOf(document(file)).includes(anchor);
    });
    expect(broken.map(({ path, what }) => `${path}: ${what.target}`)).toEqual([]);
  });

  it("show every picture that the repository carries, and the whole of them weighs at most 3 MB", () => {
    const shown = new Set(links.map(({ what }) => what.file));
    const pictures = readdirSync(join(ROOT, "docs", "shots")).map((file) => join("docs", "shots", file));
    expect(pictures.filter((picture) => !shown.has(picture))).toEqual([]);
    const bytes = pictures.reduce((sum, picture) => sum + statSync(join(ROOT, picture)).size, 0);
    expect(bytes).toBeLessThan(3_000_000);
  });

  it("leave no document alone", () => {
    const reached = new Set(links.map(({ what }) => what.file));
    const alone = documents.filter(({ path }) => path.startsWith("docs/") && !/decisions/.test(path));
    expect(alone.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
  });
});

describe("commands", () => {
  it("of npm are in package.json", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
    const named = said((one) => codeOf(one).flatMap((code) => all(code, /\bnpm run ([\w:-]+)/g)));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ what }) => !(what in scripts))).toEqual([]);
  });

  it("name programs and files of the repository that are there", () => {
    const files =
      /\b((?:bin|lib|app|components|test|e2e|bench|examples|docs)\/[\w./-]+\.(?:ts|tsx|mjs|py|lua|json))\b/g;
    const named = said((one) => codeOf(one).flatMap((code) => all(code, files)));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ what }) => !existsSync(join(ROOT, what)))).toEqual([]);
  });
});

describe("variables", () => {
  /** Set by the start command for the server, and no business of anybody else. */
  const INTERNAL = ["VIGIA_PRIVATE_REDIS", "VIGIA_DEMO"];
  const VARIABLE = /\b((?:VIGIA|REDIS)_[A-Z][A-Z_]*[A-Z])\b/g;
  const read = [...new Set(all(textOf("lib/config.ts"), /"((?:VIGIA|REDIS)_[A-Z_]+)"/g))];
  read.push(...all(textOf("lib/config.ts"), /env\.((?:VIGIA|REDIS)_[A-Z_]+)/g));
  /** Those of the start command, tests, measurements, pictures, examples and containers. */
  const elsewhere = [
    ...["bin", "test", "bench", "e2e", "examples"].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => /\.(ts|mjs|py|json)$|Makefile$/.test(file))
        .filter((file) => !/(^|\/)(\.venv|docs)\//.test(file))
        .map((file) => join(folder, file)),
    ),
    "docker-compose.yaml",
    "Dockerfile",
  ].flatMap((file) => all(textOf(file), VARIABLE));

  it("that documents name are read by somebody", () => {
    const known = new Set([...read, ...elsewhere]);
    // Names of rq-dashboard's own, and the prefix in a sentence.
    const named = said((one) => all(one.text.replace(/RQ_DASHBOARD_\w*/g, ""), VARIABLE));
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(({ what }) => !known.has(what))).toEqual([]);
  });

  it("that Vigia reads are in both READMEs and in its help", () => {
    const wanted = read.filter((name) => !INTERNAL.includes(name));
    expect(wanted.length).toBeGreaterThan(12);
    for (const path of ["README.md", "README.pt-BR.md", "bin/args.ts"])
      expect(
        wanted.filter((name) => !textOf(path).includes(name)),
        path,
      ).toEqual([]);
  });
});

describe("the API", () => {
  const known = Object.keys(ROUTES).map((path) => new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`));

  it("has every path that documents name", () => {
    const named = said((one) =>
      codeOf(one)
        .flatMap((code) => all(code.replace(/<[^>]*>/g, "x"), /\/api\/v1(\/[\w./{}:-]+)/g))
        .map((path) => path.replace(/[.:]$/, "")),
    );
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter(({ what }) => !known.some((path) => path.test(what)))).toEqual([]);
  });

  it("has no diagnosis that docs/problems.md does not explain, and no other is explained there", () => {
    const kinds = problem.shape.evidence.options.map((option) => option.shape.kind.value).sort();
    const explained = all(textOf("docs/problems.md"), /^### ([\w-]+)$/gm).sort();
    expect(explained).toEqual(kinds);
  });

  it("gives no reason for leaving an item alone that the pages of actions do not explain", () => {
    const pages = [document("docs/rq-actions.md"), document("docs/streams-actions.md")];
    const explained = new Set(pages.flatMap(codeOf));
    expect(skipReason.options.filter((reason) => !explained.has(reason))).toEqual([]);
  });
});
