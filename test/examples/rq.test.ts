/** The programs of examples/rq do what their README says, on a real Redis and real RQ of both lines. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { freePort, noRedis, startRedis, type TestRedis } from "../redis";
import { rqMatrix, rqVersions } from "../rq/harness";
import { killTreeOf } from "../traffic/processes";
import { FOLDER, killAll, type Program, run, startVigiaApi, type VigiaApi } from "./rq-programs";

afterEach(killAll);

describe.each(rqMatrix)("with RQ $id", ({ id, rq }) => {
  describe.skipIf(noRedis || rq === null)("the programs", () => {
    let server: TestRedis;
    let redis: Redis;
    let vigia: VigiaApi;
    let env: Record<string, string>;

    beforeAll(async () => {
      server = await startRedis();
      redis = server.client();
      vigia = await startVigiaApi(server.url);
      env = { REDIS_URL: server.url, VIGIA_URL: vigia.url };
    });
    afterEach(() => redis.flushall());
    afterAll(async () => {
      await vigia?.stop();
      await server?.stop();
    });

    const python = (args: readonly string[], more: Record<string, string> = {}) =>
      run(rq?.python ?? "", args, { ...env, ...more });
    const output = async (args: readonly string[], code = 0, more: Record<string, string> = {}) => {
      const program = python(args, more);
      expect(await program.ended, program.output()).toBe(code);
      return program.output();
    };
    const statusOf = (job: string) => redis.hget(`rq:job:${job}`, "status");
    /** Ids by kind, as the producer prints them. */
    const produce = async () => {
      const said = await output(["producer.py"]);
      const lines = [...said.matchAll(/^(\S+) +([0-9a-f-]{36}) /gm)];
      return { said, ids: new Map(lines.map(([, kind = "", job = ""]) => [kind, job])) };
    };
    const serve = async () => {
      const web = python(["web.py"], { WEB_PORT: String(await freePort()) });
      await expect.poll(web.output, { timeout: 10_000 }).toContain("listening on");
      const url = /http:\S+/.exec(web.output())?.[0] ?? "";
      const ask = async (path: string, request?: RequestInit) => {
        const response = await fetch(`${url}${path}`, request);
        return { status: response.status, body: (await response.json()) as Record<string, unknown> };
      };
      return { web, ask };
    };
    const endBy = async (program: Program, code = 0) => {
      program.child.kill("SIGTERM");
      expect(await program.ended, program.output()).toBe(code);
    };

    it("run a job of each kind with two workers, which end when they are asked to", async () => {
      const worker = python(["worker.py", "--all", "--workers", "2", "--name", "shop"]);
      await expect.poll(() => redis.smembers("rq:workers"), { timeout: 10_000 }).toHaveLength(2);
      const { said, ids } = await produce();
      expect(ids.size).toBe(12);
      expect(said.includes("cannot repeat jobs")).toBe(id === "1.16");

      const { web, ask } = await serve();
      const facts = async (kind: string) => (await ask(`/jobs/${ids.get(kind)}`)).body;
      await expect.poll(() => statusOf(ids.get("export") ?? ""), { timeout: 10_000 }).toBe("started");
      const status = await output(["worker.py", "--status"]);
      expect(status).toMatch(/^shop-1 +(idle|busy) .*high, default, low, atacadao/m);
      expect(status).toMatch(/^shop-2 +(idle|busy) /m);
      expect(status).toMatch(/^low +\d+ +1 +0 +0 +2$/m);
      expect(await output(["worker.py", "--name", "shop-1"], 1)).toMatch(/^A worker named shop-1 is there/m);
      const stopped = await fetch(`${vigia.url}/api/v1/queue/job/${ids.get("export")}/stop`, {
        method: "POST",
      });
      expect(stopped.status).toBe(200);

      const states = async () =>
        Object.fromEntries(
          await Promise.all([...ids].map(async ([kind, job]) => [kind, await statusOf(job)])),
        );
      await expect.poll(states, { timeout: 15_000 }).toEqual({
        receipt: "finished",
        charge: "finished",
        "wrong-charge": "failed",
        prices: "finished",
        stock: "failed",
        document: "finished",
        "blank-document": "failed",
        notification: "finished",
        export: "stopped",
        reminder: "scheduled",
        repeated: id === "1.16" ? "finished" : "scheduled",
        cleanup: "finished",
      });
      expect(await facts("wrong-charge")).toMatchObject({ error: "KeyError: 'customer'" });
      expect(await facts("stock")).toMatchObject({
        error: "tasks.SupplierAway: supplier Atacadão Norte does not answer",
      });
      expect((await facts("blank-document")).error).toMatch(
        /^tasks.UnreadableDocument: document \d+: page 2/,
      );
      expect((await facts("notification")).result).toMatch(/ notified at attempt 3$/);
      // What depended on the document ran after it.
      await expect.poll(() => redis.zcard("rq:finished:low"), { timeout: 5_000 }).toBe(1);

      await endBy(worker);
      expect(worker.output()).not.toContain("is not started again");
      expect(await redis.smembers("rq:workers")).toEqual([]);
      await endBy(web);
    });

    it("finish the running job before a worker ends, and tell of one that died", async () => {
      const worker = python([
        "worker.py",
        "--queues",
        "document_processing",
        "--workers",
        "2",
        "--name",
        "w",
      ]);
      await expect.poll(() => redis.smembers("rq:workers"), { timeout: 10_000 }).toHaveLength(2);
      const enqueue = "import jobs, queues; print(jobs.document(queues.connect(), ['a page'] * 4).id)";
      const job = (await output(["-c", enqueue])).trim();
      await expect.poll(() => statusOf(job), { timeout: 5_000 }).toBe("started");
      const busy = await redis.hget(`rq:job:${job}`, "worker_name");
      const [other] = ["w-1", "w-2"].filter((name) => name !== busy);
      killTreeOf(Number(await redis.hget(`rq:worker:${other}`, "pid")));
      await expect
        .poll(worker.output, { timeout: 5_000 })
        .toContain(`worker ${other} ended with -9 and is not started again; 1 left`);
      await endBy(worker, 1);
      expect(await statusOf(job)).toBe("finished");
    });

    it("schedule the cleanup of a night once, however often and where they start, and then the next", async () => {
      // A place where it is noon: tonight and tomorrow are far away.
      const TZ = `NOON${new Date().getUTCHours() - 12}`;
      const night = (NIGHTLY_AT: string) => ({ TZ, NIGHTLY_AT });
      const started = await Promise.all(
        ["a", "b"].map((name) =>
          output(["worker.py", "--all", "--burst", "--name", name], 0, night("21:00")),
        ),
      );
      started.push(await output(["nightly.py"], 0, night("21:00")));
      const scheduled = () => redis.zrange("rq:scheduled:cleanup_tasks", "0", "-1", "WITHSCORES");
      const [tonight = "", atS, ...others] = (await scheduled()).map(String);
      expect(others).toEqual([]);
      expect(tonight).toMatch(/^nightly-cleanup-\d{4}-\d\d-\d\d$/);
      expect(Math.abs(Number(atS) - Date.now() / 1_000 - 9 * 3_600)).toBeLessThanOrEqual(3_600);
      for (const said of started) expect(said).toContain(`${tonight}: `);
      expect(started[2]).toContain("is there already");

      // The hour has come, and what is older than a day goes.
      const now = Date.now() / 1_000;
      await redis.zadd("examples:documents", String(now - 90_000), "old", String(now), "new");
      await redis.zadd("rq:scheduled:cleanup_tasks", String(now - 1), tonight);
      await output(["worker.py", "--all", "--burst"], 0, night("01:00"));
      expect(await statusOf(tonight)).toBe("finished");
      expect(await redis.zrange("examples:documents", "0", "-1")).toEqual(["new"]);
      const [tomorrow = "", , ...more] = (await scheduled()).map(String);
      expect(more).toEqual([]);
      expect(Date.parse(tomorrow.slice(-10)) - Date.parse(tonight.slice(-10))).toBe(86_400_000);
    });

    it("have a failed job run again through Vigia, or say why not", async () => {
      const { web, ask } = await serve();
      const again = (job: string) => ask(`/jobs/${job}/reprocess`, { method: "POST" });
      const asked = await ask("/documents", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ pages: [" "] }),
      });
      const job = String(asked.body.id);
      expect(asked).toMatchObject({ status: 202, body: { status: `/jobs/${job}` } });
      expect((await again(job)).status).toBe(409);
      expect(await output(["producer.py", "reprocess", job], 1)).toMatch(
        /^The job is queued and was left alone/,
      );
      const work = ["worker.py", "--queues", "document_processing", "--burst"];
      await output(work);
      expect((await ask(`/jobs/${job}`)).body).toMatchObject({ status: "failed" });

      expect(await again(job)).toMatchObject({ status: 202, body: { status: "queued", outcome: "done" } });
      await output(work);
      expect(JSON.parse(await output(["producer.py", "status", "--wait", job]))).toMatchObject({
        id: job,
        status: "failed",
        queue: "document_processing",
      });
      expect(await output(["producer.py", "reprocess", job])).toBe(`${job} is queued again\n`);

      expect(await again("none")).toMatchObject({
        status: 404,
        body: { error: "There is no job none, or no more." },
      });
      expect((await ask("/jobs/a:b")).status).toBe(404);
      expect((await ask("/documents", { method: "POST", body: "pages=1" })).status).toBe(415);
      await endBy(web);
      const away = { VIGIA_URL: `http://127.0.0.1:${await freePort()}` };
      expect(await output(["producer.py", "reprocess", job], 1, away)).toMatch(
        `No Vigia answers at ${away.VIGIA_URL}`,
      );
    });

    it("add jobs of all kinds until they are asked to end, and no more while nobody works", async () => {
      const producer = python(["producer.py", "forever", "--rate", "200"]);
      await expect.poll(() => redis.scard("rq:queues"), { timeout: 10_000 }).toBeGreaterThan(3);
      await redis.rpush("rq:queue:low", ...Array.from({ length: 1_000 }, (_, n) => `job-${n}`));
      await expect.poll(producer.output, { timeout: 5_000 }).toContain("1000 jobs wait");
      await endBy(producer);
      expect(producer.output()).toMatch(/^added \d+ jobs$/m);
    });
  });
});

