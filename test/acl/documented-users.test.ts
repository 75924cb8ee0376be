/** The Redis users that docs/security.md prints, each running all of Vigia that it is said to be enough for. */
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import pino from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { operationAction } from "@/lib/api/schemas/operations";
import { createOperations, type Operations, type StartRequest } from "@/lib/operations/operations";
import { rqActions } from "@/lib/rq/actions/actions";
import { type Runtime, runtime } from "@/lib/runtime";
import { streamActions } from "@/lib/streams/actions/actions";
import { startRedis, type TestRedis } from "../redis";
import { type MatrixServer, serverMatrix } from "../servers";
import { documentedUsers } from "./documented";
import { readingRoutes } from "./routes";
import { answerStops, makeWorld, PLACE, QUEUE, type World } from "./world";

const [READING = [], ACTING = [], NARROW = []] = documentedUsers("docs/security.md");
/** Another than the first, so that SELECT is needed. */
const DATABASE = 2;
const ACTOR = { name: "local", from: "127.0.0.1" };
/** Rules that name what to read and write by themselves (`%R~`) came with Redis 7.0. */
const isOld = ({ version }: MatrixServer) => version !== null && Number.parseInt(version, 10) < 7;

/** What the path names of the world; `id` is an entry of a stream, or a job. */
function valuesOf(path: string, world: World): Record<string, string> {
  const id = path.startsWith("/streams") ? (world.pending[0] ?? "") : "failed";
  const values: Record<string, string> = { queue: QUEUE, queue_name: QUEUE, job_id: "failed", id, ...PLACE };
  return Object.fromEntries(Object.entries(values).filter(([name]) => path.includes(`{${name}}`)));
}
const QUERIES: Record<string, string> = {
  "/jobs": "?place=started",
  "/queues/{queue}/jobs": "?place=failed",
};

/** Things that Redis refused to anybody since the log was emptied. */
async function refused(redis: Redis): Promise<string[]> {
  const entries = (await redis.call("ACL", "LOG")) as unknown[][];
  return entries.map((entry) => {
    const at = (field: string) => String(entry[entry.indexOf(field) + 1]);
    return `${at("reason")} ${at("object")}`;
  });
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`in vain waited for: ${what}`);
}

it("the page prints three users, and the README the reading one", () => {
  expect(documentedUsers("docs/security.md").map(([, , name]) => name)).toEqual(["vigia", "vigia", "vigia"]);
  for (const readme of ["README.md", "README.pt-BR.md"]) expect(documentedUsers(readme)).toEqual([READING]);
});

