import { describe, expect, it } from "vitest";
import type { Problem } from "../api/schemas/problems";
import { createMerge } from "./merge";

const group = (index: number): Problem => ({
  id: `group-no-consumers:orders/g${index}`,
  source: "streams",
  severity: "failing",
  since_ms: 1_000 + index,
  evidence: {
    kind: "group-no-consumers",
    stream: "orders",
    group: `g${index}`,
    lag: index,
    pending: 1,
    behind_ms: null,
  },
});
const queue = (index: number): Problem => ({
  id: `queue-no-worker:q${index}`,
  source: "rq",
  severity: "failing",
  since_ms: 2_000,
  evidence: {
    kind: "queue-no-worker",
    queue: `q${index}`,
    waiting: 2,
    oldest_ms: index,
    listened: ["other"],
    similar: null,
    last_worker: null,
    last_worker_left_ms: null,
    last_worker_died: false,
    suspended: false,
  },
});
const many = <T>(n: number, make: (index: number) => T): T[] =>
  Array.from({ length: n }, (_, index) => make(index));

describe("problems that are many alike", () => {
  it("stay single while they are few", () => {
    const open = [...many(5, group), ...many(5, queue)];
    expect(createMerge()(open)).toEqual(open);
  });

  it("are told as one, in the place of the first, with sums and the worst of them", () => {
    const open = [queue(0), ...many(34, group)];
    const told = createMerge()(open);
    expect(told.map(({ id }) => id)).toEqual(["queue-no-worker:q0", "groups-no-consumers:all"]);
    expect(told[1]).toMatchObject({
      source: "streams",
      severity: "failing",
      since_ms: 1_000,
      evidence: { total: 34, streams: 1, lag: (33 * 34) / 2, pending: 34 },
    });
    const { evidence } = told[1] ?? queue(0);
    if (evidence.kind !== "groups-no-consumers") throw new Error(evidence.kind);
    expect(evidence.groups).toHaveLength(20);
    expect(evidence.groups[0]?.group).toBe("g33");
  });

  it("keep one form while their number goes to and fro, and part when few are left", () => {
    const merge = createMerge();
    const kinds = (n: number) => new Set(merge(many(n, queue)).map(({ evidence }) => evidence.kind));
    expect(kinds(6)).toEqual(new Set(["queues-no-worker"]));
    expect(kinds(4)).toEqual(new Set(["queues-no-worker"]));
    expect(kinds(7)).toEqual(new Set(["queues-no-worker"]));
    expect(kinds(3)).toEqual(new Set(["queue-no-worker"]));
    expect(kinds(5)).toEqual(new Set(["queue-no-worker"]));
  });
});
