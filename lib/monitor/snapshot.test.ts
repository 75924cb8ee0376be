import { describe, expect, it } from "vitest";
import type { BacklogRow } from "../api/schemas/overview";
import { backlogRow, totals as totalsSchema } from "../api/schemas/overview";
import type { Problem } from "../api/schemas/problems";
import { type BacklogRef, backlogId, type Reading, streamBacklog } from "../source";
import type { Row } from "./board";
import { healthOf, queueInfosOf } from "./queue-contract";
import { recordOf } from "./record";
import { type Facts, rowOf as rowToSend } from "./snapshot";
import { backlogsOf, standingsOf, worstFirst, worstOf } from "./standings";
import { type TotalFacts, totalsOf } from "./totals";

const NOW = 1_800_000_000_000;

function rowOf(ref: BacklogRef, more: Partial<Reading> | null = {}): Row {
  const reading: Reading = {
    ref,
    waiting: 0,
    running: 0,
    failed: ref.source === "rq" ? 0 : null,
    oldestSinceMs: null,
    counts: null,
    stream: null,
    told: "",
    atMs: NOW,
    dueMs: null,
    quality: {},
    ...more,
  };
  return {
    ref,
    id: backlogId(ref),
    reading: more === null ? null : reading,
    trueAtMs: more === null ? 0 : NOW,
    readAtMs: NOW,
    changed: false,
  };
}

const queue = (name: string, more?: Partial<Reading> | null) => rowOf({ source: "rq", name }, more);

/** A group, or a stream without one. */
function group(stream: string, name: string | null, more: Partial<Reading> = {}, behindMs = 0): Row {
  const nothing = name === null ? { waiting: null, running: null } : {};
  return rowOf(streamBacklog(stream, name ?? undefined), {
    ...nothing,
    stream: {
      stream,
      group: name,
      length: 100,
      trimming: "growing",
      consumers: name === null ? null : 1,
      lag_reason: null,
      behind_ms: behindMs,
      pending_oldest_ms: behindMs,
    },
    ...more,
  });
}

const facts = (rows: Row[], problems: Problem[] = [], nowMs = NOW): Facts => ({
  nowMs,
  rows,
  crews: new Map(),
  crewTotals: new Map([
    ["rq", { live: 2, busy: 1, total: 3 }],
    ["streams", { live: 50, busy: 0, total: 50 }],
  ]),
  ratesOf: () => ({ rates: null, drain: () => ({ state: "measuring", seconds: null }), estimated: false }),
  totalRates: { rates: null, drain: () => ({ state: "measuring", seconds: null }) },
  runsLastHour: null,
  watchedSinceMs: NOW,
  waitingBefore: null,
  problems,
  told: problems,
  blind: false,
});
const totalFacts: TotalFacts = {
  nowMs: NOW,
  rates: null,
  drain: () => ({ state: "measuring", seconds: null }),
  runsLastHour: null,
  watchedSinceMs: NOW,
  waitingBefore: null,
  workers: { live: 2, busy: 1, total: 3 },
};
const rowsOf = (of: Facts): BacklogRow[] =>
  worstOf(standingsOf(of), 100).map((standing, rank) => rowToSend(standing, rank, of));
const totalsFor = (of: Facts) => totalsSchema.parse(totalsOf(standingsOf(of), totalFacts));

const dead: Problem = {
  id: "consumer-dead:s/g/c",
  source: "streams",
  severity: "degraded",
  since_ms: NOW,
  evidence: {
    kind: "consumer-dead",
    stream: "s",
    group: "g",
    consumer: "c",
    pending: 4,
    silent_ms: 90_000,
    usual_gap_ms: null,
    oldest_ms: 90_000,
    certain: true,
    alive: [],
    reclaimed: false,
  },
};

