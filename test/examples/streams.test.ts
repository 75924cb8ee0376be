/** The programs of examples/streams do what their README says, on real servers. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addressOf, type Settings } from "@/examples/streams/connection";
import { ensureGroup, reclaim } from "@/examples/streams/group";
import { freePort, noRedis, startRedis, type TestRedis } from "../redis";
import { serverMatrix } from "../servers";

const ROOT = join(import.meta.dirname, "..", "..");
const PROGRAMS = ["producer", "worker", "reader", "monitor", "forever"] as const;
const STREAM = "tarefas";
const GROUP = "processar_ocorrencias";
/** A second or two, and as much again for a crowded machine. */
const END_MAX_MS = 4_000;

interface Program {
  child: ChildProcess;
  output(): string;
  ended: Promise<number | null>;
}

const running = new Set<ChildProcess>();

function run(program: (typeof PROGRAMS)[number], args: readonly string[], env: Settings): Program {
  const file = join(ROOT, "examples", "streams", `${program}.ts`);
  const child = spawn(process.execPath, ["--import", "tsx", file, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NODE_ENV: "test" as const, ...env },
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => {
      output += data.toString();
    });
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { child, output: () => output, ended };
}

/** Asks it to end; how long that took. */
async function end(program: Program): Promise<number> {
  const beganMs = Date.now();
  program.child.kill("SIGTERM");
  expect(await program.ended, program.output()).toBe(0);
  return Date.now() - beganMs;
}

interface Held {
  id: string;
  consumer: string;
  deliveries: number;
}

async function pendingOf(redis: Redis, group = GROUP): Promise<Held[]> {
  const rows = (await redis.xpending(STREAM, group, "-", "+", 1_000)) as [string, string, number, number][];
  return rows.map(([id, consumer, , deliveries]) => ({ id, consumer, deliveries }));
}

/** Read by the group and neither pending nor unread; `entries-read` is exact while nothing is deleted. */
async function countsOf(
  redis: Redis,
  group = GROUP,
): Promise<{ unread: number; pending: number; acked: number }> {
  const groups = (await redis.xinfo("GROUPS", STREAM)) as unknown[][];
  const found = groups.map((flat) => Object.fromEntries(pairsOf(flat))).find(({ name }) => name === group);
  const [read, pending] = [Number(found?.["entries-read"] ?? 0), Number(found?.pending ?? 0)];
  return { unread: (await redis.xlen(STREAM)) - read, pending, acked: read - pending };
}

function pairsOf(flat: readonly unknown[]): [string, unknown][] {
  return flat.flatMap((name, at) => (at % 2 === 0 ? [[String(name), flat[at + 1]]] : []));
}

afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

describe("the address of Redis", () => {
  it("is REDIS_URL as it stands, also rediss://, and localhost without any setting", () => {
    const REDIS_URL = "rediss://user:p%40ss@redis.example.com:6380/2";
    expect(addressOf({ REDIS_URL, REDIS_HOST: "elsewhere" })).toBe(REDIS_URL);
    expect(new Redis(REDIS_URL, { lazyConnect: true }).options).toMatchObject({
      tls: expect.anything(),
      password: "p@ss",
    });
    expect(addressOf({})).toBe("redis://localhost:6379/0");
    expect(addressOf({ REDIS_URL: "", REDIS_HOST: "redis_1", REDIS_PORT: "7000", REDIS_DB: "3" })).toBe(
      "redis://redis_1:7000/3",
    );
  });

  it("keeps every character of a password, and an IPv6 address", () => {
    for (const password of ["p@ss:w/rd", "50%25", "%41", "é ?#[]", "a+b&c=d"]) {
      const address = addressOf({ REDIS_HOST: "::1", REDIS_USERNAME: "ana@x", REDIS_PASSWORD: password });
      expect(new Redis(address, { lazyConnect: true }).options).toMatchObject({
        host: "::1",
        username: "ana@x",
        password,
      });
    }
  });
});

describe("every program", () => {
  it("tells its usage, and refuses what it does not understand, without a Redis", async () => {
    const env = { REDIS_PORT: String(await freePort()) };
    const asked = PROGRAMS.map((program) => ({ program, help: run(program, ["--help"], env) }));
    for (const { program, help } of asked) {
      expect(await help.ended).toBe(0);
      expect(help.output()).toMatch(new RegExp(`^${program}\\.ts`));
    }
    const wrong = run("producer", ["--nonsense"], env);
    expect(await wrong.ended).toBe(2);
    expect(wrong.output()).toContain("usage: producer.ts");
    expect(wrong.output()).not.toContain("    at ");
  });
});

