import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "@/lib/config";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { openConnection } from "./connection";
import { openTracker } from "./tracking";

describe.skipIf(noRedis)("a database that Redis refuses", () => {
  let server: TestRedis;

  beforeAll(async () => {
    server = await startRedis();
    await server.client().set("whose", "of database 0");
    await server
      .client()
      .call("ACL", "SETUSER", "narrow", "on", ">a-secret", "~*", "&*", "-@all", "+@read", "+@write", "+ping");
  });
  afterAll(() => server?.stop());

  const targetOf = (url: string) => parseConfig({ REDIS_URL: url }).redis;

  it.each([
    [
      "without a permission to select",
      (port: number) => `redis://narrow:a-secret@127.0.0.1:${port}/1`,
      "select",
    ],
    ["that is not there", (port: number) => `redis://127.0.0.1:${port}/99`, null],
  ])("%s is denied, and nothing of database 0 is read or written", async (_what, url, denied) => {
    const stats = await server.client().info("stats");
    const before = Number(/total_connections_received:(\d+)/.exec(stats)?.[1]);
    const connection = openConnection(targetOf(url(server.port)), { readOnly: false });
    try {
      await expect.poll(() => connection.status().phase, { timeout: 5_000 }).toBe("denied");
      expect(connection.status().denied).toBe(denied);
      expect(connection.status().trouble).toBe(denied === null ? "no-database" : "no-permission");
      await expect(connection.read.get("whose")).rejects.toThrow();
      await expect(connection.write?.set("whose", "overwritten")).rejects.toThrow();
      // Long enough for another try of each connection.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(connection.status().phase).toBe("denied");
      await expect(connection.write?.set("whose", "overwritten")).rejects.toThrow();
      expect(await server.client().get("whose")).toBe("of database 0");
      const info = await server.client().info("stats");
      const connections = Number(/total_connections_received:(\d+)/.exec(info)?.[1]);
      // Two connections, and one of each that asks here: no storm of new tries.
      expect(connections - before).toBeLessThanOrEqual(4);
    } finally {
      await connection.close();
    }
  });

  it("is not watched either", async () => {
    const tracker = openTracker(targetOf(`redis://narrow:a-secret@127.0.0.1:${server.port}/1`));
    try {
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await tracker.settle()).toBe(false);
      await expect(tracker.redis.get("whose")).rejects.toThrow();
    } finally {
      tracker.close();
    }
  });
});
