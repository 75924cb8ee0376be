import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { type Looks, type LooksOptions, openLooks } from "@/test/streams/looks";

describe.skipIf(noRedis)("the search for streams", () => {
  let server: TestRedis;
  let client: Redis;
  let looks: Looks | null = null;

  beforeAll(async () => {
    server = await startRedis(["--enable-debug-command", "yes"]);
    client = server.client();
  });
  beforeEach(() => client.flushall());
  afterEach(() => looks?.close());
  afterAll(() => server.stop());

  const open = (options: LooksOptions = {}) => {
    looks = openLooks(server, options);
    return looks;
  };
  const names = async (one: Looks) => (await one.look()).census.backlogs.map(({ name }) => name).sort();
  const add = (stream: string) => client.xadd(stream, "*", "n", "1");

  it("leaves out Vigia's own keys and the result streams of RQ, unless the settings name them", async () => {
    for (const stream of ["orders", "vigia:op:1", "rq:results:a", "rq:results:a/b", "rq:other"])
      await add(stream);
    expect(await names(open())).toEqual(["orders", "rq:other"]);
    expect(await names(open({ patterns: ["rq:results:a"] }))).toEqual(["orders", "rq:other", "rq:results:a"]);
    expect(await names(open({ patterns: ["*"] }))).toEqual(["orders", "rq:other"]);
    const all = await names(open({ patterns: ["rq:results:*"] }));
    expect(all).toHaveLength(4);
  });

  it("awaits configured names that do not exist, and has them as soon as they do", async () => {
    const one = open({ patterns: ["later", "other", "no[tn]*"] });
    await client.set("other", "text");
    await one.look();
    expect(one.source.discovery?.()).toMatchObject({
      awaited: ["later", "other"],
      complete: true,
      streams: 0,
    });
    await add("later");
    expect(await names(one)).toEqual(["later"]);
    expect(one.source.discovery?.()).toMatchObject({ awaited: ["other"], streams: 1 });
    await client.del("later");
    await one.look();
    expect(one.source.discovery?.()).toMatchObject({ awaited: ["other", "later"], streams: 0 });
  });

  it("watches configured names alone where the user may not scan, and says so", async () => {
    await client.call("ACL", "SETUSER", "narrow", "on", ">secret", "~*", "&*", "+@all", "-scan");
    await add("orders");
    await add("unseen");
    const one = open({ patterns: ["orders"], login: "narrow:secret" });
    expect(await names(one)).toEqual(["orders"]);
    expect(one.source.discovery?.()).toMatchObject({ denied: true, complete: false, pass: null });
    one.wait(60_000);
    await one.look();
    await client.config("RESETSTAT");
    one.wait(60_000);
    await one.look();
    // Each refusal would fill the server's ACL LOG.
    expect(await client.info("commandstats")).not.toMatch(/cmdstat_scan/);
  });

  it("finds new streams in a later pass, after a pause", async () => {
    await add("first");
    const one = open();
    await one.look();
    await add("second");
    await one.look();
    expect(one.source.discovery?.().streams).toBe(1);
    one.wait(6_000);
    await one.look();
    expect(await names(one)).toEqual(["first", "second"]);
  });

  it("never takes more than two percent of Redis' time over a large keyspace, and shows how far it is", async () => {
    await client.call("DEBUG", "POPULATE", "400000");
    await add("orders");
    const one = open();
    await client.config("RESETSTAT");
    await one.look();
    const spentMs = async () =>
      Number(/cmdstat_scan:calls=\d+,usec=(\d+)/.exec(await client.info("commandstats"))?.[1] ?? 0) / 1_000;
    expect(await spentMs()).toBeLessThan(60);
    const begun = one.source.discovery?.();
    expect(begun?.complete).toBe(false);
    expect(begun?.pass).toBeGreaterThan(0);
    await client.config("RESETSTAT");
    let looked = 0;
    while (one.source.discovery?.().complete !== true && looked < 60) {
      one.wait(1_000);
      await one.look();
      looked += 1;
    }
    expect(one.source.discovery?.()).toMatchObject({ complete: true, streams: 1, pass: null });
    // One call may go over what was saved up, by at most itself.
    expect(await spentMs()).toBeLessThan(looked * 20 + 30);
    expect(looked).toBeGreaterThan(3);
  });
});
