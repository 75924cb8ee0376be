import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { nothingWatched } from "@/test/streams/nothing-watched";
import { streamDetail } from "../api/schemas/streams";
import { statesOf } from "./states";
import { readStream } from "./stream-page";

describe.skipIf(noRedis)("the page of a stream", () => {
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

  const now = Date.now();
  const read = async (stream = "s", client = redis) =>
    streamDetail.parse(
      await readStream(client, stream, {
        watch: nothingWatched(),
        states: statesOf([
          {
            id: "x",
            source: "streams",
            severity: "failing",
            since_ms: 0,
            evidence: {
              kind: "group-no-consumers",
              stream: "s",
              group: "late",
              lag: 1,
              pending: 0,
              behind_ms: null,
            },
          },
        ]),
        nowMs: now,
      }),
    );

  it("tells its ends, its groups with lag and time behind, and which of them has a problem", async () => {
    for (let age = 50; age >= 1; age -= 1) await redis.xadd("s", `${now - age * 1_000}-0`, "f", "v");
    for (const group of ["late", "done", "fresh"]) await redis.xgroup("CREATE", "s", group, "0");
    await redis.xreadgroup("GROUP", "late", "w", "COUNT", 10, "STREAMS", "s", ">");
    await redis.xreadgroup("GROUP", "done", "w", "STREAMS", "s", ">");
    const detail = await read();
    expect(detail).toMatchObject({
      length: 50,
      added_total: 50,
      first_id: `${now - 50_000}-0`,
      last_id: `${now - 1_000}-0`,
      ids_are_times: true,
      expires_s: null,
      dead_letters: null,
      dead_letters_of: null,
      memory_trusted: true,
      trimming: "unknown",
    });
    expect(detail.memory_bytes).toBeGreaterThan(0);
    const groups = new Map(detail.groups.map((group) => [group.group, group]));
    expect(groups.get("late")).toMatchObject({
      state: "failing",
      problem: "group-no-consumers",
      lag: { value: 40 },
      pending: 10,
      behind_ms: 40_000,
      consumers: 1,
    });
    expect(groups.get("done")).toMatchObject({
      state: "unknown",
      problem: null,
      lag: { value: 0 },
      behind_ms: 0,
    });
    expect(groups.get("fresh")).toMatchObject({ lag: { value: 50 }, behind_ms: 50_000, pending: 0 });
  });

  it("tells that it expires, and where its dead letters are and come from", async () => {
    await redis.xadd("s", "*", "f", "v");
    await redis.pexpire("s", 90_000);
    await redis.xadd("s:dlq", "1-1", "f", "v");
    expect(await read()).toMatchObject({ expires_s: 90, dead_letters: { stream: "s:dlq", length: 1 } });
    expect(await read("s:dlq")).toMatchObject({ dead_letters_of: { stream: "s" }, ids_are_times: false });
    await redis.del("s:dlq");
    await redis.set("s:dlq", "no stream");
    expect((await read()).dead_letters).toBeNull();
  });

  it("does not believe the memory of a stream with a large pending list on 7.0", async () => {
    const pipeline = redis.pipeline();
    for (let index = 0; index < 10_001; index += 1) pipeline.xadd("s", "*", "f", "v");
    await pipeline.exec();
    await redis.xgroup("CREATE", "s", "g", "0");
    await redis.xreadgroup("GROUP", "g", "w", "STREAMS", "s", ">");
    const version = /redis_version:(\S+)/.exec(await redis.info("server"))?.[1] ?? "";
    await redis.xgroup("SETID", "s", "g", `${now - 1}-0`);
    await redis.xadd("s", "*", "f", "v");
    const detail = await read();
    expect(detail.memory_trusted).toBe(!version.startsWith("7.0."));
    expect(detail.groups[0]?.behind_ms).not.toBeNull();
  });

  it("is a refusal of a missing key and of another type", async () => {
    await expect(read()).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining('"s"'),
    });
    await redis.hset("h", "f", "v");
    await expect(read("h")).rejects.toMatchObject({ code: "UNSUPPORTED", facts: { type: "hash" } });
  });

  it("stays without what the user may not ask", async () => {
    await redis.xadd("s", "1-1", "f", "v");
    await redis.xgroup("CREATE", "s", "g", "0");
    await redis.call("ACL", "SETUSER", "u", "on", ">p", "~*", "+xinfo|groups", "+xlen");
    const client = server.client({ username: "u", password: "p", enableReadyCheck: false });
    expect(await read("s", client)).toMatchObject({
      length: 1,
      first_id: null,
      last_generated_id: null,
      memory_bytes: null,
      groups: [{ group: "g", lag: { value: 1, quality: "exact" } }],
    });
    await redis.call("ACL", "SETUSER", "u", "-xinfo|groups");
    await expect(read("s", client)).rejects.toThrow(/NOPERM/);
  });
});
