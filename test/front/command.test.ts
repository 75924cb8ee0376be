import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { freePort, noRedis, redisServerPath, startRedis } from "../redis";
import { type Command, command, isListening, noBuild, noFreshBuild, ROOT, until, vigia } from "./processes";
import { send } from "./raw";

const running: Command[] = [];
const begin = (one: Command) => {
  running.push(one);
  return one;
};
afterEach(() => {
  for (const one of running.splice(0)) one.child.kill("SIGKILL");
});

async function timed<T>(work: Promise<T>): Promise<[T, number]> {
  const startedAt = Date.now();
  return [await work, Date.now() - startedAt];
}

/** The quickest of three: on a machine that is busy with other tests one start may wait for its turn. */
async function quickest(begin: () => Command): Promise<[Command, number]> {
  let best: [Command, number] | null = null;
  for (let index = 0; index < 3; index += 1) {
    const one = begin();
    const [, ms] = await timed(one.exit);
    if (best === null || ms < best[1]) best = [one, ms];
    if (ms < 1_000) break;
  }
  return best ?? [begin(), Number.POSITIVE_INFINITY];
}

describe.skipIf(noBuild)("the vigia command", () => {
  it("stops within a second for wrong settings, and names each with an example and no secret", async () => {
    const env = { VIGIA_INTERVAL_MS: "soon", REDIS_URL: "http://:hunter22@cache", VIGIA_PORT: "no" };
    const [one, ms] = await quickest(() => begin(vigia([], env)));
    expect((await one.exit).code).toBe(2);
    expect(ms).toBeLessThan(1_000);
    const said = one.output();
    for (const part of ["VIGIA_INTERVAL_MS=2000", "REDIS_URL=redis://", "VIGIA_PORT=9181"])
      expect(said).toContain(part);
    expect(said).not.toContain("hunter22");
  });

  it("speaks of the flag when a flag was wrong", async () => {
    const one = begin(vigia(["--port", "no"]));
    expect((await one.exit).code).toBe(2);
    expect(one.output()).toContain("--port must be a whole number");
  });

  it("explains itself", async () => {
    const help = begin(vigia(["--help"]));
    expect((await help.exit).code).toBe(0);
    expect(help.output()).toContain("Usage: vigia");
    const version = begin(vigia(["--version"]));
    await version.exit;
    expect(version.output()).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await begin(vigia(["fly"])).exit).code).toBe(2);
    expect((await begin(vigia(["--fly"])).exit).code).toBe(2);
  });

  it("stops within a second when the port is taken, on either loopback family, and says by whom", async () => {
    for (const host of ["127.0.0.1", "::1"]) {
      const port = await freePort();
      const holder = createServer();
      const held = await new Promise<boolean>((resolve) => {
        holder.once("error", () => resolve(false));
        holder.listen(port, host, () => resolve(true));
      });
      if (!held) continue; // a machine without IPv6
      const [one, ms] = await quickest(() => begin(vigia(["--port", String(port)])));
      holder.close();
      expect((await one.exit).code).toBe(1);
      expect(ms).toBeLessThan(1_000);
      expect(one.output()).toContain(`Port ${port} is in use`);
      if (process.platform === "linux") expect(one.output()).toContain(`pid ${process.pid}`);
    }
  });

  describe.skipIf(noRedis)("with a Redis", () => {
    it("serves on loopback alone, with all headers on Next's own answers, and ends with a stream open", async () => {
      const redis = await startRedis();
      const port = await freePort();
      const one = begin(vigia(["--port", String(port)], { REDIS_URL: redis.url, VIGIA_LOG_LEVEL: "error" }));
      await one.says(/Vigia is ready/);
      expect(one.output()).toContain(`http://localhost:${port}/`);
      expect(await until(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, 5_000)).toBe(true);

      for (const path of [
        "/",
        "/nowhere",
        "//x",
        "/queues/",
        "/_next/static/nothing.js",
        "/_next/image?url=%2Fx&w=64&q=75",
        "/api/v1/nowhere",
      ]) {
        const { headers, status } = await send(port, { path });
        expect(headers["content-security-policy"], `${path} ${status}`).toMatch(
          /script-src 'nonce-[^']+' 'strict-dynamic'/,
        );
        expect(headers["x-content-type-options"], path).toBe("nosniff");
        expect(headers["x-powered-by"], path).toBeUndefined();
        expect(status, path).toBeLessThan(500);
      }
      expect((await send(port, { headers: ["Host: evil.example"] })).status).toBe(421);

      const stream = await fetch(`http://127.0.0.1:${port}/api/v1/events`);
      expect(stream.headers.get("content-type")).toContain("text/event-stream");
      const drained = stream.text().catch(() => "cut");
      const [exit, ms] = await timed(Promise.resolve(one.child.kill("SIGTERM")).then(() => one.exit));
      expect(exit).toEqual({ code: 0, signal: null });
      expect(ms).toBeLessThan(3_000);
      await drained;
      expect(await isListening(port)).toBe(false);
      await redis.stop();
    });

    it("puts its nonce on every script of a page", async () => {
      const redis = await startRedis();
      const port = await freePort();
      const one = begin(vigia(["--port", String(port)], { REDIS_URL: redis.url, VIGIA_LOG_LEVEL: "error" }));
      await one.says(/Vigia is ready/);
      const page = await fetch(`http://127.0.0.1:${port}/`);
      const nonce = /'nonce-([^']+)'/.exec(page.headers.get("content-security-policy") ?? "")?.[1];
      const scripts = (await page.text()).match(/<script[^>]*>/g) ?? [];
      expect(scripts.length).toBeGreaterThan(0);
      for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
      await redis.stop();
    });

    it("asks for a login on other addresses, and prints a link that gives it", async () => {
      const redis = await startRedis();
      const port = await freePort();
      const env = { REDIS_URL: redis.url, VIGIA_LOG_LEVEL: "error" };
      const one = begin(vigia(["--port", String(port), "--host", "0.0.0.0"], env));
      const [link = ""] = await one.says(/http:\/\/localhost:\d+\/\?token=[\w-]{43}/);
      await one.says(/asks for the token/);
      expect((await send(port, { path: "/api/v1/overview" })).status).toBe(401);
      expect((await send(port, {})).status).toBe(303);
      const login = await fetch(`http://127.0.0.1:${port}/login`);
      expect(login.status).toBe(200);
      const token = new URL(link).searchParams.get("token") ?? "";
      const signIn = (password: string) =>
        fetch(`http://127.0.0.1:${port}/api/v1/session`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ password }),
        });
      expect((await signIn("guess")).status).toBe(401);
      const entered = await signIn(token);
      expect(entered.status).toBe(200);
      const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
      const withCookie = (path: string, init: RequestInit = {}) =>
        fetch(`http://127.0.0.1:${port}${path}`, {
          ...init,
          headers: { cookie, origin: `http://127.0.0.1:${port}` },
        });
      expect((await withCookie("/api/v1/overview")).status).toBe(200);
      expect((await withCookie("/api/v1/session", { method: "DELETE" })).status).toBe(200);
      expect((await withCookie("/api/v1/overview")).status).toBe(401);
      for (let tries = 0; tries < 4; tries += 1) await signIn("guess");
      const limited = await signIn(token);
      expect(limited.status).toBe(429);
      expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(30);
      await redis.stop();
    });

    it("starts and stays without Redis, says so in readyz, and still ends at once", async () => {
      const port = await freePort();
      const nobody = await freePort();
      const env = { REDIS_URL: `redis://127.0.0.1:${nobody}/0`, VIGIA_LOG_LEVEL: "silent" };
      const one = begin(vigia(["--port", String(port)], env));
      await one.says(/Vigia is ready/);
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
      one.child.kill("SIGINT");
      const [exit, ms] = await timed(one.exit);
      expect(exit.code).toBe(0);
      expect(ms).toBeLessThan(3_000);
    });
  });
});

