import { describe, expect, it } from "vitest";
import { oldestOf } from "@/components/overview/backlog-columns";
import { consumersOf } from "@/components/overview/consumers";
import { pendingFits } from "@/components/pending/filter";
import { backlogHref, groupHref, streamHref } from "@/components/shell/hrefs";
import { bestNamed, placesOf } from "@/components/shell/search-match";
import { plainBacklog } from "@/components/streams/backlog-name";
import { searchText } from "@/components/streams/discovery-line";
import { beyondColumns } from "@/components/streams/entry-table";
import { lagText, lagWhy } from "@/components/streams/lag-value";
import { rangeOf } from "@/components/streams/queries";
import { readable } from "@/components/streams/readable";
import { redisCli } from "@/components/streams/redis-cli";
import { placeOf } from "@/components/streams/seek";
import { matching } from "@/components/streams/stream-filter";
import { sortValue } from "@/components/streams/stream-table";
import { atParser } from "@/components/streams/url-state";
import { columnsOf } from "@/components/streams/use-entry-pages";
import type { Overview } from "@/lib/api/schemas/overview";
import type { Entry, FieldPart, Lag, PendingEntry, StreamRow } from "@/lib/api/schemas/streams";
import { createFormat } from "@/lib/i18n/format";
import { streamsWords } from "@/lib/i18n/words/streams";

const format = createFormat("en");
const w = streamsWords.en;

const text = (value: string, over: Partial<FieldPart> = {}): FieldPart => ({
  text: value,
  hex: null,
  bytes: value.length,
  cut: false,
  ...over,
});
const lag = (over: Partial<Lag>): Lag => ({
  value: null,
  quality: "unknown",
  low: null,
  high: null,
  reason: null,
  ...over,
});
const group = (name: string, over: Partial<StreamRow["groups"][number]> = {}) => ({
  group: name,
  state: "ok" as const,
  problem: null,
  lag: lag({ value: 0, quality: "exact" }),
  pending: 0,
  behind_ms: 0,
  consumers: 1,
  in_per_s: 0,
  out_per_s: 0,
  ...over,
});
const row = (stream: string, groups: StreamRow["groups"] = []): StreamRow => ({
  stream,
  state: "ok",
  length: 1,
  in_per_s: 0,
  groups,
  trimming: "unknown",
  lag: 0,
  pending: 0,
  at_ms: 0,
});

describe("what somebody types to find a place in a stream", () => {
  const nowMs = Date.UTC(2026, 2, 4, 14, 30);

  it("takes an ID as it is, however large, and Unix milliseconds", () => {
    expect(placeOf(" 18446744073709551615-3 ", "UTC", nowMs)).toBe("18446744073709551615-3");
    expect(placeOf("5-0", "UTC", nowMs)).toBe("5-0");
    expect(placeOf("1732286278412", "UTC", nowMs)).toBe("1732286278412");
  });

  it("takes a time of the clock as the last one that has been", () => {
    expect(placeOf("14:02", "UTC", nowMs)).toBe(String(Date.UTC(2026, 2, 4, 14, 2)));
    expect(placeOf("15:00:30", "UTC", nowMs)).toBe(String(Date.UTC(2026, 2, 3, 15, 0, 30)));
  });

  it("reads times in the zone that the page writes them in, also across a change of the clocks", () => {
    expect(placeOf("2026-03-04 14:02", "America/Sao_Paulo", nowMs)).toBe(String(Date.UTC(2026, 2, 4, 17, 2)));
    expect(placeOf("04/03/2026 14:02:07", "America/Sao_Paulo", nowMs)).toBe(
      String(Date.UTC(2026, 2, 4, 17, 2, 7)),
    );
    expect(placeOf("2026-03-29 03:30", "Europe/Berlin", nowMs)).toBe(String(Date.UTC(2026, 2, 29, 1, 30)));
  });

  it("takes a day as its beginning", () => {
    expect(placeOf("2026-03-04", "UTC", nowMs)).toBe(String(Date.UTC(2026, 2, 4)));
  });

  it.each(["", "yesterday", "25:00", "14:75", "2026-02-30", "2026-13-01", "12", "1-2-3"])(
    "says that %j is no place",
    (typed) => {
      expect(placeOf(typed, "UTC", nowMs)).toBeNull();
    },
  );

  it("survives the URL", () => {
    for (const place of ["1732286278412-0", "1732286278412"])
      expect(atParser.parse(atParser.serialize(place))).toBe(place);
    expect(atParser.parse("../x")).toBeNull();
  });

  it("begins a list at it, whichever way the list goes", () => {
    expect(rangeOf({ at: "5-0", order: "newest" })).toEqual({ to: "5-0" });
    expect(rangeOf({ at: "5-0", order: "oldest" })).toEqual({ from: "5-0" });
    expect(rangeOf({ at: null, order: "newest" })).toEqual({});
  });
});