describe.each(serverMatrix)("on $id", (matrix) => {
  describe.skipIf(matrix.path === null)("a documented user", () => {
    let server: TestRedis;
    let admin: Redis;
    let parts: Runtime;
    let operations: Operations;

    beforeAll(async () => {
      server = await startRedis([], matrix.path);
      admin = server.client({ db: DATABASE });
    });
    afterEach(async () => {
      await operations?.close();
      await parts?.stop();
    });
    afterAll(async () => {
      await server?.stop();
    });

    /** Starts Vigia for that user, in a database that is empty at first, where that is asked for. */
    const begin = async (rules: readonly string[], { empty = false } = {}): Promise<World> => {
      await admin.flushall();
      await admin.sadd("rq:queues", "rq:queue:elsewhere");
      await admin.call("MOVE", "rq:queues", 3);
      const early = empty ? null : await makeWorld(admin);
      await admin.call("ACL", "DELUSER", "vigia");
      await admin.call("ACL", ...rules.slice(1));
      await admin.call("ACL", "LOG", "RESET");
      await admin.call("CONFIG", "RESETSTAT");
      process.env.REDIS_URL = `redis://vigia:a-password@127.0.0.1:${server.port}/${DATABASE}`;
      process.env.VIGIA_INTERVAL_MS = "500";
      Object.assign(globalThis, {
        [Symbol.for("vigia.config")]: undefined,
        [Symbol.for("vigia.runtime")]: undefined,
      });
      parts = runtime();
      // Somebody watches: else looks are ten seconds apart.
      parts.monitor.subscribe(() => undefined);
      if (empty)
        await until(
          () => parts.monitor.overview().nothing_found?.other_dbs[0]?.db === 3,
          "the other database",
        );
      const world = early ?? (await makeWorld(admin));
      const { connection, failures, monitor } = parts;
      operations = createOperations({
        connection,
        actions: {
          rq: rqActions({ connection, failures, settleMs: 0 }),
          streams: streamActions({ connection }),
        },
        log: pino({ level: "silent" }),
      });
      await until(() => monitor.overview().rows_total === 2, "the queue and the group");
      const { tick } = monitor.overview();
      await until(() => monitor.overview().tick >= tick + 3, "three looks");
      return world;
    };
    const readAll = async (world: World) => {
      const leave = new AbortController();
      const answers: string[] = [];
      for (const route of readingRoutes()) {
        const values = valuesOf(route.path, world);
        const answer = await route.get(values, QUERIES[route.path] ?? "", leave.signal);
        if (answer.status !== 200) answers.push(`${route.path} ${answer.status} ${await answer.text()}`);
      }
      leave.abort();
      // An operation that never was: all other paths answer 200.
      expect(answers).toEqual([expect.stringContaining("/operations/{id} 404")]);
    };

    const run = async (request: StartRequest) => {
      const { operation_id } = await operations.start(request, ACTOR);
      const { operation } = await operations.settled(operation_id, 10_000);
      const { state, error, done, items } = operation;
      expect({ action: request.action, state, error, done, items }).toMatchObject({
        state: "done",
        error: null,
        done: 1,
      });
      return request.action;
    };

    const actAll = async (world: World) => {
      const listener = server.client();
      await answerStops(admin, listener);
      const ran = new Set<string>();
      const job = (id: string) => ({ selector: { ids: [id] }, operation_id: randomUUID() });
      ran.add(await run({ action: "retry", ...job("failed") }));
      ran.add(await run({ action: "cancel", ...job("waiting") }));
      ran.add(await run({ action: "cancel", ...job("deferred") }));
      ran.add(await run({ action: "stop", ...job("running") }));
      ran.add(await run({ action: "move", ...job("moving"), to: "other", at_front: true }));
      ran.add(await run({ action: "repair", ...job("lost"), mode: "enqueue" }));
      ran.add(await run({ action: "repair", ...job("forgotten"), mode: "fail" }));
      const entry = (index: number) => ({
        selector: { ...PLACE, ids: [world.pending[index] ?? ""], min_idle_ms: 1_000 },
        operation_id: randomUUID(),
      });
      const claim = entry(0);
      ran.add(await run({ action: "claim", ...claim, selector: { ...claim.selector, to: "alive" } }));
      ran.add(await run({ action: "release", ...entry(1) }));
      ran.add(await run({ action: "requeue", ...entry(2) }));
      ran.add(await run({ action: "ack", ...entry(3) }));
      ran.add(await run({ action: "dead-letter", ...entry(4) }));
      const cleanup = operations.cleanup(ACTOR);
      const { operation } = await operations.settled(cleanup.operation_id, 10_000);
      expect(operation).toMatchObject({ state: "done", done: 1 });
      ran.add("cleanup");
      return ran;
    };

    it("for watching alone reads every page's data, is refused nothing, and changes nothing", async () => {
      const world = await begin(READING, { empty: matrix.id === serverMatrix[0]?.id });
      await readAll(world);
      expect(await refused(admin)).toEqual([]);
      const { connection } = parts.monitor.overview();
      expect(connection).toMatchObject({ phase: "up", denied_command: null });
      expect(connection.redis_version).not.toBeNull();
      if (!isOld(matrix))
        await until(() => parts.monitor.overview().connection.read_only === "redis-user", "read-only");
      await expect(operations.one("retry", "failed", undefined, ACTOR)).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
      expect(await admin.llen(`rq:queue:${QUEUE}`)).toBe(3);
    });

    it("for all actions does each of them, is refused nothing, and is granted nothing that is not used", async () => {
      const world = await begin(ACTING);
      await readAll(world);
      const ran = await actAll(world);
      expect([...ran].sort()).toEqual([...operationAction.options].sort());
      expect(await refused(admin)).toEqual([]);
      const calls = await admin.info("commandstats");
      const granted = ACTING.filter((rule) => /^\+[a-z]+$/.test(rule)).map((rule) => rule.slice(1));
      // Retrying after a lost script cache is the only use of `eval`; a subscription ends with its connection.
      const unused = granted.filter(
        (command) => !["eval", "unsubscribe"].includes(command) && !calls.includes(`cmdstat_${command}:`),
      );
      expect(unused).toEqual([]);
    });

    // Nothing to be skipped before: such a user cannot be made there.
    if (!isOld(matrix))
      it("that may write to named streams alone does the same", async () => {
        const world = await begin(NARROW);
        await readAll(world);
        await actAll(world);
        expect(await refused(admin)).toEqual([]);
      });
  });
});
