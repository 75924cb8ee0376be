import { describe, expect, it } from "vitest";
import { applyTick, asUnknown } from "@/components/live/apply-tick";
import { bestNamed, looksLikeJobId } from "@/components/shell/search-match";
import { sorted } from "@/components/shell/sort";
import { inShownOrder } from "@/components/ui/steady-order";
import type { BacklogRow, Overview, TickEvent } from "@/lib/api/schemas/overview";

function row(name: string, rank: number, waiting: number | null = 0): BacklogRow {
  return {
    id: `rq:${name}`,
    source: "rq",
    name,
    state: "ok",
    problem: null,
    rank,
    waiting,
    running: 0,
    failed: 0,
    oldest_ms: 0,
    in_per_s: 0,
    out_per_s: 0,
    failed_per_min: 0,
    drain: "empty",
    drain_s: null,
    workers_live: 1,
    workers_busy: 0,
    counts: null,
    stream: null,
    at_ms: 0,
    quality: {},
  };
}

function overview(tick: number, rows: BacklogRow[]): Overview {
  return {
    tick,
    at_ms: 0,
    server_now_ms: 0,
    interval_ms: 2_000,
    stale_since_ms: null,
    connection: {
      id: "main",
      label: "redis://localhost:6379/0",
      phase: "up",
      since_ms: 0,
      trouble: null,
      denied_command: null,
      next_try_at_ms: null,
      redis_version: "7.0.15",
      latency_ms: 0.4,
      ops_per_s: 10,
      used_memory_bytes: null,
      max_memory_bytes: null,
      clock_skew_ms: 0,
      read_only: null,
    },
    verdict: { state: "ok", failing: 0, degraded: 0, unknown: null },
    problems: [],
    problems_total: 0,
    totals: {
      waiting: 0,
      running: 0,
      jobs_running: 0,
      failed: 0,
      waiting_change_10m: 0,
      oldest_ms: 0,
      oldest_backlog: null,
      in_per_s: 0,
      out_per_s: 0,
      failed_per_min: 0,
      drain: "empty",
      drain_s: null,
      failed_last_hour: 0,
      runs_last_hour: 0,
      watched_since_ms: 0,
      workers_live: 1,
      workers_busy: 0,
      workers_total: 1,
      backlogs: rows.length,
      queues: rows.length,
      groups: 0,
      streams_ungrouped: 0,
      fresh: rows.length,
      quality: {},
    },
    rows,
    rows_total: rows.length,
    discovery: { streams: 0, awaited: [], pass: null, complete: true, denied: false },
    nothing_found: null,
  };
}

function tick(base: number, changed: BacklogRow[], removed: string[] = []): TickEvent {
  const { rows: _, ...rest } = overview(base + 1, []);
  return { ...rest, base_tick: base, changed, removed };
}

describe("a tick", () => {
  it("changes, adds and removes rows, and keeps the others as the same objects", () => {
    const [a, b, c] = [row("a", 0), row("b", 1), row("c", 2)];
    const next = applyTick(overview(7, [a, b, c]), tick(7, [row("b", 3, 5), row("d", 1)], ["rq:c"]));
    expect(next?.tick).toBe(8);
    expect(next?.rows.map(({ name }) => name)).toEqual(["a", "d", "b"]);
    expect(next?.rows[0]).toBe(a);
  });

  it("is refused when it builds on another state", () => {
    expect(applyTick(overview(7, []), tick(9, []))).toBeNull();
  });

  it("leaves nothing green once the page cannot be trusted", () => {
    const lost = asUnknown(overview(7, [row("a", 0)]));
    expect(lost.verdict).toMatchObject({ state: "unknown", unknown: "stale" });
    expect(lost.rows.map(({ state }) => state)).toEqual(["unknown"]);
  });
});

describe("a table that somebody points at", () => {
  const key = (text: string) => text;

  it("keeps its order, adds new rows at the end and counts what would move", () => {
    expect(inShownOrder(["a", "b", "c"], ["c", "d", "a", "b"], key)).toEqual({
      rows: ["a", "b", "c", "d"],
      moved: 4,
    });
    expect(inShownOrder(["a", "b"], ["a", "b"], key).moved).toBe(0);
    expect(inShownOrder(["a", "gone", "b"], ["a", "b"], key)).toEqual({ rows: ["a", "b"], moved: 0 });
  });
});

describe("sorting", () => {
  it("puts what is not known last, whichever way", () => {
    const rows = [row("a", 0, null), row("b", 1, 3), row("c", 2, 9)];
    const names = (descending: boolean) =>
      sorted(rows, { column: "waiting", descending }, ({ waiting }) => waiting).map(({ name }) => name);
    expect(names(true)).toEqual(["c", "b", "a"]);
    expect(names(false)).toEqual(["b", "c", "a"]);
  });
});

describe("the search box", () => {
  it("knows RQ's own ids", () => {
    expect(looksLikeJobId("6a4f0d7e-0000-4000-8000-000000000000")).toBe(true);
    expect(looksLikeJobId("default")).toBe(false);
  });

  it("finds the exact name first, then beginnings, then the shortest", () => {
    const queues = ["low-mail", "mail-high", "mail", "other", "my-mail-2"].map((name) => ({ name }));
    expect(bestNamed(queues, "Mail").map(({ name }) => name)).toEqual([
      "mail",
      "mail-high",
      "low-mail",
      "my-mail-2",
    ]);
  });
});
