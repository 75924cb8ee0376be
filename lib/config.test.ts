import { describe, expect, it } from "vitest";
import { ConfigError, type Env, isLoopback, parseConfig } from "./config";

function faultsOf(env: Env) {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe("without any variable", () => {
  it("watches localhost:6379 and listens on loopback alone, on both families", () => {
    expect(parseConfig({})).toMatchObject({
      redis: { id: "main", kind: "tcp", host: "localhost", port: 6379, db: 0, tls: false, password: null },
      redisFrom: "default",
      demo: null,
      state: null,
      port: 9181,
      hosts: ["127.0.0.1", "::1"],
      loopbackOnly: true,
      allowedHosts: [],
      password: null,
      readOnly: false,
      streams: [],
      deadAfterMs: 60_000,
      intervalMs: 2000,
      logLevel: "info",
    });
  });

  it("treats empty and blank variables as not set", () => {
    expect(parseConfig({ REDIS_URL: " ", VIGIA_PORT: "", VIGIA_PASSWORD: "", REDIS_PORT: "  " })).toEqual(
      parseConfig({}),
    );
  });
});

describe("REDIS_URL", () => {
  const redis = (url: string) => parseConfig({ REDIS_URL: url }).redis;

  it("names host, port, database and credentials", () => {
    expect(redis("redis://bob:s%40cret@cache.internal:6380/3")).toMatchObject({
      kind: "tcp",
      host: "cache.internal",
      port: 6380,
      db: 3,
      username: "bob",
      password: "s@cret",
      tls: false,
    });
  });

  it("may hold a password alone, and fills in what is left out", () => {
    expect(redis("redis://:pw@cache")).toMatchObject({
      username: null,
      password: "pw",
      port: 6379,
      db: 0,
      host: "cache",
    });
  });

  it("switches TLS on with rediss", () => {
    expect(redis("rediss://cache:6390")).toMatchObject({ tls: true, port: 6390 });
  });

  it("understands IPv6 addresses", () => {
    expect(redis("redis://[::1]:6400/1")).toMatchObject({ host: "::1", port: 6400, db: 1 });
  });

  it("understands sockets", () => {
    expect(redis("unix:///run/redis.sock")).toMatchObject({ kind: "unix", path: "/run/redis.sock" });
  });

  it("understands sentinels", () => {
    expect(redis("redis+sentinel://:pw@s1:26379,s2/mymaster/2")).toMatchObject({
      kind: "sentinel",
      sentinels: [
        { host: "s1", port: 26379 },
        { host: "s2", port: 26379 },
      ],
      sentinelMaster: "mymaster",
      db: 2,
    });
  });

  it("wins over REDIS_HOST and its companions, wrong ones included", () => {
    const parsed = parseConfig({ REDIS_URL: "redis://a", REDIS_HOST: "b", REDIS_PORT: "nonsense" });
    expect(parsed).toMatchObject({ redis: { host: "a" }, redisFrom: "REDIS_URL" });
  });

  it("may carry a name", () => {
    expect(redis("mail=redis://a:6379/0")).toMatchObject({ id: "mail", host: "a" });
  });

  it("takes an unencoded percent sign or colon in a password as it stands", () => {
    expect(redis("redis://:100%@a").password).toBe("100%");
    expect(redis("redis+sentinel://bob:a:b@s1/mymaster")).toMatchObject({ username: "bob", password: "a:b" });
  });

  it("never shows credentials in its label", () => {
    for (const url of [
      "redis://bob:hunter22@a/1",
      "rediss://:hunter22@a",
      "redis+sentinel://:hunter22@s1/mymaster",
    ])
      expect(JSON.stringify(redis(url).label)).not.toMatch(/hunter22|bob/);
  });

  it.each([
    "cache:6379",
    "http://cache:6379",
    "redis://",
    "redis://a/db",
    "redis://a:99999",
    "redis://a:port",
    "redis+sentinel://s1:26379",
    "redis://a redis://b",
    "redis://a,redis://b",
    "redis://bob:hunter22@a:b:c",
  ])("%j is a fault that names the variable, gives an example and repeats no value", (url) => {
    const [fault, ...rest] = faultsOf({ REDIS_URL: url });
    expect(rest).toEqual([]);
    expect(fault).toMatchObject({ variable: "REDIS_URL" });
    expect(fault?.example).toContain("REDIS_URL=redis://");
    expect(JSON.stringify(fault)).not.toContain("hunter22");
  });
});

describe("REDIS_HOST and its companions", () => {
  it("are put together", () => {
    const env = {
      REDIS_HOST: "cache",
      REDIS_PORT: "6380",
      REDIS_DB: "2",
      REDIS_USERNAME: "u",
      REDIS_PASSWORD: "p",
    };
    expect(parseConfig(env)).toMatchObject({
      redis: {
        host: "cache",
        port: 6380,
        db: 2,
        username: "u",
        password: "p",
        label: "redis://cache:6380/2",
      },
      redisFrom: "REDIS_HOST",
    });
  });

  it("understand what Kubernetes sets for a service called redis", () => {
    expect(parseConfig({ REDIS_PORT: "tcp://10.0.0.1:6379" }).redis).toMatchObject({
      host: "10.0.0.1",
      port: 6379,
    });
    expect(parseConfig({ REDIS_PORT: "tcp://10.0.0.1:6379", REDIS_HOST: "redis" }).redis.host).toBe("redis");
    expect(parseConfig({ REDIS_PORT: "tcp://[fd00::1]:6379" }).redis.host).toBe("fd00::1");
  });

  it("say where a wrong one is", () => {
    expect(faultsOf({ REDIS_PORT: "70000" })).toMatchObject([{ variable: "REDIS_PORT" }]);
    expect(faultsOf({ REDIS_DB: "-1" })).toMatchObject([{ variable: "REDIS_DB" }]);
    expect(faultsOf({ REDIS_HOST: "redis://cache" })).toMatchObject([{ variable: "REDIS_HOST" }]);
  });
});

describe("where Vigia listens", () => {
  it("takes PORT when VIGIA_PORT is not set, and names the right one in a fault", () => {
    expect(parseConfig({ PORT: "8080" }).port).toBe(8080);
    expect(parseConfig({ PORT: "8080", VIGIA_PORT: "9000" }).port).toBe(9000);
    expect(faultsOf({ PORT: "x" })).toMatchObject([{ variable: "PORT" }]);
    expect(faultsOf({ VIGIA_PORT: "0", PORT: "8080" })).toMatchObject([{ variable: "VIGIA_PORT" }]);
  });

  it("knows loopback from everything else", () => {
    expect(parseConfig({ VIGIA_HOST: "localhost" })).toMatchObject({ loopbackOnly: true });
    expect(parseConfig({ VIGIA_HOST: "127.0.0.1" })).toMatchObject({
      loopbackOnly: true,
      hosts: ["127.0.0.1"],
    });
    expect(parseConfig({ VIGIA_HOST: "[::1]" })).toMatchObject({ loopbackOnly: true, hosts: ["::1"] });
    expect(parseConfig({ VIGIA_HOST: "0.0.0.0" })).toMatchObject({ loopbackOnly: false });
    expect(parseConfig({ VIGIA_HOST: "127.0.0.1,10.0.0.7" })).toMatchObject({ loopbackOnly: false });
    for (const host of ["127.0.0.1", "127.8.8.8", "::1", "localhost"]) expect(isLoopback(host)).toBe(true);
    for (const host of ["0.0.0.0", "::", "127.evil.example", "10.0.0.1", "localhost.evil"])
      expect(isLoopback(host)).toBe(false);
  });

  it("resolves every spelling of localhost to addresses, never by name", () => {
    for (const value of ["localhost", "LOCALHOST", "localhost,10.0.0.7"])
      expect(parseConfig({ VIGIA_HOST: value }).hosts).not.toContain("localhost");
  });

  it("refuses what is no address", () => {
    expect(faultsOf({ VIGIA_HOST: "http://x" })).toMatchObject([{ variable: "VIGIA_HOST" }]);
  });

  it("takes exact host names", () => {
    expect(parseConfig({ VIGIA_ALLOWED_HOSTS: "Vigia.example.com, two.example" }).allowedHosts).toEqual([
      "vigia.example.com",
      "two.example",
    ]);
    for (const wrong of ["*.example.com", "https://vigia.example.com", "vigia.example.com:443"])
      expect(faultsOf({ VIGIA_ALLOWED_HOSTS: wrong })).toMatchObject([{ variable: "VIGIA_ALLOWED_HOSTS" }]);
  });
});

describe("the rest", () => {
  it("understands yes and no", () => {
    for (const value of ["1", "true", "YES", "on"])
      expect(parseConfig({ VIGIA_READ_ONLY: value }).readOnly).toBe(true);
    for (const value of ["0", "false", "No", "off"])
      expect(parseConfig({ VIGIA_READ_ONLY: value }).readOnly).toBe(false);
    expect(faultsOf({ VIGIA_READ_ONLY: "maybe" })).toMatchObject([{ variable: "VIGIA_READ_ONLY" }]);
  });

  it("bounds the interval", () => {
    expect(parseConfig({ VIGIA_INTERVAL_MS: "500" }).intervalMs).toBe(500);
    expect(parseConfig({ VIGIA_DEAD_AFTER_S: "300" }).deadAfterMs).toBe(300_000);
    expect(faultsOf({ VIGIA_DEAD_AFTER_S: "1" })).toMatchObject([{ variable: "VIGIA_DEAD_AFTER_S" }]);
    for (const value of ["499", "60001", "2s", "1e3", "2000.5"])
      expect(faultsOf({ VIGIA_INTERVAL_MS: value })).toMatchObject([{ variable: "VIGIA_INTERVAL_MS" }]);
  });

  it("takes a state Redis, or memory", () => {
    expect(parseConfig({ VIGIA_STATE_URL: "memory:" }).state).toBe("memory:");
    expect(parseConfig({ VIGIA_STATE_URL: "redis://a/1" }).state).toMatchObject({ id: "state", db: 1 });
    expect(faultsOf({ VIGIA_STATE_URL: "disk" })).toMatchObject([{ variable: "VIGIA_STATE_URL" }]);
  });

  it("asks for a password worth its name, and does not repeat it", () => {
    const [fault] = faultsOf({ VIGIA_PASSWORD: "hunter2" });
    expect(fault).toMatchObject({ variable: "VIGIA_PASSWORD" });
    expect(JSON.stringify(fault)).not.toContain("hunter2");
    expect(parseConfig({ VIGIA_PASSWORD: " with spaces " }).password).toBe(" with spaces ");
  });

  it("knows the levels of the log", () => {
    expect(parseConfig({ VIGIA_LOG_LEVEL: "DEBUG" }).logLevel).toBe("debug");
    expect(faultsOf({ VIGIA_LOG_LEVEL: "loud" })).toMatchObject([{ variable: "VIGIA_LOG_LEVEL" }]);
  });

  it("tells every fault at once", () => {
    const env = { REDIS_URL: "x", VIGIA_PORT: "x", VIGIA_INTERVAL_MS: "x" };
    expect(faultsOf(env).map((fault) => fault.variable)).toEqual([
      "REDIS_URL",
      "VIGIA_PORT",
      "VIGIA_INTERVAL_MS",
    ]);
  });
});

describe("VIGIA_STREAMS", () => {
  it("takes names and patterns, parted by commas or spaces, each once", () => {
    expect(
      parseConfig({ VIGIA_STREAMS: "orders, payments:*  b64:YS9i,orders\n{shop}:events" }).streams,
    ).toEqual(["orders", "payments:*", "b64:YS9i", "{shop}:events"]);
    expect(parseConfig({ VIGIA_STREAMS: "log:[0-9]* odd\\[name a\\\\" }).streams).toHaveLength(3);
  });

  it("refuses what no key can match as meant, with an example", () => {
    for (const wrong of [
      "log:[0-9",
      "orders\\",
      "b64:***",
      "x".repeat(4_097),
      "s ".repeat(2_000).concat("["),
    ])
      expect(faultsOf({ VIGIA_STREAMS: wrong })).toMatchObject([
        { variable: "VIGIA_STREAMS", example: "VIGIA_STREAMS=orders,payments:*" },
      ]);
    const many = Array.from({ length: 1_001 }, (_, index) => `s${index}`).join(" ");
    expect(faultsOf({ VIGIA_STREAMS: many })[0]?.problem).toContain("more than 1000");
  });
});

describe("what the start command says of a private Redis", () => {
  it("is that it is private, and what a demo has filled it with", () => {
    const env = { REDIS_URL: "redis://127.0.0.1:41000/0", VIGIA_PRIVATE_REDIS: "1" };
    expect(parseConfig(env)).toMatchObject({ redisFrom: "private", demo: null });
    expect(parseConfig({ ...env, VIGIA_DEMO: "full" }).demo).toBe("full");
    expect(parseConfig({ ...env, VIGIA_DEMO: "streams" }).demo).toBe("streams");
  });

  it("is no setting of anybody else", () => {
    expect(faultsOf({ VIGIA_DEMO: "yes" })).toMatchObject([
      { variable: "VIGIA_DEMO", example: "npm run demo" },
    ]);
  });
});
