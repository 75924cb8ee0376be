import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as jobs from "@/lib/api/schemas/jobs";
import { nameFromBytes } from "@/lib/names";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

/** Route files as Next would serve them; imported after the environment is set. */
const ROUTES = {
  queue: () => import("@/app/api/v1/queues/[queue]/route"),
  queueJobs: () => import("@/app/api/v1/queues/[queue]/jobs/route"),
  jobs: () => import("@/app/api/v1/jobs/route"),
  job: () => import("@/app/api/v1/jobs/[id]/route"),
  contractJob: () => import("@/app/api/v1/queue/job/[job_id]/route"),
  failures: () => import("@/app/api/v1/failures/route"),
  workers: () => import("@/app/api/v1/workers/route"),
  openapi: () => import("@/app/api/v1/openapi.json/route"),
};

const BYTES = nameFromBytes(Buffer.from([0xff, 0xfe]));

describe.skipIf(noRedis)("the reading routes, for a Redis user who may only read", () => {
  let server: TestRedis;
  let redis: Redis;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    server = await startRedis();
    redis = server.client();
    await redis.call(
      "ACL",
      "SETUSER",
      "reader",
      "on",
      ">secret",
      "~*",
      "resetchannels",
      "+@read",
      "+@connection",
    );
    await redis.sadd(
      "rq:queues",
      "rq:queue:q",
      Buffer.concat([Buffer.from("rq:queue:"), Buffer.from([0xff, 0xfe])]),
    );
    await redis.rpush("rq:queue:q", "waiting");
    await redis.zadd("rq:failed:q", -1, "broken");
    await redis.zadd("rq:wip:q", Date.now() / 1_000 + 60, `runs:${"a".repeat(32)}`);
    for (const [id, status] of Object.entries({ waiting: "queued", broken: "failed", runs: "started" }))
      await redis.hset(`rq:job:${id}`, { status, origin: "q", data: '["jobs.add", null, [1], {}]' });
    await redis.sadd("rq:workers", "rq:worker:w");
    await redis.hset("rq:worker:w", { birth: "2024-01-01T00:00:00.000000Z", queues: "q", state: "idle" });

    process.env.REDIS_URL = `redis://reader:secret@127.0.0.1:${server.port}/0`;
    process.env.VIGIA_LOG_LEVEL = "silent";
    const { runtime } = await import("@/lib/runtime");
    const parts = runtime();
    stop = () => parts.stop();
    for (let tries = 0; parts.connection.status().phase !== "up" && tries < 100; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
  });
  afterAll(async () => {
    await stop?.();
    await server?.stop();
  });

  async function get(name: keyof typeof ROUTES, params: Record<string, string> = {}, query = "") {
    const { GET } = (await ROUTES[name]()) as { GET: Handler };
    const request = new Request(`http://localhost:9181/api/v1/x${query}`);
    const response = await GET(request, { params: Promise.resolve(params) });
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      body: await response.json(),
    };
  }

  it("answer what their schemas say", async () => {
    const queue = await get("queue", { queue: "q" });
    expect(jobs.queueDetail.parse(queue.body).counts).toMatchObject({ queued: 1, started: 1, failed: 1 });
    expect(jobs.queueDetail.parse((await get("queue", { queue: BYTES })).body).name).toBe(BYTES);
    const waiting = await get("queueJobs", { queue: "q" }, "?place=queued");
    expect(jobs.jobPage.parse(waiting.body).items[0]).toMatchObject({
      job_id: "waiting",
      func_name: "jobs.add",
    });
    const running = await get("jobs", {}, "?place=started&connection=main");
    expect(jobs.jobPage.parse(running.body).items[0]?.job_id).toBe("runs");
    expect(jobs.failurePage.parse((await get("failures")).body).items[0]?.job_id).toBe("broken");
    expect(jobs.jobDetail.parse((await get("job", { id: "broken" })).body).places).toEqual(["failed"]);
    expect(jobs.queueJob.parse((await get("contractJob", { job_id: "runs" })).body).status).toBe("started");
    expect(jobs.workerList.parse((await get("workers")).body).total).toBe(1);
    expect((await get("openapi")).body.openapi).toBe("3.1.0");
  });

  it("refuse what they cannot read, as problem+json", async () => {
    const cases: [keyof typeof ROUTES, Record<string, string>, string, number][] = [
      ["queue", { queue: "none" }, "", 404],
      ["queue", { queue: "a/b" }, "", 400],
      ["queue", { queue: "b64:!" }, "", 400],
      ["queue", { queue: "q" }, "?connection=other", 404],
      ["queueJobs", { queue: "q" }, "", 400],
      ["queueJobs", { queue: "q" }, "?place=failed&cursor=e30", 400],
      ["queueJobs", { queue: "q" }, "?place=failed&limit=101", 400],
      ["queueJobs", { queue: "q" }, "?place=failed&order=random", 400],
      ["jobs", {}, "?place=queued", 422],
      ["jobs", {}, "?place=started&cursor=e30", 400],
      ["job", { id: "none" }, "", 404],
      ["contractJob", { job_id: "none" }, "", 404],
      ["failures", {}, "?fingerprint=xyz", 400],
      ["failures", {}, "?connection=", 400],
      ["workers", {}, "?connection=other", 404],
    ];
    for (const [name, params, query, status] of cases) {
      const answer = await get(name, params, query);
      expect([answer.status, answer.type], `${name} ${JSON.stringify(params)} ${query}`).toEqual([
        status,
        "application/problem+json",
      ]);
      expect(answer.body).toMatchObject({
        status,
        detail: expect.any(String),
        request_id: expect.any(String),
      });
    }
  });

  it("never try to write", async () => {
    // What this user may not run is refused and noted by Redis, entry by entry as [field, value, …].
    const refused = (await redis.call("ACL", "LOG", "128")) as string[][];
    const commands = refused.map((entry) => String(entry[entry.indexOf("object") + 1]).split("|")[0] ?? "");
    for (const command of new Set(commands)) {
      const [info] = (await redis.call("COMMAND", "INFO", command)) as [
        [name: string, arity: number, flags: string[]],
      ];
      expect(info[2], command).not.toContain("write");
    }
  });
});
