import { expect, it } from "vitest";
import { parseRedisUrl } from "@/lib/config";
import { createMonitor } from "@/lib/monitor/monitor";
import { openConnection } from "@/lib/redis/connection";
import { noRedis, startRedis } from "../redis";
import { createSimpleSource } from "./simple-source";

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !holds(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 25));
  expect(holds()).toBe(true);
}

it.skipIf(noRedis)("the source that the documents explain is watched like any other", async () => {
  const server = await startRedis();
  const client = server.client();
  const target = parseRedisUrl("main", server.url);
  if (typeof target === "string") throw new Error(target);
  const connection = openConnection(target, { readOnly: true });
  const monitor = createMonitor({
    connection,
    sources: [createSimpleSource()],
    intervalMs: 500,
    redisFrom: "REDIS_URL",
    readOnly: true,
  });
  const rowOf = (name: string) => monitor.overview().rows.find((row) => row.name === name);
  try {
    await client.sadd("simple:queues", "mail", "wrong");
    await client.rpush("simple:mail", "a", "b");
    await client.set("simple:wrong", "no list");
    monitor.subscribe(() => undefined);
    monitor.start();
    await until(() => rowOf("mail")?.waiting === 2);
    expect(rowOf("mail")).toMatchObject({ running: null, quality: { running: "unknown" } });
    expect(rowOf("wrong")).toMatchObject({ waiting: null, state: "unknown" });
    await client.rpush("simple:mail", "c", "d");
    await until(() => rowOf("mail")?.waiting === 4 && (rowOf("mail")?.in_per_s ?? 0) > 0);
    await client.sadd("simple:queues", "new");
    await until(() => rowOf("new")?.waiting === 0);
  } finally {
    await monitor.stop();
    await connection.close();
    await server.stop();
  }
});
