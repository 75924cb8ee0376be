import fc from "fast-check";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { type RqDriver, type RqWorker, rqMatrix, startDriver, startWorker } from "@/test/rq/harness";
import { type JobDetail, jobDetail, jobPage, queueJob } from "../api/schemas/jobs";
import { nameFromBytes, nameFromText } from "../names";
import { readJobDetail } from "./job-detail";
import { listJobs } from "./job-list";
import { jobKey } from "./keys";
import { readQueueJob } from "./queue-job";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  if (noRedis) return;
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  if (!noRedis) await redis.flushall();
});

/** Every answer is checked against its schema, and against JSON. */
async function detail(id: string): Promise<JobDetail> {
  const found = await readJobDetail(redis, id, Date.now());
  jobDetail.parse(JSON.parse(JSON.stringify(found)));
  return found;
}

async function settled(driver: RqDriver, id: string, wanted: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await driver.call("status", { job_id: id })) === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`job ${id} did not become ${wanted}`);
}

const ALLOWED = { allowed: true, reason: null };
const not = (reason: string) => ({ allowed: false, reason });

describe.skipIf(noRedis).each(rqMatrix)("one job, RQ $id", ({ rq }) => {
  describe.skipIf(rq === null)("as real RQ keeps it", () => {
    let driver: RqDriver;
    const workers: RqWorker[] = [];
    let made = 0;
    beforeAll(async () => {
      if (rq !== null) driver = await startDriver(rq, server.url);
    });
    afterEach(async () => {
      for (const worker of workers.splice(0)) await worker.kill();
    });
    afterAll(() => driver?.stop());

    async function work(burst: boolean): Promise<RqWorker | null> {
      if (rq === null) return null;
      made += 1;
      const worker = await startWorker(rq, server.url, {
        queues: ["default"],
        name: `w${made}`,
        burst,
      });
      workers.push(worker);
      return worker;
    }

    const enqueue = async (more: Record<string, unknown> = {}): Promise<string> =>
      (await driver.call<string[]>("enqueue", more))[0] ?? "";

    it("shows the call and the result of a finished job", async () => {
      const id = await enqueue({
        func: "vigia_jobs.echo",
        args: ["ü"],
        kwargs: { a: [1, null] },
        result_ttl: 900,
      });
      await work(true);
      await settled(driver, id, "finished");
      const job = await detail(id);
      expect(job).toMatchObject({
        job_id: id,
        status: "finished",
        origin: "default",
        func_name: "vigia_jobs.echo",
        result_ttl_s: 900,
        places: ["finished"],
        places_complete: true,
        traceback: null,
        results_total: 1,
        fields_truncated: false,
        actions: { retry: not("conflict"), cancel: not("conflict"), stop: not("not-running") },
      });
      expect(job.call.args).toEqual([{ t: "str", v: "ü" }]);
      expect(job.result?.value).toMatchObject({ t: "dict" });
      expect(job.results[0]).toMatchObject({ type: "successful", error: null, traceback: null });
      expect(job.expires_in_s).toBeGreaterThan(800);
      expect(job.fields.map((field) => field.name)).toEqual(
        expect.arrayContaining(["data", "status", "timeout"]),
      );
      const flat = queueJob.parse(await readQueueJob(redis, id));
      expect(flat).toMatchObject({ job_id: id, status: "finished", error: null, result_text: null });
      expect(JSON.parse(JSON.stringify(flat.result))).toEqual({ value: "ü", a: [1, null] });
      expect(flat.enqueued_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    });

    it("shows why a failed job failed, and that it may be retried", async () => {
      const id = await enqueue({ func: "vigia_jobs.upload", args: [41] });
      await work(true);
      await settled(driver, id, "failed");
      // A burst worker that still looks round would take the job again below.
      for (const worker of workers.splice(0)) await worker.stop();
      const job = await detail(id);
      expect(job).toMatchObject({
        status: "failed",
        places: ["failed"],
        result: null,
        traceback: { error_type: "TimeoutError", message: "S3 upload timed out after 30 s (document 41)" },
        actions: { retry: ALLOWED, cancel: not("conflict") },
      });
      expect(job.results[0]).toMatchObject({
        type: "failed",
        error: "TimeoutError: S3 upload timed out after 30 s (document 41)",
      });
      expect(job.traceback?.blocks.at(-1)?.frames.some((frame) => frame.func === "_store")).toBe(true);
      expect(await readQueueJob(redis, id)).toMatchObject({
        error: "TimeoutError: S3 upload timed out after 30 s (document 41)",
        result: null,
      });
      await driver.call("requeue", { job_id: id });
      expect(await detail(id)).toMatchObject({
        status: "queued",
        places: ["queued"],
        actions: { cancel: ALLOWED },
      });
    });

    it("says of a running job that it may be stopped, until its worker has gone", async () => {
      const id = await enqueue({ func: "vigia_jobs.nap", args: [60] });
      const worker = await work(false);
      await settled(driver, id, "started");
      expect(await detail(id)).toMatchObject({
        status: "started",
        places: ["started"],
        worker_name: `w${made}`,
        worker_alive: true,
        actions: { retry: not("conflict"), cancel: not("use-stop"), stop: ALLOWED },
      });
      await worker?.kill();
      await redis.del(`rq:worker:w${made}`);
      expect(await detail(id)).toMatchObject({ worker_alive: false, actions: { stop: not("worker-gone") } });
    });

    it("names the jobs around it with their states", async () => {
      const parent = await enqueue();
      const child = await enqueue({ depends_on: parent });
      expect(await detail(child)).toMatchObject({
        status: "deferred",
        places: ["deferred"],
        depends_on: [{ job_id: parent, status: "queued", func_name: "vigia_jobs.add" }],
        dependents_total: 0,
        actions: { cancel: ALLOWED },
      });
      expect(await detail(parent)).toMatchObject({
        dependents: [{ job_id: child, status: "deferred" }],
        dependents_total: 1,
      });
    });

    it("shows a job with every option that RQ has", async () => {
      const id = await enqueue({
        at_in: 600,
        retry: { max: 3, interval: [10, 20] },
        meta: { who: "me" },
        ttl: 3_000,
        failure_ttl: -1,
        result_ttl: 0,
        job_timeout: 77,
        description: "nightly",
      });
      const job = await detail(id);
      expect(job).toMatchObject({
        status: "scheduled",
        places: ["scheduled"],
        description: "nightly",
        func_name: "vigia_jobs.add",
        timeout_s: 77,
        result_ttl_s: 0,
        failure_ttl_s: -1,
        retries_left: 3,
        retry_intervals_s: [10, 20],
      });
      expect(job.meta.value).toMatchObject({ t: "dict" });
    });
  });
});

describe.skipIf(noRedis)("a job that is not as RQ would write it", () => {
  it("says what may have happened to one that is not there", async () => {
    await expect(detail("nowhere")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("database"),
    });
    await redis.sadd("rq:job:a:dependents", "b");
    await expect(detail("a:dependents")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("set"),
    });
    await expect(readQueueJob(redis, "nowhere")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("is found by what a person may paste", async () => {
    await redis.hset("rq:job:abc", "status", "queued");
    const odd = nameFromBytes(Buffer.from([0xff, 0xfe]));
    await redis.hset(jobKey(odd), "status", "failed");
    for (const pasted of ["abc", "  abc\n", '"abc"', "rq:job:abc", `abc:${"0".repeat(32)}`, `'rq:job:abc',`])
      expect((await detail(pasted)).job_id, pasted).toBe("abc");
    expect((await detail(odd)).job_id).toBe(odd);
    await redis.hset("rq:job:a/b", "status", "queued");
    expect((await detail(nameFromText("a/b"))).job_id).toBe(nameFromText("a/b"));
  });

  it("shows what there is of a hash without data", async () => {
    await redis.hset("rq:job:lone", "last_heartbeat", "2024-01-01T00:00:00.000000Z");
    expect(await detail("lone")).toMatchObject({
      status: "unknown",
      origin: "b64:",
      func_name: null,
      last_heartbeat: Date.parse("2024-01-01T00:00:00Z"),
      call: { payload: { encoding: "absent" } },
      places: [],
      actions: { retry: not("conflict"), cancel: not("conflict"), stop: not("not-running") },
    });
  });

  it("does not offer to retry what no worker could run, or what RQ limits", async () => {
    await redis.zadd("rq:failed:q", -1, "bare", -1, "limited");
    await redis.hset("rq:job:bare", { status: "failed", origin: "q" });
    await redis.hset("rq:job:limited", { status: "stopped", origin: "q", data: "x", rate_limit_key: "k" });
    await redis.hset("rq:job:lost", { status: "failed", origin: "q", data: "x" });
    expect((await detail("bare")).actions.retry).toEqual(not("wrong-type"));
    expect((await detail("limited")).actions.retry).toEqual(not("unsupported"));
    expect((await detail("lost")).actions.retry).toEqual(not("not-in-registry"));
  });

  it("looks for a waiting job at both ends of its list, and says when it may be in between", async () => {
    const others = Array.from({ length: 3_000 }, (_, index) => `other-${index}`);
    await redis.rpush(
      "rq:queue:q",
      "first",
      ...others.slice(0, 1_500),
      "between",
      ...others.slice(1_500),
      "last",
    );
    await redis.rpush("rq:queue:q:intermediate", "popped");
    for (const id of ["first", "between", "last", "popped"])
      await redis.hset(jobKey(id), { status: "queued", origin: "q", data: "x" });
    for (const id of ["first", "last"])
      expect(await detail(id)).toMatchObject({
        places: ["queued"],
        places_complete: true,
        actions: { cancel: ALLOWED },
      });
    expect(await detail("between")).toMatchObject({
      places: [],
      places_complete: false,
      actions: { cancel: ALLOWED },
    });
    await redis.ltrim("rq:queue:q", 0, 100);
    expect((await detail("popped")).actions.cancel).toEqual(not("starting"));
    expect((await detail("between")).actions.cancel).toEqual(not("not-in-queue"));
  });

  it("names every place that holds an id", async () => {
    await redis.hset("rq:job:x", { status: "finished", origin: "q", data: "x" });
    await redis.zadd("rq:finished:q", "+inf", "x");
    await redis.zadd("rq:canceled:q", 1, "x");
    await redis.zadd("rq:wip:q", 1, `x:${"a".repeat(32)}`);
    await redis.zadd("rq:executions:x", 1, "a".repeat(32));
    expect((await detail("x")).places).toEqual(["started", "finished", "canceled"]);
  });

  it("hides what headers of webhooks hold", async () => {
    await redis.hset("rq:job:x", {
      status: "queued",
      webhooks: '[{"url":"https://h","headers":{"Authorization":"Bearer s3cret"}}]',
    });
    const hooks = (await detail("x")).fields.find((field) => field.name === "webhooks");
    expect(hooks?.text).toContain("Authorization");
    expect(hooks?.text).not.toContain("s3cret");
    await redis.hset("rq:job:x", "webhooks", "Bearer s3cret");
    expect(JSON.stringify(await detail("x"))).not.toContain("s3cret");
  });

  it("reads neither huge fields nor huge results, and says so", async () => {
    const mega = (n: number) => "x".repeat(n * 1_048_576);
    await redis.hset("rq:job:huge", {
      status: "finished",
      origin: "q",
      data: mega(5),
      meta: mega(2),
      other: mega(3),
    });
    await redis.xadd("rq:results:huge", "*", "type", "1", "return_value", mega(20));
    const job = await detail("huge");
    expect(job.call.payload).toMatchObject({ size: 5 * 1_048_576, truncated: true, value: null });
    expect(job.meta).toMatchObject({ truncated: true, reason: expect.stringContaining("bytes") });
    expect(job.result).toMatchObject({ truncated: true, value: null });
    expect(job.results_total).toBe(1);
    expect(job.fields.find((field) => field.name === "other")).toEqual({
      name: "other",
      text: null,
      hex: null,
      size: 3 * 1_048_576,
    });
    expect(JSON.stringify(job).length).toBeLessThan(20_000);
    expect(await readQueueJob(redis, "huge")).toMatchObject({
      result: null,
      result_text: expect.any(String),
    });
  });

  it("shows the fields that RQ knows of a hash with thousands", async () => {
    for (let start = 0; start < 5_000; start += 1_000)
      await redis.hset(
        "rq:job:wide",
        Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`f${start + n}`, "v"])),
      );
    await redis.hset("rq:job:wide", { status: "failed", origin: "q" });
    const job = await detail("wide");
    expect(job.fields.map((field) => field.name)).toEqual(["origin", "status"]);
    expect(job.fields_truncated).toBe(true);
  });

  it("shows at most 100 of thousands of dependents, with their number", async () => {
    await redis.hset("rq:job:p", "status", "queued");
    await redis.sadd("rq:job:p:dependents", ...Array.from({ length: 4_000 }, (_, n) => `c${n}`));
    const job = await detail("p");
    expect(job.dependents.length).toBeGreaterThan(0);
    expect(job.dependents.length).toBeLessThanOrEqual(100);
    expect(job.dependents_total).toBe(4_000);
  });

  it("answers for any bytes in any field, and any kind of key beside the hash", async () => {
    const field = fc.constantFrom(
      ...[
        "status",
        "origin",
        "created_at",
        "enqueued_at",
        "started_at",
        "ended_at",
        "last_heartbeat",
        "worker_name",
      ],
      ...[
        "timeout",
        "ttl",
        "result_ttl",
        "failure_ttl",
        "retries_left",
        "retry_intervals",
        "description",
        "data",
      ],
      ...[
        "meta",
        "result",
        "exc_info",
        "dependency_ids",
        "webhooks",
        "group_id",
        "rate_limit_key",
        "",
        "unknown",
      ],
    );
    const bad = fc.oneof(
      fc
        .constantFrom(
          ...[
            "",
            "-1",
            "1e999",
            "NaN",
            "Infinity",
            "-0",
            "null",
            "{}",
            "[]",
            "[null]",
            '["a",1]',
            "true",
            "9".repeat(400),
          ],
          ...[
            "2024-01-01T00:00:00.000000Z",
            "2024-13-45T99:99:99Z",
            "2024-01-01T00:00:00+00:00",
            "b64:",
            "b64:!!",
            "..",
            "a/b",
          ],
          ...["\u0000", "\u202e", "💥".repeat(300), "x".repeat(70_000), "x".repeat(1_100_000)],
        )
        .map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc
        .uint8Array({ maxLength: 60 })
        .map((bytes) => Buffer.concat([Buffer.from([0x80, 0x05]), Buffer.from(bytes)])),
      fc
        .uint8Array({ maxLength: 60 })
        .map((bytes) => Buffer.concat([Buffer.from([0x78, 0x9c]), Buffer.from(bytes)])),
    );
    const beside = fc.subarray([
      "rq:results:x",
      "rq:job:x:dependents",
      "rq:job::x:dependencies",
      "rq:executions:x",
      "rq:worker:w",
      "rq:failed:q",
      "rq:wip:q",
      "rq:queue:q",
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(field, bad), { minLength: 1, maxLength: 8 }),
        beside,
        async (fields, keys) => {
          await redis.flushall();
          await redis.hset("rq:job:x", "origin", "q", "worker_name", "w", "status", "failed");
          for (const [name, value] of fields) await redis.hset("rq:job:x", name, value);
          for (const key of keys) await redis.set(key, "of another type");
          if (!keys.includes("rq:results:x")) {
            const [[name, value] = ["data", Buffer.from("a")]] = fields;
            await redis.xadd("rq:results:x", "*", "type", name, "exc_string", value, "return_value", value);
          }
          await detail("x");
          queueJob.parse(JSON.parse(JSON.stringify(await readQueueJob(redis, "x"))));
          if (keys.length > 0) await redis.del("rq:failed:q");
          await redis.zadd("rq:failed:q", -1, "x");
          const page = await listJobs(
            redis,
            { queue: "q", place: "failed", order: "newest", cursor: undefined, limit: 5, nowMs: Date.now() },
            { errorOf: () => null },
          );
          jobPage.parse(JSON.parse(JSON.stringify(page)));
          expect(page.items).toHaveLength(1);
        },
      ),
      { numRuns: 150 },
    );
  });
});
