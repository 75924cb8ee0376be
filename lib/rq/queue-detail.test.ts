import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { queueDetail } from "../api/schemas/jobs";
import { nameFromBytes } from "../names";
import { readQueueDetail } from "./queue-detail";

const NOW_MS = 1_700_000_000_000;
const NOW_S = NOW_MS / 1_000;

describe.skipIf(noRedis)("one queue", () => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = server.client();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await redis.flushall();
  });

  it("counts each place, and leaves out what has expired", async () => {
    await redis.sadd("rq:queues", "rq:queue:a:b");
    await redis.rpush("rq:queue:a:b", "1", "2");
    await redis.rpush("rq:queue:a:b:intermediate", "3");
    await redis.zadd("rq:wip:a:b", NOW_S + 60, "4", NOW_S - 60, "5");
    await redis.zadd("rq:failed:a:b", -1, "6", NOW_S - 1, "7", NOW_S + 9, "8");
    await redis.zadd("rq:scheduled:a:b", NOW_S + 60, "9", NOW_S - 60, "10");
    await redis.set("rq:scheduler-lock:a:b", "1", "EX", 60);
    await redis.sadd("rq:workers", "rq:worker:w", "rq:worker:other");
    await redis.hset("rq:worker:w", { birth: "2023-01-01T00:00:00.000000Z", queues: "x,a:b", state: "idle" });
    await redis.hset("rq:worker:other", { birth: "2023-01-01T00:00:00.000000Z", queues: "a", state: "idle" });
    const found = queueDetail.parse(await readQueueDetail(redis, "a:b", NOW_MS));
    expect(found.counts).toMatchObject({
      queued: 2,
      intermediate: 1,
      started: 1,
      abandoned: 1,
      failed: 2,
      scheduled: 2,
      overdue: 1,
      finished: 0,
    });
    expect(found.workers.map((worker) => worker.name)).toEqual(["w"]);
    expect(found).toMatchObject({ name: "a:b", scheduler: true, at_ms: NOW_MS });
  });

  it("is there when RQ lists it, when it holds something, or when a worker listens", async () => {
    await expect(readQueueDetail(redis, "none", NOW_MS)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const bytes = Buffer.from([0xff, 0xfe]);
    await redis.sadd("rq:queues", Buffer.concat([Buffer.from("rq:queue:"), bytes]));
    expect(await readQueueDetail(redis, nameFromBytes(bytes), NOW_MS)).toMatchObject({ scheduler: false });
    await redis.zadd("rq:failed:left-over", -1, "x");
    expect((await readQueueDetail(redis, "left-over", NOW_MS)).counts.failed).toBe(1);
    await redis.sadd("rq:workers", "rq:worker:w");
    await redis.hset("rq:worker:w", { birth: "2023-01-01T00:00:00.000000Z", queues: "watched" });
    expect((await readQueueDetail(redis, "watched", NOW_MS)).workers).toHaveLength(1);
  });

  it("does not guess a count behind a key of another type", async () => {
    await redis.set("rq:failed:q", "text");
    expect((await readQueueDetail(redis, "q", NOW_MS)).counts.failed).toBeNull();
  });
});
