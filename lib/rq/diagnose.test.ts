import { describe, expect, it } from "vitest";
import type { FailureGroup, Worker } from "../api/schemas/jobs";
import type { Reading } from "../source";
import { diagnoseRq, type RqFacts, workersMissing } from "./diagnose";

const NOW = 1_800_000_000_000;

const reading = (name: string, waiting: number, ageMs: number, failed = 0): [string, Reading] => [
  `rq:${name}`,
  {
    ref: { source: "rq", name },
    waiting,
    running: 0,
    failed,
    oldestSinceMs: waiting === 0 ? null : NOW - ageMs,
    counts: null,
    stream: null,
    told: "",
    atMs: NOW,
    dueMs: null,
    quality: {},
  },
];

const worker = (name: string, queues: string[], alive = true): Worker => ({
  name,
  state: alive ? "idle" : "dead",
  alive,
  queues,
  hostname: null,
  pid: null,
  version: null,
  python_version: null,
  birth_ms: NOW,
  heartbeat_ms: NOW,
  heartbeat_due_ms: NOW,
  current_job: null,
  current_job_func: null,
  current_job_started_ms: null,
  successful_jobs: 0,
  failed_jobs: 0,
  working_s: 0,
  shutdown_requested_ms: null,
});

const group = (jobs: number, lastSeenMs: number): FailureGroup => ({
  fingerprint: "0123456789abcdef",
  error_type: "TimeoutError",
  message: "it took too long",
  jobs,
  first_seen_ms: lastSeenMs - 1_000,
  last_seen_ms: lastSeenMs,
  functions: [],
  queues: [{ name: "emails", jobs }],
  sample_job_id: "a",
});

const diagnose = (facts: Partial<RqFacts>) =>
  diagnoseRq({
    readings: new Map(),
    history: { unfinished: () => ({ stepMs: 15_000, values: [] }), inPerS: () => null, outPerS: () => null },
    nowMs: NOW,
    workers: [],
    suspended: false,
    lastOf: () => null,
    groups: [],
    groupsPartial: false,
    gone: new Map(),
    overruns: [],
    ...facts,
  });

describe("the moment when trouble began", () => {
  const since = (facts: Partial<RqFacts>) => diagnose(facts)[0]?.since_ms;
  const waiting = new Map([reading("emails", 3, 40_000)]);

  it("is told by the oldest job, when nobody is known to have listened", () => {
    expect(since({ readings: waiting })).toBe(NOW - 40_000);
  });

  it("is told by the last worker's leaving, when jobs waited before", () => {
    expect(
      since({ readings: waiting, lastOf: () => ({ name: "w", leftMs: NOW - 9_000, died: false }) }),
    ).toBe(NOW - 9_000);
  });

  it("is told by the first failure of a cause, and is never in the future", () => {
    expect(since({ groups: [group(9, NOW - 5_000)] })).toBe(NOW - 6_000);
    expect(since({ groups: [group(9, NOW + 90_000)] })).toBe(NOW);
  });
});

describe("a queue without worker", () => {
  it("is one where jobs wait and no live worker listens", () => {
    const [problem] = diagnose({
      readings: new Map([reading("emials", 3, 40_000)]),
      workers: [worker("w1", ["emails"]), worker("w2", ["emials"], false)],
      lastOf: () => ({ name: "w2", leftMs: NOW - 60_000, died: true }),
    });
    expect(problem).toMatchObject({
      id: "queue-no-worker:emials",
      severity: "failing",
      evidence: { waiting: 3, oldest_ms: 40_000, similar: "emails", listened: ["emails"], last_worker: "w2" },
    });
  });

  it("is none while nothing waits or somebody listens", () => {
    expect(diagnose({ readings: new Map([reading("emails", 0, 0)]) })).toEqual([]);
    expect(
      diagnose({ readings: new Map([reading("emails", 3, 0)]), workers: [worker("w", ["emails"])] }),
    ).toEqual([]);
  });

  it("says so when all workers are suspended", () => {
    const [problem] = diagnose({
      readings: new Map([reading("emails", 3, 0)]),
      workers: [worker("w", ["emails"])],
      suspended: true,
    });
    expect(problem?.evidence).toMatchObject({ kind: "queue-no-worker", suspended: true, similar: null });
  });
});

describe("jobs that failed alike", () => {
  it.each([
    ["five or more, still happening", 5, 60_000, "failing"],
    ["five or more, an hour ago", 5, 3_600_000, "degraded"],
    ["three, still happening", 3, 60_000, "degraded"],
  ])("are a problem when %s", (_title, jobs, agoMs, severity) => {
    const [problem] = diagnose({ groups: [group(jobs, NOW - agoMs)] });
    expect(problem).toMatchObject({ id: "same-failure:0123456789abcdef", severity });
  });

  it.each([
    ["two", 2, 1_000],
    ["three an hour ago", 3, 3_600_000],
    ["many the day before yesterday", 50, 48 * 3_600_000],
  ])("are none when they are %s", (_title, jobs, agoMs) => {
    expect(diagnose({ groups: [group(jobs, NOW - agoMs)] })).toEqual([]);
  });

  it("tell how many others failed", () => {
    const readings = new Map([reading("emails", 0, 0, 30)]);
    const [problem] = diagnose({ readings, groups: [group(12, NOW)], groupsPartial: true });
    expect(problem?.evidence).toMatchObject({ jobs: 12, other_failures: 18, at_least: true });
  });
});