describe.skipIf(noRedis)("a private Redis", () => {
  const HOLD = `
    import { startPrivateRedis } from "./bin/setup/redis.mjs";
    const redis = await startPrivateRedis(process.argv[1]);
    console.log("port " + redis.port);
    setInterval(() => {}, 1000);`;

  it("ends with the process that started it, also when that one is killed", async () => {
    const holder = spawn(process.execPath, ["--input-type=module", "-e", HOLD, String(redisServerPath)], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const port = await new Promise<number>((resolve) =>
      holder.stdout.on("data", (chunk: Buffer) => resolve(Number(/port (\d+)/.exec(chunk.toString())?.[1]))),
    );
    expect(await isListening(port)).toBe(true);
    holder.kill("SIGKILL");
    expect(await until(async () => !(await isListening(port)), 2_000)).toBe(true);
  });
});

describe.skipIf(noFreshBuild || noRedis)("npm start", () => {
  it("ends its server within three seconds, exit code 0", async () => {
    const redis = await startRedis();
    const port = await freePort();
    const env = { REDIS_URL: redis.url, VIGIA_LOG_LEVEL: "error" };
    const one = begin(command("bin/start.mjs", ["--port", String(port)], env));
    await one.says(/Vigia is ready/);
    const stream = await fetch(`http://127.0.0.1:${port}/api/v1/events`);
    const drained = stream.text().catch(() => "cut");
    one.child.kill("SIGINT");
    const [exit, ms] = await timed(one.exit);
    expect(exit.code).toBe(0);
    expect(ms).toBeLessThan(3_000);
    await drained;
    expect(await isListening(port)).toBe(false);
    await redis.stop();
  });

  it("takes its server along when it is killed without a word", async () => {
    const redis = await startRedis();
    const port = await freePort();
    const env = { REDIS_URL: redis.url, VIGIA_LOG_LEVEL: "error" };
    const one = begin(command("bin/start.mjs", ["--port", String(port)], env));
    await one.says(/Vigia is ready/);
    one.child.kill("SIGKILL");
    expect(await until(async () => !(await isListening(port)), 3_000)).toBe(true);
    await redis.stop();
  });

  it("ends when npm is ended, which tells only the shell between them", async () => {
    const redis = await startRedis();
    const port = await freePort();
    const script = `"${process.execPath}" bin/start.mjs --port ${port}; exit 0`;
    const shell = spawn("/bin/sh", ["-c", script], {
      cwd: ROOT,
      env: { ...process.env, REDIS_URL: redis.url, VIGIA_LOG_LEVEL: "error", npm_lifecycle_event: "start" },
      stdio: "ignore",
    });
    expect(await until(() => isListening(port), 10_000)).toBe(true);
    shell.kill("SIGTERM");
    expect(await until(async () => !(await isListening(port)), 3_000)).toBe(true);
    await redis.stop();
  });

  it("passes on the exit code of a server that would not start", async () => {
    const one = begin(command("bin/start.mjs", [], { REDIS_URL: "redis://a/x" }));
    expect((await one.exit).code).toBe(2);
    expect(one.output()).toContain("REDIS_URL");
  });

  /** Starts it with a Redis of its own, and sees that it ends in time and takes that along. */
  async function expectOwnRedis(args: readonly string[], says: RegExp): Promise<void> {
    const port = await freePort();
    const one = begin(
      command("bin/start.mjs", ["--port", String(port), ...args], { VIGIA_LOG_LEVEL: "error" }),
    );
    const [, redisPort = ""] = await one.says(says);
    await one.says(/Vigia is ready/);
    expect(await isListening(Number(redisPort))).toBe(true);
    one.child.kill("SIGTERM");
    const [exit, ms] = await timed(one.exit);
    expect(exit.code).toBe(0);
    expect(ms).toBeLessThan(3_000);
    expect(await isListening(Number(redisPort))).toBe(false);
  }

  it("brings a demo when there is no Redis, and ends it too", async ({ skip }) => {
    if (await isListening(6379)) skip("something listens on port 6379");
    await expectOwnRedis([], /No Redis at localhost:6379: a demo with .*, on a private Redis at port (\d+)/);
  });

  it("brings an empty Redis when it is asked to, and ends it too", () =>
    expectOwnRedis(["--empty"], /A private, empty Redis at port (\d+)/));

  it("cannot bring both", async () => {
    const one = begin(command("bin/start.mjs", ["--empty", "--demo"]));
    expect((await one.exit).code).toBe(2);
    expect(one.output()).toContain("exclude each other");
  });
});
