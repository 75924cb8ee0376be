/** Real redis-servers for tests: each on its own free loopback port, without persistence, ended by pid. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis, type RedisOptions } from "ioredis";

export const redisServerPath: string | null =
  ["redis-server", "valkey-server"].find((name) => spawnSync(name, ["--version"]).status === 0) ?? null;

/** Give to `describe.skipIf`: without a server these tests are skipped, and counted as skipped. */
export const noRedis = redisServerPath === null;

export interface TestRedis {
  port: number;
  url: string;
  pid: number;
  /** A new client; closed with the server. */
  client(options?: RedisOptions): Redis;
  /** Ends the server as `kill -9` does, and keeps the port for {@link TestRedis.start}. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

async function ready(port: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const probe = new Redis({ port, host: "127.0.0.1", lazyConnect: true, retryStrategy: () => null });
    probe.on("error", () => undefined);
    try {
      await probe.connect();
      await probe.ping();
      probe.disconnect();
      return;
    } catch (error) {
      probe.disconnect();
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

/**
 * @param args further arguments of redis-server, for example `["--maxmemory", "10mb"]`
 * @param server another server than the system's, from test/servers
 */
export async function startRedis(
  args: readonly string[] = [],
  server: string | null = redisServerPath,
): Promise<TestRedis> {
  if (server === null) throw new Error("redis-server is not installed");
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), "vigia-redis-"));
  const clients: Redis[] = [];
  let child: ChildProcess | null = null;

  const start = async () => {
    child = spawn(
      server,
      [
        "--port",
        String(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        dir,
        ...args,
      ],
      { stdio: "ignore" },
    );
    await ready(port);
  };
  const kill = async () => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGKILL");
    await gone;
  };
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}/0`,
    get pid() {
      return child?.pid ?? -1;
    },
    client(options = {}) {
      const redis = new Redis({ host: "127.0.0.1", port, protocol: 2, ...options, replyMapping: "legacy" });
      redis.on("error", () => undefined);
      clients.push(redis);
      return redis;
    },
    kill,
    start,
    async stop() {
      for (const client of clients) client.disconnect();
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
