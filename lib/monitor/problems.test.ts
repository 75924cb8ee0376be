import { expect, it } from "vitest";
import type { Problem } from "../api/schemas/problems";
import { createProblems } from "./problems";

const problem = (id: string, since_ms: number, severity: Problem["severity"] = "failing"): Problem => ({
  id,
  source: "rq",
  severity,
  since_ms,
  evidence: { kind: "data-stale", label: id, last_good_ms: null },
});
const ids = (problems: readonly Problem[]) => problems.map(({ id }) => id);

it("opens a problem after two judgements that agree and keeps the moment of the first", () => {
  const problems = createProblems();
  expect(problems.judge([problem("a", 10)])).toEqual([]);
  expect(problems.judge([problem("a", 20)])).toMatchObject([{ id: "a", since_ms: 10 }]);
});

it("takes an earlier beginning when the evidence tells of one", () => {
  const problems = createProblems();
  problems.judge([problem("a", 20)]);
  expect(problems.judge([problem("a", 5)])).toMatchObject([{ since_ms: 5 }]);
});

it("forgets a suspicion that one judgement did not confirm", () => {
  const problems = createProblems();
  problems.judge([problem("a", 10)]);
  problems.judge([]);
  expect(problems.judge([problem("a", 30)])).toEqual([]);
});

it("closes a problem after three good judgements, not after two", () => {
  const problems = createProblems();
  problems.judge([problem("a", 10)]);
  problems.judge([problem("a", 10)]);
  expect(ids(problems.judge([]))).toEqual(["a"]);
  expect(ids(problems.judge([]))).toEqual(["a"]);
  expect(ids(problems.judge([problem("a", 50)]))).toEqual(["a"]);
  problems.judge([]);
  problems.judge([]);
  expect(problems.judge([])).toEqual([]);
});

it("puts failing before degraded and the longest first", () => {
  const problems = createProblems();
  const found = [problem("young", 30), problem("slow", 1, "degraded"), problem("old", 20)];
  problems.judge(found);
  expect(ids(problems.judge(found))).toEqual(["old", "young", "slow"]);
});