describe.skipIf(noRedis)("the programs", () => {
  const PASSWORD = "p@ss:w/50%41 é";
  let server: TestRedis;
  let redis: Redis;
  let env: Settings;

  beforeAll(async () => {
    server = await startRedis();
    await server.client().config("SET", "requirepass", PASSWORD);
    redis = server.client({ password: PASSWORD });
    env = { REDIS_HOST: "127.0.0.1", REDIS_PORT: String(server.port), REDIS_PASSWORD: PASSWORD };
  });
  afterEach(() => redis.flushall());
  afterAll(() => server.stop());

  it("finish 49 of 50 tasks; task 20 stays pending and is tried again and again", async () => {
    // Both at once, before the stream exists: one of them makes the group.
    const workers = ["worker_1", "worker_2"].map((name) =>
      run("worker", [name, "--took", "5", "--reclaim", "200"], env),
    );
    expect(await run("producer", [], env).ended).toBe(0);
    await expect
      .poll(() => countsOf(redis), { timeout: 10_000 })
      .toEqual({ unread: 0, pending: 1, acked: 49 });
    const [poison, ...others] = await pendingOf(redis);
    expect(others).toEqual([]);
    const [entry] = await redis.xrange(STREAM, poison?.id ?? "", poison?.id ?? "");
    expect(entry?.[1].slice(0, 2)).toEqual(["id", "20"]);
    await expect
      .poll(async () => (await pendingOf(redis))[0]?.deliveries, { timeout: 10_000 })
      .toBeGreaterThan((poison?.deliveries ?? 0) + 1);
    const monitor = run("monitor", ["--once"], env);
    expect(await monitor.ended).toBe(0);
    expect(monitor.output()).toMatch(/length 50 {3}lag 0 {3}pending 1/);
    for (const took of await Promise.all(workers.map(end))) expect(took).toBeLessThan(END_MAX_MS);
    const said = workers.map((worker) => worker.output()).join("");
    expect(said.match(/ made$/gm)).toHaveLength(1);
    expect(said.match(/ there$/gm)).toHaveLength(1);
  });

  it("make a group once, however many try at the same time, and leave its position alone", async () => {
    const clients = Array.from({ length: 8 }, () => server.client({ password: PASSWORD }));
    const made = await Promise.all(clients.map((client) => ensureGroup(client, STREAM, GROUP)));
    expect(made.toSorted()).toEqual(["made", ...Array.from({ length: 7 }, () => "there")]);
    await redis.xadd(STREAM, "*", "id", "1");
    await redis.xreadgroup("GROUP", GROUP, "worker_1", "STREAMS", STREAM, ">");
    expect(await ensureGroup(redis, STREAM, GROUP)).toBe("there");
    expect(await countsOf(redis)).toEqual({ unread: 0, pending: 1, acked: 0 });
  });

  it("end on SIGTERM within two seconds, in the middle of a batch, with no message half done", async () => {
    await run("producer", ["--count", "60"], env).ended;
    const worker = run("worker", ["worker_1", "--took", "60", "--reclaim", "0"], env);
    await expect.poll(async () => (await countsOf(redis)).acked, { timeout: 5_000 }).toBeGreaterThan(2);
    expect(await end(worker)).toBeLessThan(END_MAX_MS);
    const { unread, pending, acked } = await countsOf(redis);
    expect(unread + pending + acked).toBe(60);
    expect(pending).toBeGreaterThan(0);
    expect(worker.output()).toContain(`handled ${acked}, ends`);
  });

  it("end on SIGTERM while Redis is away, and when it went away under a blocked read", async () => {
    const away = { REDIS_HOST: "127.0.0.1", REDIS_PORT: String(await freePort()) };
    const other = await startRedis();
    const left = { REDIS_URL: other.url };
    const waiting = [
      run("worker", ["worker_1"], away),
      run("producer", ["--forever"], away),
      run("reader", ["--forever"], away),
      run("monitor", [], away),
    ];
    const blocked = [run("worker", ["worker_1"], left), run("reader", ["--count", "1000"], left)];
    const seen = other.client();
    const reading = async () => String(await seen.client("LIST")).match(/flags=b|cmd=xread\b/g)?.length;
    await expect.poll(reading, { timeout: 5_000 }).toBe(2);
    await other.kill();
    const programs = [...waiting, ...blocked];
    for (const { output } of programs)
      await expect.poll(output, { timeout: 5_000 }).toContain("redis: connect ECONNREFUSED");
    for (const took of await Promise.all(programs.map(end))) expect(took).toBeLessThan(END_MAX_MS);
    await other.stop();
  });

  it("begin with what the name still holds, also when an entry of it is gone", async () => {
    await run("producer", ["--count", "15"], env).ended;
    await ensureGroup(redis, STREAM, GROUP);
    await redis.xreadgroup("GROUP", GROUP, "worker_1", "COUNT", 12, "STREAMS", STREAM, ">");
    const gone = (await redis.xrange(STREAM, "-", "+", "COUNT", 10)).map(([id]) => id);
    await redis.xdel(STREAM, ...gone);
    const worker = run("worker", ["worker_1", "--took", "5", "--reclaim", "0"], env);
    await expect.poll(() => countsOf(redis), { timeout: 5_000 }).toMatchObject({ pending: 0 });
    await end(worker);
    expect(worker.output()).toContain("handled 15, ends");
  });

  it("die with a whole batch in hand when told to, and everything ends with forever", async () => {
    const forever = run("forever", ["--rate", "60", "--die-after", "5", "--absent-for", "1"], env);
    await expect
      .poll(
        async () => {
          // The group comes with its first worker.
          if ((await redis.xlen(STREAM)) === 0) return 0;
          await ensureGroup(redis, STREAM, "notificar_clientes");
          const held = await pendingOf(redis, "notificar_clientes");
          return held.filter(({ consumer }) => consumer === "notificador_1").length;
        },
        { timeout: 10_000 },
      )
      .toBe(10);
    expect(await end(forever)).toBeLessThan(END_MAX_MS);
    // Its programs hold connections; only this test's own are left.
    const commands = async () =>
      [...String(await redis.client("LIST")).matchAll(/cmd=(\S+)/g)].map(([, command]) => command);
    const theirs = async () =>
      (await commands()).filter((command) => /^x(read|add|ack|autoclaim)/.test(command ?? ""));
    await expect.poll(theirs).toEqual([]);
  });

  it("keep the stream of the reader short, and read all that comes without a group", async () => {
    const pipeline = redis.pipeline();
    for (let n = 0; n < 5_000; n += 1) pipeline.xadd("sensores", "*", "sensor", "s1");
    await pipeline.exec();
    const reader = run("reader", ["--count", "20"], env);
    expect(await reader.ended).toBe(0);
    expect(reader.output()).toContain("read 20 entries of sensores");
    // `MAXLEN ~` frees whole nodes of a hundred entries.
    expect(await redis.xlen("sensores")).toBeLessThan(1_100);
    expect(await redis.xlen("sensores")).toBeGreaterThanOrEqual(1_000);
    expect(await redis.xinfo("GROUPS", "sensores")).toEqual([]);
  });
});

