import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../front/processes";
import { contextFiles, passes, rulesOf } from "./dockerignore";

it("the last rule that matches decides, for a folder and all in it", () => {
  const rules = rulesOf("# none but\n*\n!app\n!*.json\n**/*.test.ts\n**/.env*\n");
  const sent = ["app/page.tsx", "app/a/b.ts", "package.json"];
  const kept = [
    "README.md",
    ".git/HEAD",
    "app/a/b.test.ts",
    "app/.env",
    ".env.local",
    "lib/x.json",
    "apple/x",
  ];
  expect(sent.filter((path) => !passes(rules, path))).toEqual([]);
  expect(kept.filter((path) => passes(rules, path))).toEqual([]);
});

it("sends sources to the build of an image, and no test, secret, package or build of this machine", () => {
  const files = contextFiles(ROOT);
  for (const path of [
    "package-lock.json",
    "app/layout.tsx",
    "bin/vigia.ts",
    "lib/config.ts",
    "examples/streams/worker.ts",
  ])
    expect(files).toContain(path);
  const top = new Set(files.map((path) => path.split("/", 1)[0]));
  for (const name of [".git", "node_modules", "dist", ".next", ".venvs", "test", "e2e", "docs"])
    expect(top).not.toContain(name);
  expect(files.filter((path) => /\.test\.tsx?$|(^|\/)\.env/.test(path))).toEqual([]);
  const rq = contextFiles(join(ROOT, "examples", "rq"));
  expect(rq).toEqual(expect.arrayContaining(["worker.py", "producer.py", "requirements.txt"]));
  expect(rq.filter((path) => !/^[\w-]+\.py$|^requirements\.txt$/.test(path))).toEqual([]);
});
