/** The routes that read streams, called as Next calls them, for a Redis user who may only read. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as wire from "@/lib/api/schemas/streams";
import { nameFromBytes } from "@/lib/names";
import { noRedis, startRedis, type TestRedis } from "../redis";

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

/** Imported after the environment is set. */
const ROUTES = {
  streams: () => import("@/app/api/v1/streams/route"),
  stream: () => import("@/app/api/v1/streams/[stream]/route"),
  entries: () => import("@/app/api/v1/streams/[stream]/entries/route"),
  entry: () => import("@/app/api/v1/streams/[stream]/entries/[id]/route"),
  group: () => import("@/app/api/v1/streams/[stream]/groups/[group]/route"),
  pending: () => import("@/app/api/v1/streams/[stream]/groups/[group]/pending/route"),
  pendingAll: () => import("@/app/api/v1/pending/route"),
};

const KEY = Buffer.from([0xff, 0x2f]);
const GROUP = Buffer.from([0xfe]);
const BYTES = nameFromBytes(KEY);

describe.skipIf(noRedis)("the routes of streams", () => {
  let server: TestRedis;
  let redis: Redis;
  let stop: () => Promise<void>;
  const first = `${Date.now() - 60_000}-0`;

  async function get(name: keyof typeof ROUTES, params: Record<string, string> = {}, query = "") {
    const { GET } = (await ROUTES[name]()) as { GET: Handler };
    const request = new Request(`http://localhost:9181/api/v1/x${query}`);
    const response = await GET(request, { params: Promise.resolve(params) });
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      body: await response.json(),
    };
  }

  beforeAll(async () => {
    server = await startRedis();
    redis = server.client();
    const rights = ["~*", "resetchannels", "+@read", "+@connection", "+time"];
    await redis.call("ACL", "SETUSER", "reader", "on", ">secret", ...rights);
    await redis.xadd("tarefas", first, "id", "20");
    for (let id = 21; id < 40; id += 1) await redis.xadd("tarefas", "*", "id", id);
    await redis.xgroup("CREATE", "tarefas", "processar", "0");
    await redis.xreadgroup("GROUP", "processar", "worker_1", "COUNT", 12, "STREAMS", "tarefas", ">");
    await redis.callBuffer("XADD", KEY, "1-1", "f", "v");
    await redis.callBuffer("XGROUP", "CREATE", KEY, GROUP, "0");
    await redis.callBuffer("XREADGROUP", "GROUP", GROUP, "c", "STREAMS", KEY, ">");
    await redis.rpush("list", "x");

    process.env.REDIS_URL = `redis://reader:secret@127.0.0.1:${server.port}/0`;
    process.env.VIGIA_INTERVAL_MS = "500";
    process.env.VIGIA_LOG_LEVEL = "silent";
    const { runtime } = await import("@/lib/runtime");
    const parts = runtime();
    stop = () => parts.stop();
    // Somebody watches: looks come every 500 ms.
    parts.monitor.subscribe(() => undefined);
    const found = () =>
      parts.streams
        .rows(parts.monitor.nowMs())
        .filter(({ groups }) => groups.some(({ pending }) => (pending ?? 0) > 0)).length;
    for (let tries = 0; found() < 2 && tries < 200; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
  });
  afterAll(async () => {
    await stop?.();
    await server?.stop();
  });

  it("answer what their schemas say", async () => {
    const list = wire.streamList.parse((await get("streams")).body);
    expect(list.items.map(({ stream }) => stream).sort()).toEqual([BYTES, "tarefas"].sort());
    expect(wire.streamList.parse((await get("streams", {}, "?find=PROCESSAR")).body).total).toBe(1);
    const stream = wire.streamDetail.parse((await get("stream", { stream: "tarefas" })).body);
    expect(stream).toMatchObject({ length: 20, groups: [{ group: "processar", pending: 12 }] });
    const entries = wire.entryPage.parse((await get("entries", { stream: "tarefas" }, "?limit=5")).body);
    expect(entries).toMatchObject({ total: 20, columns: ["id"] });
    expect(entries.items[0]?.fields[0]?.value.text).toBe("39");
    const entry = await get("entry", { stream: "tarefas", id: first });
    expect(wire.entry.parse(entry.body).fields[0]?.value.text).toBe("20");
    const group = wire.groupDetail.parse(
      (await get("group", { stream: "tarefas", group: "processar" })).body,
    );
    expect(group).toMatchObject({
      lag: { value: 8 },
      pending: 12,
      consumers: [{ name: "worker_1", pending: 12 }],
    });
    const pending = await get(
      "pending",
      { stream: "tarefas", group: "processar" },
      "?consumer=worker_1&limit=3",
    );
    expect(wire.pendingPage.parse(pending.body)).toMatchObject({ total: 12, items: [{ id: first }, {}, {}] });
  });

  it("list the oldest pending entries of all groups, those first whose ID is a time", async () => {
    const page = wire.pendingAll.parse((await get("pendingAll", {}, "?limit=100")).body);
    expect(page).toMatchObject({ groups: 2, asked: 2, total: 13 });
    expect(page.items[0]).toMatchObject({ stream: "tarefas", id: first });
    expect(page.items.at(-1)).toMatchObject({ stream: BYTES, group: nameFromBytes(GROUP), id: "1-1" });
  });

  it("take names that are not UTF-8 in every place", async () => {
    const at = { stream: BYTES, group: nameFromBytes(GROUP) };
    expect(wire.streamDetail.parse((await get("stream", at)).body).stream).toBe(BYTES);
    expect(wire.groupDetail.parse((await get("group", at)).body).pending).toBe(1);
    expect(wire.pendingPage.parse((await get("pending", at)).body).items).toHaveLength(1);
    expect(wire.entryPage.parse((await get("entries", at)).body).items).toHaveLength(1);
    expect(wire.entry.parse((await get("entry", { stream: BYTES, id: "1-1" })).body).id).toBe("1-1");
  });

  it("refuse what they cannot read, as problem+json that says what to do", async () => {
    const stream = "tarefas";
    const at = { stream, group: "processar" };
    const cases: [keyof typeof ROUTES, Record<string, string>, string, number, RegExp][] = [
      ["stream", { stream: "none" }, "", 404, /no stream "none"/],
      ["stream", { stream: "list" }, "", 422, /type is list/],
      ["stream", { stream: "a/b" }, "", 400, /b64:/],
      ["stream", { stream }, "?connection=other", 404, /no connection "other"/],
      ["streams", {}, "?connection=other", 404, /no connection/],
      ["streams", {}, "?limit=0", 400, /limit/],
      ["entries", { stream: "none" }, "", 404, /no stream/],
      ["entries", { stream: "list" }, "", 422, /list/],
      ["entries", { stream }, "?from=yesterday", 400, /ISO time/],
      ["entries", { stream }, "?cursor=e30", 400, /Start without one/],
      ["entries", { stream }, "?order=random", 400, /order/],
      ["entry", { stream, id: "99999999999999999999-0" }, "", 400, /entry ID/],
      ["entry", { stream, id: "x" }, "", 400, /entry ID/],
      ["entry", { stream, id: "5-5" }, "", 404, /begins at/],
      ["group", { stream, group: "none" }, "", 404, /It has "processar"/],
      ["group", { stream: "list", group: "g" }, "", 422, /list/],
      ["pending", { ...at, group: "none" }, "", 404, /It has "processar"/],
      ["pending", at, "?cursor=x", 400, /cursor/],
      ["pending", at, "?min_idle_ms=-1", 400, /min_idle_ms/],
      ["pending", at, "?consumer=", 400, /consumer/],
      ["pendingAll", {}, "?limit=101", 400, /limit/],
    ];
    for (const [name, params, query, status, words] of cases) {
      const answer = await get(name, params, query);
      const what = `${name} ${JSON.stringify(params)} ${query}`;
      expect([answer.status, answer.type], what).toEqual([status, "application/problem+json"]);
      expect(answer.body.detail, what).toMatch(words);
    }
  });

  it("tell the group that a problem is about as the problem does", async () => {
    await redis.xgroup("CREATE", "tarefas", "ninguém", "0");
    const state = async () => {
      const list = wire.streamList.parse((await get("streams")).body);
      const row = list.items.find(({ stream }) => stream === "tarefas");
      return row?.groups.find(({ group }) => group === "ninguém");
    };
    // Before Redis 7.2 a blocked reader shows only when something comes.
    for (let tries = 0; (await state())?.problem == null && tries < 100; tries += 1) {
      await redis.xadd("tarefas", "*", "id", "99");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const listed = await state();
    expect(listed).toMatchObject({ problem: "group-no-consumers" });
    const detail = await get("stream", { stream: "tarefas" });
    const groups = wire.streamDetail.parse(detail.body).groups;
    expect(groups.find(({ group }) => group === "ninguém")).toMatchObject({
      state: listed?.state,
      problem: "group-no-consumers",
    });
    const one = await get("group", { stream: "tarefas", group: "ninguém" });
    expect(wire.groupDetail.parse(one.body).state).toBe(listed?.state);
  });

  it("never try to write", async () => {
    // What this user may not run is refused and noted by Redis, entry by entry as [field, value, …].
    const refused = (await redis.call("ACL", "LOG", "128")) as string[][];
    const commands = refused.map((entry) => String(entry[entry.indexOf("object") + 1]).split("|")[0] ?? "");
    for (const command of new Set(commands)) {
      const [info] = (await redis.call("COMMAND", "INFO", command)) as [
        [name: string, arity: number, flags: string[]],
      ];
      expect(info[2], command).not.toContain("write");
    }
  });
});
