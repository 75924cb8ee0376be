/** The demo on real servers, as `npm run demo` starts it: what it shows, how soon, and that nothing is left of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parseRedisUrl } from "@/lib/config";
import { createMonitor, type Monitor } from "@/lib/monitor/monitor";
import { type Connection, openConnection } from "@/lib/redis/connection";
import { createFailureIndex } from "@/lib/rq/failure-index";
import { createRqSource } from "@/lib/rq/source";
import { createStreamsSource } from "@/lib/streams/source";
import { until } from "@/test/front/processes";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { rqVersions } from "@/test/rq/harness";

const ROOT = join(import.meta.dirname, "..", "..");
const PYTHON = rqVersions.find(({ id }) => id === "2")?.python ?? null;
const FULL = process.env.VIGIA_FULL === "1";
const DEAD_AFTER_MS = 20_000;

/** Ends what a test has begun, the last first. */
const undo: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of undo.splice(0).reverse()) await end();
});

async function server(): Promise<TestRedis> {
  const redis = await startRedis();
  undo.push(() => redis.stop());
  return redis;
}

function traffic(url: string, python: string | null): ChildProcess {
  const args = ["--import", "tsx", join(ROOT, "examples", "demo", "run.ts"), "--url", url];
  const child = spawn(process.execPath, python === null ? args : [...args, "--python", python], {
    cwd: ROOT,
    stdio: ["pipe", "ignore", "inherit"],
  });
  undo.push(() => void child.kill("SIGKILL"));
  return child;
}

/** Processes that have this text in their environment or command line; the kernel tells only where there is /proc. */
function processesOf(text: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || pid === String(process.pid)) return false;
    try {
      return ["environ", "cmdline"].some((file) =>
        readFileSync(join("/proc", pid, file), "latin1").includes(text),
      );
    } catch {
      // It ended between the list and the look, or is another user's.
      return false;
    }
  });
}

function watch(url: string): Monitor {
  const target = parseRedisUrl("main", url);
  if (typeof target === "string") throw new Error(target);
  const connection: Connection = openConnection(target, { readOnly: true });
  const monitor = createMonitor({
    connection,
    sources: [
      createRqSource({ failures: createFailureIndex() }),
      createStreamsSource({ patterns: [], deadAfterMs: DEAD_AFTER_MS }).source,
    ],
    intervalMs: 1_000,
    redisFrom: "private",
    readOnly: true,
  });
  // Somebody watches: it looks as often as for a page.
  const leave = monitor.subscribe(() => undefined);
  monitor.start();
  undo.push(async () => {
    leave();
    await monitor.stop();
    await connection.close();
  });
  return monitor;
}

/** What each open problem is about, in short. */
const told = (monitor: Monitor) =>
  monitor.problems().map(({ evidence }) => {
    switch (evidence.kind) {
      case "queue-no-worker":
        return `${evidence.kind} ${evidence.queue}, like ${evidence.similar}`;
      case "same-failure":
        return `${evidence.kind} ${evidence.error_type}`;
      case "consumer-dead":
        return `${evidence.kind} ${evidence.consumer} ${evidence.pending}`;
      default:
        return evidence.kind;
    }
  });

const EARLY = [
  "queue-no-worker document_procesing, like document_processing",
  "same-failure TimeoutError",
  "same-failure tasks.SupplierAway",
];
const LATER = ["consumer-dead notificador_2 12", "entry-poison"];

async function expectTold(monitor: Monitor, wanted: readonly string[], withinMs: number): Promise<void> {
  await until(() => wanted.every((text) => told(monitor).includes(text)), withinMs);
  expect(told(monitor)).toEqual(expect.arrayContaining([...wanted]));
}

describe.skipIf(noRedis || PYTHON === null)("the demo with queues and streams", () => {
  it("has something to say within half a minute, and leaves no process when it is killed", async () => {
    const redis = await server();
    const child = traffic(redis.url, PYTHON);
    const monitor = watch(redis.url);
    await expectTold(monitor, EARLY, 30_000);
    const rows = monitor.queueInfo();
    const sum = (count: (row: (typeof rows)[number]) => number | null) =>
      rows.reduce((all, row) => all + (count(row) ?? 0), 0);
    expect(sum((row) => row.deferred_count)).toBeGreaterThan(0);
    expect(sum((row) => row.scheduled_count)).toBeGreaterThan(0);
    expect(rows.find(({ name }) => name === "document_processing")?.length).toBeGreaterThan(20);
    await expectTold(monitor, [...EARLY, ...LATER], 45_000);

    child.kill("SIGKILL");
    if (existsSync("/proc/self/environ"))
      expect(
        await until(() => processesOf(redis.url).length === 0, 3_000),
        processesOf(redis.url).join(),
      ).toBe(true);
  }, 110_000);
});

/** As the start command does, without what is in this checkout's `.venvs`. */
const BEGIN = `
  import { startDemo } from "./bin/setup/demo.mjs";
  const [port, venv] = process.argv.slice(1);
  const redis = { port, url: "redis://127.0.0.1:" + port + "/0" };
  const { mode, stop } = await startDemo({ redis, found: "A demo", venvs: [venv] });
  console.log("mode " + mode);
  process.stdin.once("data", () => stop().then(() => process.exit()));`;

interface Begun {
  said(): string;
  stop(): Promise<unknown>;
}

function begin(redis: TestRedis, folder: string, env: NodeJS.ProcessEnv): Begun {
  const args = ["--input-type=module", "-e", BEGIN, String(redis.port), join(folder, "venv")];
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["pipe", "pipe", "inherit"] });
  undo.push(() => void child.kill("SIGKILL"));
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  return {
    said: () => said,
    stop: () => {
      child.stdin.write("stop\n");
      return gone;
    },
  };
}

describe.skipIf(noRedis)("the demo on a machine without RQ", () => {
  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), "vigia-demo-"));
    undo.push(() => rmSync(path, { recursive: true, force: true }));
    return path;
  }

  async function expectStreamsOnly(redis: TestRedis, begun: Begun): Promise<void> {
    await until(() => begun.said().includes("mode"), 90_000);
    expect(begun.said()).toContain("A demo with Redis Streams, on a private Redis");
    expect(begun.said()).toContain("REDIS_URL=redis://localhost:6379/0 npm start");
    expect(begun.said()).toContain("mode streams");
    const client = redis.client();
    expect(await client.xlen("tarefas")).toBeGreaterThan(0);
    expect(await client.exists("rq:queues")).toBe(0);
    await begun.stop();
    if (existsSync("/proc/self/environ"))
      expect(await until(() => processesOf(redis.url).length === 0, 3_000), "all have ended").toBe(true);
  }

  it("shows streams, and says what is missing, where there is no Python", async () => {
    const redis = await server();
    const box = folder();
    symlinkSync(process.execPath, join(box, "node"));
    const begun = begin(redis, box, { ...process.env, PATH: box });
    await expectStreamsOnly(redis, begun);
    expect(begun.said()).toMatch(/no RQ jobs: Python 3\.9 or newer was not found .*; then start again\./);
  }, 60_000);

  it.skipIf(!FULL || PYTHON === null)(
    "and where pip has no network",
    async () => {
      const redis = await server();
      const begun = begin(redis, folder(), { ...process.env, PIP_NO_INDEX: "1" });
      await expectStreamsOnly(redis, begun);
      expect(begun.said()).toContain("no RQ jobs: pip could not install it");
    },
    120_000,
  );
});
