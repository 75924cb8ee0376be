import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseRedisUrl, type RedisTarget } from "@/lib/config";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { openTracker, type Tracker } from "./tracking";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(holds: () => boolean, ms = 5_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("it never held");
    await sleep(20);
  }
}

function targetOf(server: TestRedis, user?: string): RedisTarget {
  const target = parseRedisUrl("main", server.url);
  if (typeof target === "string") throw new Error(target);
  return user === undefined ? target : { ...target, username: user, password: "secret" };
}

describe.skipIf(noRedis)("a tracker", () => {
  let server: TestRedis;
  let tracker: Tracker;

  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    tracker.close();
    await server.stop();
  });

  const open = async (user?: string) => {
    tracker = openTracker(targetOf(server, user));
    await until(() => tracker.state() !== "connecting");
  };
  const told = async () => {
    await tracker.settle();
    return tracker.take().keys.map(String).sort();
  };

  it("tells of keys that were read and then changed, once, and of no others", async () => {
    await open();
    const client = server.client();
    expect(tracker.take().all).toBe(true);
    await tracker.redis.llen("read");
    await tracker.redis.llen("unchanged");
    await client.rpush("read", "1");
    await client.rpush("unread", "1");
    expect(await told()).toEqual(["read"]);
    await client.rpush("read", "2");
    expect(await told()).toEqual([]);
    await tracker.redis.llen("read");
    await client.rpush("read", "3");
    expect(await told()).toEqual(["read"]);
  });

  it("tells of a key that comes to be, and of one that expires", async () => {
    await open();
    const client = server.client();
    await tracker.redis.get("later");
    await client.set("later", "1", "PX", 60);
    expect(await told()).toEqual(["later"]);
    await tracker.redis.get("later");
    await sleep(250);
    expect(await told()).toEqual(["later"]);
  });

  it("takes a flush for a change of everything", async () => {
    await open();
    tracker.take();
    await tracker.redis.llen("read");
    await server.client().flushall();
    await tracker.settle();
    expect(tracker.take().all).toBe(true);
  });

  it("takes the loss of either connection for a change of everything, and watches again", async () => {
    await open();
    const client = server.client();
    for (const kind of ["pubsub", "normal"]) {
      tracker.take();
      await client.call("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes");
      await until(() => tracker.state() === "connecting");
      expect(tracker.take().all).toBe(true);
      await until(() => tracker.state() === "watching");
      expect(tracker.take().all).toBe(true);
      await tracker.redis.llen(kind);
      await client.rpush(kind, "1");
      expect(await told()).toEqual([kind]);
    }
  });

  it("watches again after the server was killed and started", async () => {
    await open();
    await server.kill();
    await until(() => tracker.state() === "connecting");
    expect(await tracker.settle()).toBe(false);
    await server.start();
    await until(() => tracker.state() === "watching");
    expect(tracker.take().all).toBe(true);
  });

  it("says that it is refused for a user with read commands only, and reads all the same", async () => {
    await server.client().call("ACL", "SETUSER", "reader", "on", ">secret", "~*", "-@all", "+@read", "+ping");
    await open("reader");
    expect(tracker.state()).toBe("refused");
    expect(await tracker.settle()).toBe(false);
    expect(await tracker.redis.llen("nothing")).toBe(0);
  });

  it("is no longer trusted when changes were not told", async () => {
    await open();
    for (let times = 0; times < 3; times += 1) tracker.missed();
    expect(tracker.state()).toBe("refused");
  });
});
