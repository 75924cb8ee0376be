import { expect, it } from "vitest";
import type { BacklogRow, Overview } from "../api/schemas/overview";
import { createChanges } from "./changes";
import { createHub, frameOf } from "./hub";

const row = (name: string, more: Partial<BacklogRow> = {}): BacklogRow => ({
  id: `rq:${name}`,
  source: "rq",
  name,
  state: "ok",
  problem: null,
  rank: 0,
  waiting: 1,
  running: 0,
  failed: 0,
  oldest_ms: 1_000,
  in_per_s: 0,
  out_per_s: 0,
  failed_per_min: 0,
  drain: "never",
  drain_s: null,
  workers_live: 0,
  workers_busy: 0,
  counts: null,
  stream: null,
  at_ms: 10_000,
  quality: {},
  ...more,
});
/** Only the fields that the frame is made from matter here. */
const overview = (tick: number, rows: BacklogRow[]) => ({ tick, rows }) as unknown as Overview;
const parse = (frame: string) => {
  const [event = "", , data = ""] = frame.split("\n");
  return { event: event.slice(7), ...JSON.parse(data.slice(6)) };
};

it("sends rows that changed and names those that left", () => {
  const changes = createChanges();
  changes.frame(overview(1, [row("a"), row("b")]));
  const frame = parse(changes.frame(overview(2, [row("a", { waiting: 2 })])));
  expect(frame).toMatchObject({ event: "tick", tick: 2, base_tick: 1, removed: ["rq:b"] });
  expect(frame.changed.map((changed: BacklogRow) => changed.name)).toEqual(["a"]);
});

it("does not take growing older for a change, and says in time that a row is still true", () => {
  const changes = createChanges();
  changes.frame(overview(1, [row("a")]));
  const older = (ms: number) => row("a", { at_ms: 10_000 + ms, oldest_ms: 1_000 + ms });
  expect(parse(changes.frame(overview(2, [older(2_000)]))).changed).toEqual([]);
  expect(parse(changes.frame(overview(3, [older(4_000)]))).changed).toEqual([]);
  expect(parse(changes.frame(overview(4, [older(9_000)]))).changed).toHaveLength(1);
  expect(parse(changes.frame(overview(5, [older(11_000)]))).changed).toEqual([]);
});

it("does not take a group's older messages for a change", () => {
  const changes = createChanges();
  const group = (ms: number, pendingSince = 500) =>
    row("s/g", {
      source: "streams",
      at_ms: 10_000 + ms,
      oldest_ms: 1_000 + ms,
      stream: {
        stream: "s",
        group: "g",
        length: 10,
        trimming: "growing",
        consumers: 1,
        lag_reason: null,
        behind_ms: 1_000 + ms,
        pending_oldest_ms: 10_000 + ms - pendingSince,
      },
    });
  changes.frame(overview(1, [group(0)]));
  expect(parse(changes.frame(overview(2, [group(2_000)]))).changed).toEqual([]);
  expect(parse(changes.frame(overview(3, [group(4_000, 700)]))).changed).toHaveLength(1);
});

it("asks to fetch the overview when the changes are larger than 64 kB", () => {
  const changes = createChanges();
  const many = Array.from({ length: 100 }, (_, index) => row(`${index}${"x".repeat(600)}`));
  expect(parse(changes.frame(overview(1, many)))).toEqual({ event: "reset", tick: 1 });
});

it("hands every subscriber the same text, greets new ones, and forgets those that left", () => {
  const hub = createHub();
  const heard: string[][] = [[], []];
  const ends = heard.map((list) =>
    hub.subscribe(
      (text) => list.push(text),
      () => "hello",
    ),
  );
  hub.publish("one");
  ends[0]?.();
  ends[0]?.();
  hub.publish("two");
  expect(heard).toEqual([
    ["hello", "one"],
    ["hello", "one", "two"],
  ]);
  hub.close();
  expect(hub.size()).toBe(0);
});

it("writes frames that an EventSource reads, whatever the data holds", () => {
  expect(frameOf("tick", 7, { text: "a\nb" })).toBe('event: tick\nid: 7\ndata: {"text":"a\\nb"}\n\n');
});