const newest = rqVersions.at(-1);
describe.skipIf(noRedis || newest === undefined)("where things are", () => {
  const python = (args: readonly string[], env: Record<string, string>, cwd?: string) =>
    run(newest?.python ?? "", args, env, cwd);

  it("one sentence tells that Redis is not there, and the producer waits for it", async () => {
    const env = { REDIS_HOST: "127.0.0.1", REDIS_PORT: String(await freePort()) };
    const forever = python(["producer.py", "forever"], env);
    const programs = [["worker.py"], ["worker.py", "--status"], ["producer.py"], ["nightly.py"]];
    for (const program of programs.map((args) => python(args, env))) {
      expect(await program.ended).toBe(1);
      expect(program.output()).toMatch(/^Redis: .*\n$/);
    }
    await expect.poll(forever.output, { timeout: 5_000 }).toContain("Redis: ");
    forever.child.kill("SIGTERM");
    expect(await forever.ended).toBe(0);
    expect(forever.output().match(/Redis: /g)).toHaveLength(1);
  });

  it("a file .env beside the programs says where Redis is, and the environment wins", async () => {
    const password = "p@ss:w/50%41 é";
    const server = await startRedis();
    await server.client().config("SET", "requirepass", password);
    const folder = mkdtempSync(join(tmpdir(), "vigia-rq-example-"));
    cpSync(FOLDER, folder, { recursive: true, filter: (path) => !/\/\.venv$|\.pyc$/.test(path) });
    const lines = [
      "# settings",
      "REDIS_HOST=127.0.0.1",
      `REDIS_PORT=${server.port}`,
      `REDIS_PASSWORD="${password}"`,
    ];
    writeFileSync(join(folder, ".env"), `${lines.join("\n")}\n`);
    const status = python(["worker.py", "--status"], {}, folder);
    expect(await status.ended, status.output()).toBe(0);
    expect(status.output()).toContain("nobody works");
    const wrong = python(["worker.py", "--status"], { REDIS_PASSWORD: "wrong" }, folder);
    expect(await wrong.ended).toBe(1);
    expect(wrong.output()).toMatch(/^Redis: /);
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const tools = ["make", "curl"].every((tool) => spawnSync(tool, ["--version"]).status === 0);
  it.skipIf(!tools)("make says that Vigia does not run", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    for (const target of ["queue-info", "queue-health"]) {
      const made = spawnSync("make", [target], {
        cwd: FOLDER,
        env: { ...process.env, VIGIA_URL: url },
        encoding: "utf8",
      });
      expect(made.status).not.toBe(0);
      expect(made.stderr).toContain(`No Vigia answers at ${url}`);
    }
  });
});
