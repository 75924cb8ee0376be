/** Every way in which Redis cannot be watched, on real servers: the cause that the page tells, and that none leaks a password. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { troubleLines } from "@/bin/start-trouble";
import { parseConfig } from "@/lib/config";
import { troubleKind, troubleRemedy, troubleWords } from "@/lib/i18n/words/troubles";
import { openConnection } from "@/lib/redis/connection";
import { createFailureIndex } from "@/lib/rq/failure-index";
import { createRqSource } from "@/lib/rq/source";
import { freePort, noRedis, startRedis, type TestRedis } from "@/test/redis";
import { createMonitor, type Monitor } from "./monitor";

const PASSWORD = "open-sesame-77";

const folder = mkdtempSync(join(tmpdir(), "vigia-tls-"));
const pem = { key: join(folder, "key.pem"), cert: join(folder, "cert.pem") };
const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
const noOpenssl =
  spawnSync("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"],
    ...["-keyout", pem.key, "-out", pem.cert, ...subject],
  ]).status !== 0;

describe.skipIf(noRedis)("Redis that cannot be watched", { timeout: 30_000 }, () => {
  let server: TestRedis;
  let close: (() => Promise<void>) | null = null;

  beforeAll(async () => {
    server = await startRedis();
    const client = server.client();
    await client.sadd("rq:queues", "rq:queue:mails");
    await client.rpush("rq:queue:mails", "a");
    const rules = ["on", `>${PASSWORD}`, "~*", "&*", "+@all"];
    await client.call("ACL", "SETUSER", "needs", ...rules, "-smembers");
    await client.call("ACL", "SETUSER", "counts", ...rules, "-zcard", "-zcount");
  });
  afterEach(async () => {
    await close?.();
    close = null;
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const watch = (url: string): Monitor => {
    const connection = openConnection(parseConfig({ REDIS_URL: url }).redis, { readOnly: true });
    const monitor = createMonitor({
      connection,
      sources: [createRqSource({ failures: createFailureIndex() })],
      intervalMs: 500,
      redisFrom: "REDIS_URL",
      readOnly: true,
    });
    monitor.start();
    monitor.subscribe(() => undefined);
    close = async () => {
      await monitor.stop();
      await connection.close();
    };
    return monitor;
  };

  /** Watches until the trouble is known, and gives what would be on the terminal. */
  const told = async (url: string, cause: string) => {
    const monitor = watch(url);
    const found = () => monitor.told().find(({ evidence }) => evidence.kind === "redis-unreachable");
    await expect
      .poll(() => found()?.evidence, { timeout: 20_000, interval: 50 })
      .toMatchObject({ kind: "redis-unreachable", trouble: cause });
    const { connection, verdict } = monitor.overview();
    expect(connection.trouble).toBe(cause);
    expect(verdict).toMatchObject({ state: "unknown", unknown: "redis-unreachable" });
    expect(troubleKind(cause)).toBe(cause);
    const lines = troubleLines(connection).join("\n");
    expect(lines).not.toContain(PASSWORD);
    expect(JSON.stringify(monitor.overview())).not.toContain(PASSWORD);
    return lines;
  };

  it("because nothing listens on that port", async () => {
    const port = await freePort();
    const lines = await told(`redis://127.0.0.1:${port}/0`, "refused");
    expect(lines).toContain(`Nothing listens at redis://127.0.0.1:${port}/0.`);
    expect(lines).toContain("REDIS_URL=");
  });

  it("because the host has no address", async () => {
    await told("redis://no-such-host.invalid:6379/0", "unknown-host");
  });

  it("because there is no such socket", async () => {
    await told(`unix://${folder}/none.sock`, "no-socket");
  });

  it("because the database is not there", async () => {
    const lines = await told(`redis://127.0.0.1:${server.port}/99`, "no-database");
    expect(lines).toContain(`REDIS_URL=redis://127.0.0.1:${server.port}/0 npm start`);
  });

  it("because the user may not run a command that everything hangs on", async () => {
    const lines = await told(`redis://needs:${PASSWORD}@127.0.0.1:${server.port}/0`, "no-permission");
    expect(lines).toContain("refuses SMEMBERS to this user");
    expect(lines).toContain("ACL SETUSER USER +smembers");
  });

  it("because it asks for a password, and because the given one is wrong", async () => {
    const own = await startRedis();
    try {
      await own.client().config("SET", "requirepass", "another-secret");
      const lines = await told(`redis://127.0.0.1:${own.port}/0`, "password-missing");
      expect(lines).toContain("asks for a password");
      expect(lines).toContain("REDIS_PASSWORD");
      await close?.();
      await told(`redis://:${PASSWORD}@127.0.0.1:${own.port}/0`, "wrong-password");
    } finally {
      await own.stop();
    }
  });

  it("because it has too many clients", async () => {
    const own = await startRedis();
    try {
      const client = own.client();
      await client.ping();
      await client.config("SET", "maxclients", 1);
      await told(`redis://127.0.0.1:${own.port}/0`, "too-many-clients");
    } finally {
      await own.stop();
    }
  });

  it("because it does not speak TLS", async () => {
    const lines = await told(`rediss://127.0.0.1:${server.port}/0`, "no-connection");
    expect(lines).toContain("rediss://");
  });

  describe.skipIf(noOpenssl)("because it speaks TLS:", () => {
    let tls: TestRedis;
    let port = 0;
    beforeAll(async () => {
      port = await freePort();
      const files = ["--tls-cert-file", pem.cert, "--tls-key-file", pem.key, "--tls-auth-clients", "no"];
      tls = await startRedis(["--tls-port", String(port), ...files]);
    });
    afterAll(() => tls?.stop());

    it("the address has no TLS", async () => {
      const lines = await told(`redis://127.0.0.1:${port}/0`, "closed-at-once");
      expect(lines).toContain(`REDIS_URL=rediss://127.0.0.1:${port}/0 npm start`);
    });

    it("its certificate is not trusted", async () => {
      const lines = await told(`rediss://127.0.0.1:${port}/0`, "certificate");
      expect(lines).toContain("NODE_EXTRA_CA_CERTS=");
    });
  });

  it("is watched where only some figures are refused, and the commands are named", async () => {
    const monitor = watch(`redis://counts:${PASSWORD}@127.0.0.1:${server.port}/0`);
    await expect
      .poll(() => monitor.told().find(({ evidence }) => evidence.kind === "redis-denied"), {
        timeout: 10_000,
      })
      .toMatchObject({ severity: "degraded", evidence: { user: "counts", commands: ["zcard", "zcount"] } });
  });
});

describe("the words of troubles", () => {
  it("exist in both languages for each, and each remedy is free of secrets", () => {
    const kinds = Object.keys(troubleWords.en.of) as (keyof typeof troubleWords.en.of)[];
    expect(Object.keys(troubleWords["pt-BR"].of)).toEqual(kinds);
    for (const kind of kinds) {
      for (const { title, why, do: advice } of [troubleWords.en.of[kind], troubleWords["pt-BR"].of[kind]]) {
        expect(title).toContain("{label}");
        expect(title).not.toMatch(/[.!]$/);
        expect(why).toMatch(/\.$/);
        expect(advice).toMatch(/\.$/);
      }
      const remedy = troubleRemedy(kind, "redis://localhost:6379/3", null);
      if (remedy !== null) expect(remedy).not.toContain("undefined");
    }
    expect(troubleKind("something newer")).toBe("other");
  });
});