const openssl = spawnSync("openssl", ["version"]).status === 0;
describe.skipIf(noRedis || !openssl)("with rediss://", () => {
  it("the programs work over TLS", async () => {
    const folder = mkdtempSync(join(tmpdir(), "vigia-tls-"));
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const asked = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
    ];
    const subject = [
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost",
      "-keyout",
      key,
      "-out",
      cert,
    ];
    expect(spawnSync("openssl", [...asked, ...subject]).status).toBe(0);
    const port = await freePort();
    const tls = ["--tls-port", String(port), "--tls-cert-file", cert, "--tls-key-file", key];
    const server = await startRedis([...tls, "--tls-auth-clients", "no"]);
    const url = `rediss://localhost:${port}/0`;
    const producer = run("producer", ["--count", "3"], { REDIS_URL: url, NODE_EXTRA_CA_CERTS: cert });
    expect(await producer.ended, producer.output()).toBe(0);
    expect(await server.client().xlen(STREAM)).toBe(3);
    await server.stop();
    rmSync(folder, { recursive: true });
  });
});

describe.each(
  serverMatrix.map((server) => ({ ...server, title: `${server.id} ${server.why ?? server.version}` })),
)("taking over on $title", ({ path, version }) => {
  it.skipIf(path === null)("understands what XAUTOCLAIM answers, with an entry that is gone", async () => {
    const server = await startRedis([], path);
    const redis = server.client();
    await ensureGroup(redis, STREAM, GROUP);
    const ids: string[] = [];
    for (const id of ["1", "2", "3"]) ids.push((await redis.xadd(STREAM, "*", "id", id)) ?? "");
    await redis.xreadgroup("GROUP", GROUP, "dead", "STREAMS", STREAM, ">");
    const [first = "", second = "", third = ""] = ids;
    await redis.xdel(STREAM, second);
    const wanted = { stream: STREAM, group: GROUP, consumer: "alive", minIdleMs: 0, count: 10 };
    const taken = await reclaim(redis, { ...wanted, cursor: "0-0" });
    expect(taken.messages).toEqual([
      { entryId: first, fields: ["id", "1"] },
      { entryId: third, fields: ["id", "3"] },
    ]);
    // Redis 6.2 answers in two parts, and tells nothing of what is gone.
    const tells = !version?.startsWith("6.");
    expect(taken).toMatchObject({ cursor: "0-0", deleted: tells ? [second] : [] });
    const reply = (await redis.xautoclaim(STREAM, GROUP, "alive", 0, "0-0")) as unknown[];
    expect(reply).toHaveLength(tells ? 3 : 2);
    const some = await reclaim(redis, { ...wanted, count: 1, cursor: "0-0" });
    expect(some.cursor).not.toBe("0-0");
    await server.stop();
  });
});
