import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requireWriter } from "@/lib/access/actor";
import { type Reply, send, startFront, type TestFront } from "./raw";

const PATH = "/api/v1/queue/job/1/retry";
const JSON_TYPE = "Content-Type: application/json";

const asRequest = (front: TestFront) => {
  const headers = new Headers();
  for (const [name, value] of Object.entries(front.seen.at(-1)?.headers ?? {}))
    if (name !== "host") headers.set(name, String(value));
  return new Request("http://localhost/", { headers });
};

describe("a write on loopback without login", () => {
  let front: TestFront;
  const post = (headers: string[], body = ""): Promise<Reply> =>
    send(front.port, { method: "POST", path: PATH, headers, body });
  // A front for each test: the limit of writes per second is part of it.
  beforeEach(async () => {
    front = await startFront();
    return () => front.stop();
  });

  it("of a program passes without a body (curl -X POST) and with JSON, as the local actor", async () => {
    expect((await post([])).status).toBe(200);
    expect(requireWriter(asRequest(front))).toEqual({ name: "local", from: "127.0.0.1" });
    expect((await post([JSON_TYPE], "{}")).status).toBe(200);
    expect((await post(["Content-Type: application/json; charset=utf-8"], "{}")).status).toBe(200);
  });

  it("of our own page passes", async () => {
    expect(
      (await post(["Sec-Fetch-Site: same-origin", "Origin: http://localhost", "Cookie: a=b"])).status,
    ).toBe(200);
    expect((await post(["Sec-Fetch-Site: same-origin", "Cookie: a=b"])).status).toBe(200);
    expect((await post(["Origin: http://localhost", "Cookie: a=b"])).status).toBe(200);
    expect((await post(["Host: [::1]:9181", "Origin: http://[::1]:9181"])).status).toBe(200);
  });

  it.each([
    ["a sandboxed frame", ["Origin: null"]],
    ["a sandboxed frame that claims more", ["Origin: null", "Sec-Fetch-Site: same-origin"]],
    ["another site", ["Origin: http://evil.example", "Sec-Fetch-Site: cross-site"]],
    ["another site in an old browser", ["Origin: http://evil.example"]],
    ["another port of this machine", ["Origin: http://localhost:3000", "Sec-Fetch-Site: same-site"]],
    ["another port in an old browser", ["Origin: http://localhost:3000"]],
    ["a link typed or restored", ["Sec-Fetch-Site: none"]],
    ["two Sec-Fetch-Site values", ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"]],
    ["a browser that tells nothing, by its cookie", ["Cookie: other=1"]],
  ])("of %s is refused with 403 and reaches nobody", async (_, headers) => {
    const reply = await post([...headers]);
    expect(reply.status).toBe(403);
    expect(JSON.parse(reply.body)).toMatchObject({ code: "FORBIDDEN", status: 403 });
    expect(front.seen).toEqual([]);
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain; application/json",
  ])("with a body of type %s is refused with 415", async (type) => {
    expect((await post([`Content-Type: ${type}`], '{"a":1}')).status).toBe(415);
    expect((await post([`Content-Type: ${type}`, "Sec-Fetch-Site: same-origin"], '{"a":1}')).status).toBe(
      415,
    );
    expect((await post([], '{"a":1}')).status).toBe(415);
    expect(front.seen).toEqual([]);
  });

  it("cannot name its own actor", async () => {
    await post(["X-Vigia-Actor: admin", "X-Vigia-Actor-From: 10.0.0.1"]);
    expect(requireWriter(asRequest(front))).toEqual({ name: "local", from: "127.0.0.1" });
  });

  it("is the only request that has an actor: reads have none", async () => {
    await send(front.port, { path: PATH, headers: ["X-Vigia-Actor: admin"] });
    expect(() => requireWriter(asRequest(front))).toThrow("nothing was changed");
  });

  it("is answered 429 with Retry-After above 20 a second, while reads go on", async () => {
    const replies = await Promise.all(Array.from({ length: 40 }, () => post([])));
    const refused = replies.filter((reply) => reply.status === 429);
    expect(replies.filter((reply) => reply.status === 200).length).toBeGreaterThanOrEqual(20);
    expect(refused.length).toBeGreaterThan(5);
    expect(refused[0]?.headers["retry-after"]).toBe("1");
    expect((await send(front.port, {})).status).toBe(200);
  });
});

describe("with a password", () => {
  const password = "correct horse battery";
  let front: TestFront;
  beforeAll(async () => {
    front = await startFront({ password });
  });
  afterAll(() => front.stop());

  it("anonymous callers reach the login page and its files, and nothing else", async () => {
    const status = async (path: string) => (await send(front.port, { path })).status;
    expect(await status("/login")).toBe(200);
    expect(await status("/_next/static/chunks/a-1.js")).toBe(200);
    expect(await status("/icon.svg")).toBe(200);
    for (const path of [
      "/",
      "/queues",
      "/login/",
      "/_next/data/x.json",
      "/_next/static/..%2f..%2fapi",
      "/x.rsc",
    ])
      expect(await status(path)).toBe(303);
    for (const path of ["/api/v1/overview", "/api/v1/events", "/api/v1/session/", "/metrics"])
      expect(await status(path)).toBe(401);
  });

  it("a page leads to the login, and from there back to where one wanted to go", async () => {
    const reply = await send(front.port, { path: "/queues/mail?tab=failed" });
    expect(reply.headers.location).toBe("/login?next=%2Fqueues%2Fmail%3Ftab%3Dfailed");
    expect((await send(front.port, { path: "//evil.example/x" })).headers.location).toBe("/login?next=%2F");
  });

  it("a program reads and writes with the password as bearer token", async () => {
    const headers = [`Authorization: Bearer ${password}`];
    expect((await send(front.port, { path: "/api/v1/overview", headers })).status).toBe(200);
    expect((await send(front.port, { method: "POST", path: PATH, headers })).status).toBe(200);
    expect(requireWriter(asRequest(front))).toEqual({ name: "password", from: "127.0.0.1" });
  });

  it("a program without it cannot write, nor can a wrong one", async () => {
    expect((await send(front.port, { method: "POST", path: PATH })).status).toBe(401);
    const headers = ["Authorization: Bearer wrong password"];
    expect((await send(front.port, { method: "POST", path: PATH, headers })).status).toBe(401);
  });

  it("a login attempt reaches the session handler without an actor", async () => {
    const reply = await send(front.port, {
      method: "POST",
      path: "/api/v1/session",
      headers: [JSON_TYPE, "Sec-Fetch-Site: same-origin"],
      body: "{}",
    });
    expect(reply.status).toBe(200);
    expect(front.seen.at(-1)?.headers["x-vigia-actor-from"]).toBe("127.0.0.1");
    expect(front.seen.at(-1)?.headers["x-vigia-actor"]).toBeUndefined();
    const foreign = await send(front.port, {
      method: "POST",
      path: "/api/v1/session",
      headers: ["Origin: null"],
    });
    expect(foreign.status).toBe(403);
  });

  it("the sixth wrong bearer token in a minute is not even looked at", async () => {
    const strict = await startFront({ password });
    const tries = (secret: string) =>
      send(strict.port, { path: "/api/v1/overview", headers: [`Authorization: Bearer ${secret}`] });
    for (let index = 0; index < 5; index += 1) expect((await tries(`guess ${index}`)).status).toBe(401);
    const reply = await tries(password);
    expect(reply.status).toBe(429);
    expect(Number(reply.headers["retry-after"])).toBeGreaterThan(50);
    await strict.stop();
  });
});

describe("on an address that others reach, without a password", () => {
  it("the printed link signs in and leaves the token out of the address bar", async () => {
    const { createAccess } = await import("@/lib/access/access");
    const access = createAccess({ loopbackOnly: false, password: null, port: 9181 });
    const front = await startFront({ access });
    const link = await send(front.port, { path: `/queues?token=${access.token}&tab=failed` });
    expect(link.status).toBe(303);
    expect(link.headers.location).toBe("/queues?tab=failed");
    const cookie = link.headers["set-cookie"] ?? "";
    expect(cookie).toMatch(/^vigia_9181=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const headers = [`Cookie: ${cookie.split(";")[0]}`];
    expect((await send(front.port, { path: "/", headers })).status).toBe(200);
    expect((await send(front.port, { path: "/login?next=/jobs/1", headers })).headers.location).toBe(
      "/jobs/1",
    );

    expect((await send(front.port, { method: "POST", path: PATH, headers })).status).toBe(403);
    const own = [...headers, "Sec-Fetch-Site: same-origin"];
    expect((await send(front.port, { method: "POST", path: PATH, headers: own })).status).toBe(200);
    expect(requireWriter(asRequest(front))).toEqual({ name: "token", from: "127.0.0.1" });
    await front.stop();
  });

  it("a wrong token gives no cookie, and a TLS proxy gets a secure one", async () => {
    const { createAccess } = await import("@/lib/access/access");
    const access = createAccess({ loopbackOnly: false, password: null, port: 9181 });
    const front = await startFront({ access });
    const wrong = await send(front.port, { path: "/?token=guess" });
    expect(wrong).toMatchObject({ status: 303 });
    expect(wrong.headers["set-cookie"]).toBeUndefined();
    const headers = ["X-Forwarded-Proto: https"];
    const right = await send(front.port, { path: `/?token=${access.token}`, headers });
    expect(right.headers["set-cookie"]).toContain("; Secure");
    await front.stop();
  });
});