describe("a lag", () => {
  it("is exact without a mark, and never 0 when it is unknown", () => {
    expect(lagText(lag({ value: 300, quality: "exact" }), format)).toBe("300");
    expect(lagText(lag({}), format)).toBe("?");
    expect(lagWhy(lag({ value: 300, quality: "exact" }), w, format)).toBeUndefined();
  });

  it("shows what is known of it, and why there is no more", () => {
    const bounded = lag({ low: 45, high: 47, reason: "deleted-ahead" });
    expect(lagText(bounded, format)).toBe("45–47");
    expect(lagWhy(bounded, w, format)).toBe(
      "between 45 and 47: entries were deleted that the group had not read",
    );
    expect(lagText(lag({ low: 3 }), format)).toBe("≥\u202f3");
    expect(lagText(lag({ value: 24, quality: "estimated" }), format)).toBe("≈\u202f24");
  });
});

describe("the value of an entry", () => {
  it("shows JSON on several lines with its own digits and repeated keys", () => {
    expect(readable(text('{"a":12345678901234567890,"a":1.0,"b":[],"c":["x,{y"]}'))).toBe(
      '{\n  "a": 12345678901234567890,\n  "a": 1.0,\n  "b": [],\n  "c": [\n    "x,{y"\n  ]\n}',
    );
  });

  it("leaves text alone that only looks like JSON, or that was cut", () => {
    expect(readable(text("{not json"))).toBe("{not json");
    expect(readable(text('{"a":1', { cut: true, bytes: 99 }))).toBe('{"a":1');
  });

  it("shows bytes that are no text as lines of hex", () => {
    const bytes = text("", { text: null, hex: "00".repeat(17), bytes: 17 });
    expect(readable(bytes).split("\n")).toHaveLength(2);
  });
});

describe("columns of entries", () => {
  const entry = (...names: string[]): Entry => ({
    id: "1-0",
    at_ms: null,
    fields: names.map((name) => ({ name: text(name), value: text("x") })),
    fields_total: names.length,
  });

  it("are those of all pages, in the order of their first appearance, twelve at most", () => {
    expect(columnsOf([{ columns: ["b", "a"] }, { columns: ["a", "c"] }])).toEqual(["b", "a", "c"]);
    const many = Array.from({ length: 20 }, (_, i) => `f${i}`);
    expect(columnsOf([{ columns: many }])).toHaveLength(12);
  });

  it("leave nothing out without a word", () => {
    expect(beyondColumns(entry("a", "b", "c"), ["a"])).toBe(2);
    expect(beyondColumns({ ...entry("a"), fields_total: 500 }, ["a"])).toBe(499);
    expect(beyondColumns(entry("a", "a"), ["a"])).toBe(0);
  });
});

describe("names of streams and groups", () => {
  it("are written as stream › group, whatever bytes they stand for", () => {
    expect(plainBacklog("tarefas/processar_ocorrencias")).toBe("tarefas › processar_ocorrencias");
    expect(plainBacklog("b64:Zv9v/g")).toBe("f⟨\\xff⟩o › g");
    expect(plainBacklog("default")).toBe("default");
  });

  it("lead to their pages", () => {
    expect(streamHref("a b", { at: "5-0" })).toBe("/streams/a%20b?at=5-0");
    expect(groupHref("s", "g", { tab: "pending", consumer: "w&1", deliveries: 5 })).toBe(
      "/streams/s/g?tab=pending&consumer=w%261&deliveries=5",
    );
    const stream = {
      stream: "s",
      length: 1,
      trimming: "unknown" as const,
      consumers: null,
      lag_reason: null,
      behind_ms: null,
      pending_oldest_ms: null,
    };
    expect(backlogHref({ name: "s", stream: { ...stream, group: null } })).toBe("/streams/s");
    expect(backlogHref({ name: "s/g", stream: { ...stream, group: "g" } })).toBe("/streams/s/g");
    expect(backlogHref({ name: "default", stream: null })).toBe("/queues/default");
  });

  it("are put into a command only where they can be typed", () => {
    expect(redisCli("redis://h:6379/0", "XADD", "it's", "*", "a", "b")).toBe(
      `redis-cli -u redis://h:6379/0 XADD 'it'\\''s' '*' a b`,
    );
    expect(redisCli("redis://h:6379/0", "XADD", "b64:Zv9v", "*")).toBeNull();
  });
});

