import { describe, expect, it } from "vitest";
import { backlogData, bars, bucketLabel, lastMinute, partsData } from "@/components/groups/chart-data";
import { whyText } from "@/components/groups/consumer-state";
import { worstFirst } from "@/components/groups/consumer-table";
import { rowsOf } from "@/components/groups/pending-list";
import { verdictLine } from "@/components/groups/verdict";
import type { History } from "@/lib/api/schemas/history";
import type { Consumer, GroupDetail, PendingPage } from "@/lib/api/schemas/streams";
import { createFormat } from "@/lib/i18n/format";
import { groupsWords } from "@/lib/i18n/words/groups";

const w = groupsWords.en;
const format = createFormat("en");

function consumer(name: string, facts: Partial<Consumer> = {}): Consumer {
  return {
    name,
    state: "alive",
    pending: 0,
    oldest_ms: null,
    oldest_id: null,
    idle_ms: 300,
    inactive_ms: 300,
    usual_gap_ms: 2_000,
    dead_after_ms: 60_000,
    acked_per_s: null,
    share: null,
    reread_seen_ms: null,
    ...facts,
  };
}

function detail(facts: Partial<GroupDetail> = {}): GroupDetail {
  return {
    stream: "tarefas",
    group: "g",
    state: "ok",
    lag: { value: 0, quality: "exact", low: null, high: null, reason: null },
    pending: 0,
    behind_ms: 0,
    ids_are_times: true,
    last_delivered_id: "5-0",
    lost: 0,
    lost_quality: "exact",
    pending_oldest_ms: null,
    pending_oldest_id: null,
    redelivered: 0,
    max_deliveries: 0,
    poison: 0,
    consumers: [consumer("worker_1")],
    consumers_complete: true,
    histogram: null,
    reclaiming: { seen_ms: null, min_idle_ms: null },
    length: 5,
    trimming: "unknown",
    memory_bytes: null,
    memory_trusted: false,
    dead_letters: null,
    tells_inactive: true,
    redis_version: "7.4.1",
    at_ms: 1_000_000,
    ...facts,
  };
}

function history(parts: History["parts"], series: History["series"] = []): History {
  return {
    window: "15m",
    start_ms: 0,
    step_ms: 10_000,
    points: 3,
    watched_since_ms: 0,
    series,
    backlogs: [],
    parts,
  };
}

describe("the line beside a group's name", () => {
  it("tells of the dead before anything else", () => {
    const consumers = [
      consumer("a", { state: "dead", pending: 3 }),
      consumer("b", { state: "stuck", pending: 1 }),
    ];
    expect(verdictLine(detail({ consumers, pending: 4 }), undefined, w.stateLine)).toEqual({
      state: "failing",
      text: "1\u00a0consumer dead",
    });
  });

  it("says stalled or dead where Redis cannot tell them apart", () => {
    const consumers = [consumer("a", { state: "stalled", pending: 3 })];
    expect(verdictLine(detail({ consumers, pending: 3 }), undefined, w.stateLine).text).toBe(
      "1\u00a0consumer stalled or dead",
    );
  });

  it("sees that nobody reads a group that has something to do, also when its lag is unknown", () => {
    const lag = { value: null, quality: "unknown", low: null, high: null, reason: "deleted-ahead" } as const;
    expect(verdictLine(detail({ consumers: [], lag }), undefined, w.stateLine).text).toBe(w.stateLine.nobody);
    expect(verdictLine(detail({ consumers: [] }), undefined, w.stateLine).text).toBe(w.stateLine.idle);
  });

  it("is never well before anything was read", () => {
    expect(verdictLine(undefined, undefined, w.stateLine).state).toBe("unknown");
    expect(verdictLine(detail({ state: "unknown" }), undefined, w.stateLine).state).toBe("unknown");
  });
});

describe("why a consumer is said to be dead", () => {
  const gone = consumer("worker_2", { state: "dead", pending: 12, idle_ms: 250_000, inactive_ms: 252_000 });

  it("is its silence, by its latest sign of life", () => {
    expect(whyText(gone, true, w, format)).toBe("silent 4\u00a0m\u00a010\u00a0s, usually 2\u00a0s");
  });

  it("claims no silence where Redis tells only the last delivery", () => {
    const stalled = { ...gone, state: "stalled" as const, inactive_ms: null };
    expect(whyText(stalled, false, w, format)).toMatch(/^given nothing for 4/);
  });
});