describe("a backlog that only grows", () => {
  const grown = (values: (number | null)[], ageMs = 60_000) =>
    diagnose({
      readings: new Map([reading("emails", 10, ageMs)]),
      workers: [worker("w", ["emails"])],
      history: { unfinished: () => ({ stepMs: 15_000, values }), inPerS: () => 4, outPerS: () => 2 },
    });

  it("is one that rises over the window, also with a dip", () => {
    expect(grown([null, 0, 10, 20, 5, 30, 40, 50])).toMatchObject([
      {
        severity: "degraded",
        evidence: { kind: "backlog-grows", grew_by: 50, window_ms: 90_000, workers_live: 1 },
      },
    ]);
  });

  it.each([
    ["it fell", [50, 40, 30, 20, 10, 5], 60_000],
    ["it drained to half after its top", [0, 10, 20, 80, 30, 40, 45], 60_000],
    ["nothing waits long", [0, 10, 20, 30, 40, 50], 5_000],
    ["too little is known", [0, 10, null, 30, null, 50], 60_000],
    ["it is steady", [10, 10, 10, 10, 10, 10], 60_000],
  ])("is none when %s", (_title, values, ageMs) => {
    expect(grown(values, ageMs)).toEqual([]);
  });
});

describe("a started job with a living worker", () => {
  const job = (ranMs: number, timeoutMs: number | null) => ({
    queue: "emails",
    job_id: "a",
    func_name: "f",
    worker_name: "w",
    started_ms: NOW - ranMs,
    timeout_ms: timeoutMs,
  });
  const usual = (runs: number) => [
    { ...worker("w", ["emails"]), successful_jobs: runs, working_s: runs * 2 },
  ];
  const MINUTE = 60_000;

  it.each([
    ["past its limit and RQ's minute", job(10 * MINUTE, 5 * MINUTE), 0, "timeout"],
    ["far longer than is usual", job(11 * MINUTE, 60 * MINUTE), 100, "usual"],
    ["far longer than is usual, without a limit", job(11 * MINUTE, null), 100, "usual"],
  ])("is a problem when it runs %s", (_title, long, runs, by) => {
    const [problem] = diagnose({ overruns: [long], workers: usual(runs) });
    expect(problem).toMatchObject({
      id: "job-overruns:emails",
      since_ms: long.started_ms,
      evidence: { total: 1, jobs: [{ job_id: "a", by }] },
    });
  });

  it.each([
    ["within RQ's minute after its limit", job(5 * MINUTE + 59_000, 5 * MINUTE), 0],
    ["long, and too little ran to call anything usual", job(50 * MINUTE, null), 19],
    ["longer than is usual, and not for long", job(9 * MINUTE, null), 100],
  ])("is none when it runs %s", (_title, long, runs) => {
    expect(diagnose({ overruns: [long], workers: usual(runs) })).toEqual([]);
  });
});

describe("the workers that are missing", () => {
  const crew = { live: 2, busy: 2 };
  it("are as many as clear the backlog in ten minutes besides what comes in", () => {
    // 1 job a second comes in and 600 wait: 2 a second, 3 s each, are 6 workers.
    expect(workersMissing({ waiting: 600, inPerS: 1, runMs: 3_000 }, crew)).toBe(4);
  });

  it.each([
    ["some are idle", { waiting: 600, inPerS: 1, runMs: 3_000 }, { live: 2, busy: 1 }],
    ["nobody is there", { waiting: 600, inPerS: 1, runMs: 3_000 }, { live: 0, busy: 0 }],
    ["runs are not known", { waiting: 600, inPerS: 1, runMs: null }, crew],
    ["there are enough", { waiting: 60, inPerS: 0.1, runMs: 3_000 }, crew],
  ])("are not told when %s", (_title, load, of) => {
    expect(workersMissing(load, of)).toBeNull();
  });
});

it("names started jobs whose worker is gone, and whether somebody will clean up", () => {
  const job = { job_id: "a", func_name: "f", worker_name: "w", started_ms: NOW };
  const gone = new Map([["emails", { jobs: [job], total: 1 }]]);
  expect(diagnose({ gone })[0]?.evidence).toMatchObject({ total: 1, cleanup_expected: false });
  expect(diagnose({ gone, workers: [worker("w2", ["emails"])] })[0]?.evidence).toMatchObject({
    cleanup_expected: true,
  });
});