describe("rows of two systems", () => {
  it("give the group of a problem its state, and meet the schema", () => {
    const rows = rowsOf(facts([queue("mail"), group("s", "g", { running: 4 }), group("s", "h")], [dead]));
    for (const row of rows) backlogRow.parse(row);
    expect(rows.map(({ id, state }) => [id, state])).toEqual([
      ["streams:s/g", "degraded"],
      ["rq:mail", "ok"],
      ["streams:s/h", "ok"],
    ]);
    expect(backlogsOf(dead)).toEqual(["streams:s/g"]);
  });

  it("show a stream without a group as unknown, after all that is well; other unknown rows stay before", () => {
    const lost = queue("broken", { waiting: null, quality: { waiting: "unknown" } });
    const rows = rowsOf(facts([group("log", null), queue("mail"), lost, group("s", "g")]));
    expect(rows.map(({ id, state }) => [id, state])).toEqual([
      ["rq:broken", "unknown"],
      ["rq:mail", "ok"],
      ["streams:s/g", "ok"],
      ["streams:log", "unknown"],
    ]);
    expect(rows.at(-1)).toMatchObject({ waiting: null, running: null, workers_live: null, rank: 3 });
  });

  it("show what is wrong with a group whose lag nobody can tell", () => {
    const rows = rowsOf(facts([group("s", "g", { waiting: null, running: 4 })], [dead]));
    expect(rows[0]).toMatchObject({ state: "degraded", waiting: null, problem: "consumer-dead" });
  });

  it("are the worst hundred of many, in their order", () => {
    const many = Array.from({ length: 2_000 }, (_, index) =>
      group(`s${(index * 7919) % 2_000}`, "g", {
        waiting: index % 3 === 0 ? null : index % 50,
        running: index % 7,
        oldestSinceMs: NOW - (index % 40) * 1_000,
      }),
    );
    const all = standingsOf(facts(many));
    expect(worstOf(all, 100)).toEqual([...all].sort(worstFirst).slice(0, 100));
    expect(worstOf(all, 5_000)).toHaveLength(2_000);
  });

  it("age what is pending and unread as long as the row is known to be true", () => {
    const row = { ...group("s", "g", { waiting: 1 }, 5_000), trueAtMs: NOW + 3_000 };
    const [aged] = rowsOf(facts([row], [], NOW + 3_000));
    expect(aged?.stream).toMatchObject({ behind_ms: 8_000, pending_oldest_ms: 8_000 });
    const [idle] = rowsOf(facts([{ ...group("s", "g"), trueAtMs: NOW + 3_000 }], [], NOW + 3_000));
    expect(idle?.stream).toMatchObject({ behind_ms: 0, pending_oldest_ms: 0 });
  });
});

describe("totals of two systems", () => {
  it("count waiting and running of queues and groups, and leave out what can have neither", () => {
    const all = facts([
      queue("mail", { waiting: 3, running: 1, failed: 2, oldestSinceMs: NOW - 1_000 }),
      group("s", "g", { waiting: 10, running: 5, oldestSinceMs: NOW - 9_000 }),
      group("log", null),
    ]);
    expect(totalsFor(all)).toMatchObject({
      waiting: 13,
      running: 6,
      jobs_running: 1,
      failed: 2,
      queues: 1,
      groups: 1,
      streams_ungrouped: 1,
      backlogs: 3,
      workers_live: 2,
      oldest_ms: 9_000,
      oldest_backlog: "s/g",
      quality: {},
    });
  });

  it("say at least when a group's lag is not known, and nothing when no lag is", () => {
    const unknown = group("s", "h", { waiting: null, quality: { waiting: "unknown" } });
    const both = totalsFor(facts([group("s", "g", { waiting: 10 }), unknown]));
    expect(both).toMatchObject({ waiting: 10, quality: { waiting: "at_least" } });
    expect(totalsFor(facts([unknown])).waiting).toBeNull();
  });

  it("are short of what may not be read, and estimated as far as a part is", () => {
    const denied = group("secret", null);
    if (denied.reading?.stream) denied.reading.stream.lag_reason = "denied";
    const all = facts([group("s", "g", { waiting: 10 }), denied, group("log", null)]);
    expect(totalsFor(all)).toMatchObject({ waiting: 10, quality: { waiting: "at_least" } });
    expect(rowsOf(all).map(({ name }) => name)).toEqual(["secret", "s/g", "log"]);
    const about = group("s", "h", { waiting: 5, quality: { waiting: "estimated" } });
    expect(totalsFor(facts([about, denied]))).toMatchObject({
      waiting: 5,
      quality: { waiting: "estimated" },
    });
  });

  it("are zero, not unknown, where there are streams without groups alone", () => {
    const totals = totalsFor(facts([group("log", null)]));
    expect(totals).toMatchObject({ waiting: 0, running: 0, failed: 0, oldest_ms: 0, quality: {} });
  });
});

describe("the history of all together", () => {
  const flow = { in: 0, out: 0, failed: 0, delivered: 0 };
  const total = (rows: Row[]) =>
    recordOf(rows, { of: () => flow, total: () => flow }, () => null).total.waiting;

  it("has a gap while a row was never read, and leaves out what Redis does not tell", () => {
    const unknown = group("s", "h", { waiting: null });
    expect(total([queue("mail", { waiting: 3 }), unknown, group("log", null)])).toBe(3);
    expect(total([queue("mail", { waiting: 3 }), queue("new", null)])).toBeNull();
    expect(total([unknown])).toBeNull();
    expect(total([])).toBe(0);
  });
});

describe("the answers of queue/info and queue/health", () => {
  it("speak of RQ alone", () => {
    const all = facts([queue("mail", { waiting: 3 }), group("s", "g", { waiting: 10 })]);
    const standings = standingsOf(all);
    expect(queueInfosOf(standings, all, NOW).map(({ name }) => name)).toEqual(["mail"]);
    const problems: Problem[] = [{ ...dead, severity: "failing" }];
    expect(
      healthOf({ standings, problems, unknown: null, workers: { live: 2, busy: 1, total: 3 }, ageMs: 5 }),
    ).toEqual({
      status: "ok",
      problems: 0,
      queues: 1,
      workers: 2,
      waiting: 3,
      failed: 0,
      age_ms: 5,
      detail: null,
    });
  });
});