describe("finding streams", () => {
  const rows = [row("tarefas", [group("processar"), group("arquivar")]), row("eventos")];

  it("searches streams and their groups on their own", () => {
    const found = (wanted: string) => bestNamed(placesOf(rows), wanted).map(({ name }) => name);
    expect(found("proc")).toEqual(["tarefas/processar"]);
    expect(found("tarefas")).toEqual(["tarefas", "tarefas/arquivar", "tarefas/processar"]);
    expect(found("tarefas › arq")).toEqual(["tarefas/arquivar"]);
  });

  it("filters the list by the name of a stream or of a group", () => {
    expect(matching(rows, "ARQ").map(({ stream }) => stream)).toEqual(["tarefas"]);
    expect(matching(rows, " ")).toHaveLength(2);
  });

  it("sorts what nobody can know last: a stream without a group has no lag", () => {
    expect(sortValue(row("eventos"), "lag")).toBeNull();
    expect(sortValue(row("tarefas", [group("a", { behind_ms: null })]), "behind")).toBeNull();
    expect(sortValue(row("t", [group("a", { behind_ms: 5 }), group("b", { behind_ms: 9 })]), "behind")).toBe(
      9,
    );
  });

  it("says how far the first search is, and nothing once it is done or denied", () => {
    const discovery = { streams: 812, awaited: [], pass: 0.43, complete: false, denied: false };
    expect(searchText(discovery, w.discovery, format)).toBe(
      "searching for streams: 43\u00a0% of the keyspace seen, 812 found",
    );
    expect(searchText({ ...discovery, complete: true }, w.discovery, format)).toBeNull();
    expect(searchText({ ...discovery, denied: true }, w.discovery, format)).toBeNull();
  });
});

describe("a group in the overview", () => {
  const stream = {
    stream: "s",
    group: "g",
    length: 1,
    trimming: "unknown" as const,
    consumers: 2,
    lag_reason: null,
    behind_ms: 0,
    pending_oldest_ms: 252_000,
  };

  it("is as old as its oldest message, undelivered or pending", () => {
    expect(oldestOf({ oldest_ms: 18_000, stream })).toEqual({ ms: 252_000, atLeast: false });
    expect(oldestOf({ oldest_ms: 0, stream: { ...stream, pending_oldest_ms: 0 } }).ms).toBe(0);
    expect(oldestOf({ oldest_ms: 18_000, stream: null })).toEqual({ ms: 18_000, atLeast: false });
  });

  it("is never called done while one of the two is unknown", () => {
    expect(oldestOf({ oldest_ms: null, stream })).toEqual({ ms: 252_000, atLeast: true });
    expect(oldestOf({ oldest_ms: null, stream: { ...stream, pending_oldest_ms: 0 } }).ms).toBeNull();
  });

  it("counts its consumers only where every row is there and tells", () => {
    const row = { stream, workers_live: 1 } as Overview["rows"][number]; // what the sum looks at
    expect(consumersOf({ rows: [row], rows_total: 1 })).toEqual({ live: 1, total: 2 });
    expect(consumersOf({ rows: [row], rows_total: 2 })).toBeNull();
    expect(consumersOf({ rows: [{ ...row, workers_live: null }], rows_total: 1 })).toBeNull();
  });
});

describe("the filter of pending messages", () => {
  const entry: PendingEntry = {
    id: "5-0",
    stream: "tarefas",
    group: "processar",
    at_ms: null,
    consumer: null,
    idle_ms: null,
    deliveries: 1,
    fields: [{ name: text("tipo"), value: text("Entrega") }],
    fields_total: 1,
  };

  it("looks at names and fields, and at an entry that is gone", () => {
    expect(pendingFits(entry, "entrega")).toBe(true);
    expect(pendingFits(entry, "proc")).toBe(true);
    expect(pendingFits(entry, "nobody")).toBe(false);
    expect(pendingFits({ ...entry, fields: null }, "5-0")).toBe(true);
  });
});
