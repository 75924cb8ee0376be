import { describe, expect, it } from "vitest";
import { busyShare, fitsFilter, isTroubled, worstFirst } from "@/components/workers/worker-order";
import type { Worker } from "@/lib/api/schemas/jobs";

const worker = (over: Partial<Worker>): Worker => ({
  name: "w",
  state: "idle",
  alive: true,
  queues: ["default"],
  hostname: "host-1",
  pid: 1,
  version: "2.0",
  python_version: "3.11",
  birth_ms: 0,
  heartbeat_ms: 0,
  heartbeat_due_ms: 0,
  current_job: null,
  current_job_func: null,
  current_job_started_ms: null,
  successful_jobs: 0,
  failed_jobs: 0,
  working_s: 60,
  shutdown_requested_ms: null,
  ...over,
});

describe("the list of workers", () => {
  it("begins with those that need a look", () => {
    const rows = [
      worker({ name: "b" }),
      worker({ name: "a", state: "busy" }),
      worker({ name: "c", state: "dead" }),
    ];
    expect(worstFirst(rows).map((one) => one.name)).toEqual(["c", "a", "b"]);
    expect(rows.filter(isTroubled)).toHaveLength(1);
  });

  it("keeps its order while workers take jobs and end them", () => {
    const order = (state: Worker["state"]) =>
      worstFirst([worker({ name: "b", state }), worker({ name: "a" })]).map(({ name }) => name);
    for (const state of ["idle", "busy", "starting"] as const) expect(order(state)).toEqual(["a", "b"]);
  });

  it("finds a worker by name, queue or host, and by the name's wire form", () => {
    expect(fitsFilter(worker({}), " HOST-1 ")).toBe(true);
    expect(fitsFilter(worker({ name: "b64:YS9i" }), "a/b")).toBe(true);
    expect(fitsFilter(worker({ name: "b64:YS9i" }), "b64:YS9i")).toBe(true);
    expect(fitsFilter(worker({}), "other")).toBe(false);
  });

  it("tells the busy share only when there is enough life to tell it of", () => {
    expect(busyShare(worker({}), 120_000)).toBe(0.5);
    expect(busyShare(worker({}), 30_000)).toBeNull();
    expect(busyShare(worker({ working_s: null }), 120_000)).toBeNull();
  });
});