it("puts the dead first, whatever others hold", () => {
  const list = [
    consumer("busy", { pending: 900 }),
    consumer("gone", { state: "dead", pending: 1 }),
    consumer("idle"),
  ];
  expect(worstFirst(list).map(({ name }) => name)).toEqual(["gone", "busy", "idle"]);
});

describe("the charts of a group", () => {
  const parts = [
    { key: "worker_2", held: [1, 2, 3], oldest_ms: [null, 10, 20] },
    { key: "", held: [7, 7, 7], oldest_ms: [5, 5, 5] },
    { key: "worker_1", held: [4, 5, 6], oldest_ms: [1, 1, 1] },
  ];

  it("keep order and colours of consumers while the same ones are shown", () => {
    const text = { other: "other", write: (name: string) => name };
    const one = partsData(history(parts), "held", new Set(["worker_2"]), text);
    const two = partsData(history([...parts].reverse()), "held", new Set(["worker_2"]), text);
    expect(one.series.map(({ key, color }) => [key, color])).toEqual(
      two.series.map(({ key, color }) => [key, color]),
    );
    expect(one.series.map(({ label }) => label)).toEqual(["worker_1", "worker_2", "other"]);
    expect(one.series[1]?.color).toBe("var(--crit)");
    expect(new Set(one.series.map(({ color }) => color)).size).toBe(3);
  });

  it("leave what nobody saw a gap", () => {
    const data = partsData(history(parts), "oldest_ms", new Set(), { other: "other", write: (name) => name });
    expect(data.series.find(({ key }) => key === "worker_2")?.values).toEqual([null, 10, 20]);
    expect(
      backlogData(history([]), { lag: "lag", pending: "pending" }).series.map(({ values }) => values),
    ).toEqual([[], []]);
  });

  it("take the newest minute as the pace, and nothing as unknown", () => {
    const series = [{ key: "delivered_per_s", values: [100, 1, 2, 3, null, 2, 2] }];
    expect(lastMinute(history([], series), "delivered_per_s")).toBe(2);
    expect(lastMinute(history([], series), "out_per_s")).toBeNull();
    expect(lastMinute(undefined, "out_per_s")).toBeNull();
  });

  it("name classes of age in their own units", () => {
    const label = (from: number, to: number | null) => bucketLabel({ from, to });
    expect(label(0, 1_000)).toBe("<1s");
    expect(label(1_000, 10_000)).toBe("1–10s");
    expect(label(10_000, 60_000)).toBe("10s–1m");
    expect(label(1_800_000, 7_200_000)).toBe("30m–2h");
    expect(label(86_400_000, null)).toBe(">1d");
  });

  it("mark what is older than a dead consumer may be, and nothing where all live", () => {
    const histogram = {
      buckets: [
        { from: 10_000, to: 60_000, count: 1 },
        { from: 60_000, to: 300_000, count: 12 },
      ],
      sampled: 13,
      total: 13,
    };
    const gone = [consumer("a", { state: "dead", pending: 12 })];
    expect(bars(detail({ histogram, consumers: gone })).map(({ color }) => color)).toEqual([
      "var(--stream)",
      "var(--crit)",
    ]);
    expect(bars(detail({ histogram })).map(({ color }) => color)).toEqual(["var(--stream)", "var(--stream)"]);
  });
});

it("lists a pending entry that two pages hold once, and counts its idle time from when it was read", () => {
  const item = {
    id: "1-0",
    stream: "s",
    group: "g",
    at_ms: 1,
    consumer: "c",
    idle_ms: 400,
    deliveries: 1,
    fields: [],
    fields_total: 0,
  };
  const page: PendingPage = {
    items: [item],
    next_cursor: null,
    total: 1,
    scanned: 1,
    fields_denied: false,
    at_ms: 1_000,
  };
  expect(rowsOf([page, page])).toMatchObject([{ id: "1-0", given_ms: 600 }]);
});
