/** Counts and names from the JSON reports of Vitest and Playwright. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { ROOT } from "../../bin/setup/build-stamp.mjs";

/** @returns an outcome of one step: how many passed, what failed, what was skipped where and why */
export const outcome = (passed = 0, failed = [], skipped = []) => ({ passed, failed, skipped });

function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // Cut off before the report was written: the caller counts that as a failure.
    return null;
  }
}

/** @param reason why a test of this file was skipped */
export function fromVitest(path, reason) {
  const report = read(path);
  if (report === null) return null;
  const result = outcome();
  for (const file of report.testResults) {
    const name = relative(ROOT, file.name);
    let failed = 0;
    for (const test of file.assertionResults) {
      if (test.status === "passed") result.passed += 1;
      else if (test.status === "failed") {
        failed += 1;
        result.failed.push(`${name}: ${test.fullName}`);
      } else result.skipped.push({ where: name, reason: reason(test.fullName) });
    }
    // A file that could not be loaded, or whose set-up failed, has no failed test of its own.
    if (file.status === "failed" && failed === 0)
      result.failed.push(`${name}: ${file.message || "did not run"}`);
  }
  return result;
}

function specsOf(suite) {
  return [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];
}

const SKIP_KINDS = ["skip", "fixme"];

/** A test that passed only when tried again counts as failed: it would do the same to an operator. */
export function fromPlaywright(path) {
  const report = read(path);
  if (report === null) return null;
  const result = outcome();
  for (const spec of report.suites.flatMap(specsOf))
    for (const test of spec.tests) {
      const where = `e2e/${spec.file}`;
      if (test.status === "expected") result.passed += 1;
      else if (test.status === "skipped") {
        const note = test.annotations?.find(({ type }) => SKIP_KINDS.includes(type));
        result.skipped.push({ where, reason: note?.description ?? "skipped by a condition of its own" });
      } else result.failed.push(`${where}: ${spec.title}${test.status === "flaky" ? " (flaky)" : ""}`);
    }
  for (const error of report.errors ?? []) result.failed.push(`e2e: ${error.message ?? "failed to load"}`);
  return result;
}

/** How many tests `playwright test --list --reporter=json` names. */
export function countListed(text) {
  try {
    return JSON.parse(text)
      .suites.flatMap(specsOf)
      .reduce((sum, spec) => sum + spec.tests.length, 0);
  } catch {
    return 0;
  }
}
