import { expect, it } from "vitest";
import type { Flow, Source } from "../source";
import { createFlows } from "./flows";

// Only the counters are asked for.
const telling = (flow: Flow): Source[] => [
  {
    flows: () => ({ total: flow, byBacklog: new Map([["rq:q", { flow, quality: "exact" as const }]]) }),
  } as unknown as Source,
];
const at = (flow: Partial<Flow>) => telling({ in: 0, out: 0, failed: 0, delivered: 0, ...flow });

it("spreads a backlog's first job over the time in which it was seen to stand still", () => {
  const flows = createFlows();
  for (let second = 0; second <= 20; second += 2) flows.note(at({}), 1_000_000 + second * 1_000);
  flows.note(at({ in: 1, out: 1 }), 1_022_000);
  expect(flows.ratesOf("rq:q").rates?.inPerS).toBeCloseTo(1 / 22, 3);
});

it("looks back one minute and not further", () => {
  const flows = createFlows();
  for (let second = 0; second <= 300; second += 2) flows.note(at({}), 1_000_000 + second * 1_000);
  flows.note(at({ in: 6 }), 1_302_000);
  expect(flows.ratesOf("rq:q").rates?.inPerS).toBeCloseTo(0.1, 3);
});

it("says nothing of a backlog that moved before the first look", () => {
  const flows = createFlows();
  flows.note(at({ in: 5 }), 1_000_000);
  expect(flows.ratesOf("rq:q").rates).toBeNull();
});
