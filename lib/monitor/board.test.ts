import { describe, expect, it } from "vitest";
import type { SourceId } from "../api/schemas/common";
import type { BacklogRef, Reading } from "../source";
import { createBoard } from "./board";

const NOW = 1_800_000_000_000;
const refs = (source: SourceId, count: number): BacklogRef[] =>
  Array.from({ length: count }, (_, index) => ({ source, name: `n${index}` }));
const reading = (ref: BacklogRef, more: Partial<Reading> = {}): Reading => ({
  ref,
  waiting: 0,
  running: 0,
  failed: null,
  oldestSinceMs: null,
  counts: null,
  stream: null,
  told: "a",
  atMs: NOW,
  dueMs: null,
  quality: {},
  ...more,
});
const choice = { nowMs: NOW, watching: true, intervalMs: 2_000, rereadMs: 10_000, hot: new Set<string>() };
const counted = (chosen: readonly BacklogRef[]) => ({
  rq: chosen.filter(({ source }) => source === "rq").length,
  streams: chosen.filter(({ source }) => source === "streams").length,
});

describe("the choice of what to read", () => {
  const filled = (queues: number, groups: number) => {
    const board = createBoard(
      new Map<SourceId, number>([
        ["rq", 200],
        ["streams", 500],
      ]),
    );
    board.keep("streams", refs("streams", groups));
    board.keep("rq", refs("rq", queues));
    return { board, all: [...refs("streams", groups), ...refs("rq", queues)] };
  };

  it("gives every source its own budget, so that a thousand changed groups do not starve the queues", () => {
    const { board, all } = filled(300, 3_000);
    board.put(all.map((ref) => reading(ref)));
    board.noteChanged("all");
    const { rq, streams } = counted(board.choose(choice));
    expect(streams).toBeGreaterThanOrEqual(500);
    expect(streams).toBeLessThanOrEqual(510);
    expect(rq).toBeGreaterThanOrEqual(200);
    expect(rq).toBeLessThanOrEqual(210);
  });

  it("reads what is new of every source at once", () => {
    const { board } = filled(50, 3_000);
    expect(counted(board.choose(choice))).toEqual({ rq: 50, streams: 1_000 });
  });

  it("proves a few of every source, in turn, that changes are told", () => {
    const { board, all } = filled(25, 1_000);
    board.put(all.map((ref) => reading(ref)));
    const proved = new Set<string>();
    for (let tick = 0; tick < 3; tick += 1) {
      const chosen = board.choose(choice);
      expect(counted(chosen)).toEqual({ rq: 10, streams: 10 });
      for (const { source, name } of chosen) if (source === "rq") proved.add(name);
    }
    expect(proved.size).toBe(25);
  });

  it("reads in rotation where changes are not told, each source within the time", () => {
    const { board, all } = filled(50, 1_000);
    board.put(all.map((ref) => reading(ref)));
    expect(counted(board.choose({ ...choice, watching: false }))).toEqual({ rq: 10, streams: 200 });
  });
});

describe("the list of what exists", () => {
  it("keeps what is known of those that stay, and forgets those of the same source that are gone", () => {
    const board = createBoard(new Map([["streams", 10]]));
    const [first, second, third] = refs("streams", 3);
    if (!first || !second || !third) throw new Error("three");
    board.keep("streams", [first, second]);
    board.keep("rq", refs("rq", 2));
    board.put([reading(first)]);
    board.keep("streams", [first, third]);
    expect([...board.rows.keys()].sort()).toEqual(["rq:n0", "rq:n1", "streams:n0", "streams:n2"]);
    expect(board.rows.get("streams:n0")?.reading).not.toBeNull();
    expect(board.put([reading(second)])).toEqual([]);
  });
});

describe("what was told", () => {
  const ref: BacklogRef = { source: "streams", name: "s/g" };
  const board = () => {
    const made = createBoard(new Map([["streams", 10]]));
    made.keep("streams", [ref]);
    made.put([reading(ref)]);
    return made;
  };

  it("is doubted when a reading differs in it and nothing was told", () => {
    expect(board().put([reading(ref, { told: "b" })])).toHaveLength(1);
    const told = board();
    told.noteChanged([ref]);
    expect(told.put([reading(ref, { told: "b" })])).toEqual([]);
  });

  it("is not doubted for what changes silently, nor when the reading was due", () => {
    expect(board().put([reading(ref, { running: 3, waiting: 9 })])).toEqual([]);
    const due = board();
    due.put([reading(ref, { dueMs: NOW })]);
    expect(due.put([reading(ref, { told: "b" })])).toEqual([]);
  });

  it("stays true until it is due, unless it may change silently: then it is as old as its look", () => {
    const row = (more: Partial<Reading>) => {
      const made = board();
      made.put([reading(ref, { atMs: NOW, dueMs: NOW + 20_000, ...more })]);
      made.confirm(NOW + 10_000);
      return made.rows.get("streams:s/g")?.trueAtMs;
    };
    expect(row({})).toBe(NOW + 10_000);
    expect(row({ silent: true })).toBe(NOW);
  });
});
