/** The routes that answer from the snapshot, called as Next calls them, on a real Redis. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { health as healthState } from "@/lib/api/schemas/common";
import { overview, queueHealth, queueInfo } from "@/lib/api/schemas/overview";
import type { Runtime } from "@/lib/runtime";
import { noRedis, startRedis, type TestRedis } from "../redis";

const at = (path: string, init?: RequestInit) => new Request(`http://localhost${path}`, init);
const params = (of: Record<string, string>) => ({ params: Promise.resolve(of) });

async function load() {
  const [{ runtime }, events, overviewRoute, info, oneInfo, queueHealthRoute, sparks] = await Promise.all([
    import("@/lib/runtime"),
    import("@/app/api/v1/events/route"),
    import("@/app/api/v1/overview/route"),
    import("@/app/api/v1/queue/info/route"),
    import("@/app/api/v1/queue/info/[queue_name]/route"),
    import("@/app/api/v1/queue/health/route"),
    import("@/app/api/v1/history/sparks/route"),
  ]);
  return { runtime, events, overviewRoute, info, oneInfo, queueHealthRoute, sparks };
}

describe.skipIf(noRedis)("routes that answer from the snapshot", () => {
  let server: TestRedis;
  let routes: Awaited<ReturnType<typeof load>>;
  let parts: Runtime;

  beforeAll(async () => {
    server = await startRedis();
    process.env.REDIS_URL = server.url;
    process.env.VIGIA_INTERVAL_MS = "500";
    const client = server.client();
    await client.sadd("rq:queues", "rq:queue:emails", "rq:queue:a b");
    await client.rpush("rq:queue:emails", "x");
    routes = await load();
    parts = routes.runtime();
    for (let tries = 0; tries < 200 && parts.monitor.overview().rows_total < 2; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 25));
  });
  afterAll(async () => {
    await parts?.stop();
    await server?.stop();
  });

  it("answer the overview once and 304 after that", async () => {
    const first = routes.overviewRoute.GET(at("/api/v1/overview"));
    const etag = first.headers.get("etag") ?? "";
    expect(overview.parse(await first.json()).rows_total).toBe(2);
    const again = routes.overviewRoute.GET(at("/api/v1/overview", { headers: { "if-none-match": etag } }));
    // A tick may have come between; then the body is new and so is its tag.
    expect(again.headers.get("etag") === etag ? again.status : 304).toBe(304);
    expect(routes.sparks.GET(at("/api/v1/history/sparks?window=15m")).status).toBe(200);
    expect(routes.sparks.GET(at("/api/v1/history/sparks?window=2y")).status).toBe(400);
  });

  it("list queues with the fields that existing callers read, and one read now", async () => {
    const list = queueInfo.array().parse(await routes.info.GET(at("/api/v1/queue/info")).json());
    expect(list.map(({ name }) => name).sort()).toEqual(["a b", "emails"]);
    await server.client().rpush("rq:queue:emails", "y");
    const one = await routes.oneInfo.GET(at("/"), params({ queue_name: "emails" }));
    expect(queueInfo.parse(await one.json())).toMatchObject({ name: "emails", length: 2, age_ms: 0 });
    const none = await routes.oneInfo.GET(at("/"), params({ queue_name: "nowhere" }));
    expect(none.status).toBe(404);
    expect(none.headers.get("content-type")).toBe("application/problem+json");
  });

  it("stream a greeting and then ticks, and forget a browser that left", async () => {
    const leave = new AbortController();
    const response = routes.events.GET(at("/api/v1/events", { signal: leave.signal }));
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = response.body?.getReader();
    const read = async () => new TextDecoder().decode((await reader?.read())?.value);
    expect(await read()).toMatch(/^event: hello\nid: \d+\n/);
    expect(await read()).toMatch(/^event: tick\nid: \d+\ndata: \{"tick":\d+/);
    leave.abort();
    let done = false;
    while (!done) done = (await reader?.read())?.done !== false;
    const other = routes.events.GET(at("/api/v1/events"));
    await other.body?.cancel();
  });

  it("say 200 while Redis answers and 503 when it is gone", async () => {
    const well = routes.queueHealthRoute.GET();
    expect(well.status).toBe(200);
    expect(healthState.options).toContain(queueHealth.parse(await well.json()).status);
    await server.kill();
    for (let tries = 0; tries < 200 && routes.queueHealthRoute.GET().status !== 503; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(routes.queueHealthRoute.GET().status).toBe(503);
  });
});
