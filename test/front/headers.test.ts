import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exchange, parseReply, type Reply, send, startFront, type TestFront } from "./raw";

const COMMON = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

function expectHardened(reply: Reply): void {
  expect(reply.headers).toMatchObject(COMMON);
  expect(reply.headers["permissions-policy"]).toContain("camera=()");
  const policy = reply.headers["content-security-policy"] ?? "";
  for (const part of [
    "default-src 'none'",
    "'strict-dynamic'",
    "style-src-attr 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ])
    expect(policy).toContain(part);
  expect(policy.replace("style-src-attr 'unsafe-inline'", "")).not.toContain("unsafe");
  expect(reply.headers["x-powered-by"]).toBeUndefined();
  expect(Object.keys(reply.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
}

describe("headers", () => {
  let front: TestFront;
  let closed: TestFront;
  beforeAll(async () => {
    front = await startFront();
    closed = await startFront({ password: "correct horse" });
  });
  afterAll(async () => {
    await front.stop();
    await closed.stop();
  });

  it("stand on every answer, whoever makes it", async () => {
    const { port } = front;
    const json = ["Content-Type: application/json"];
    const cases: [number, Promise<Reply>][] = [
      [200, send(port, {})],
      [200, send(port, { method: "HEAD" })],
      [200, send(port, { path: "/healthz" })],
      [503, send(port, { path: "/readyz" })],
      [308, send(port, { path: "/moved" })],
      [404, send(port, { path: "/missing" })],
      [500, send(port, { path: "/throws" })],
      [400, send(port, { path: "/a/../b" })],
      [403, send(port, { method: "POST", path: "/api/x", headers: ["Origin: null"] })],
      [405, send(port, { method: "PUT" })],
      [413, send(port, { method: "POST", path: "/api/x", headers: [...json, "Content-Length: 99999"] })],
      [414, send(port, { path: `/${"a".repeat(9000)}` })],
      [
        415,
        send(port, { method: "POST", path: "/api/x", headers: ["Content-Type: text/plain"], body: "{}" }),
      ],
      [421, send(port, { headers: ["Host: evil.example"] })],
      [431, send(port, { headers: [`X-A: ${"a".repeat(20_000)}`] })],
      [431, send(port, { headers: [`X-A: ${"a".repeat(100_000)}`] })],
      [417, send(port, { headers: ["Expect: tea"] })],
      [303, send(closed.port, {})],
      [401, send(closed.port, { path: "/api/v1/overview" })],
    ];
    for (const [status, pending] of cases) {
      const reply = await pending;
      expect(reply.status).toBe(status);
      expectHardened(reply);
    }
    const garbage = parseReply(await exchange(port, ["nonsense\r\n\r\n"]));
    expect(garbage.status).toBe(400);
    expectHardened(garbage);
  });

  it("carry a new nonce each time, the same that the request hands to Next", async () => {
    const nonces = new Set<string>();
    for (const _ of [1, 2, 3]) {
      const reply = await send(front.port, {});
      const nonce = /script-src 'nonce-([^']+)'/.exec(reply.headers["content-security-policy"] ?? "")?.[1];
      expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
      nonces.add(nonce ?? "");
      const given = front.seen.at(-1)?.headers;
      expect(given?.["content-security-policy"]).toContain(`'nonce-${nonce}'`);
      expect(given?.["x-nonce"]).toBe(nonce);
    }
    expect(nonces.size).toBe(3);
  });

  it("of the client that only inner parts may set never arrive", async () => {
    await send(front.port, {
      headers: [
        "Content-Security-Policy: script-src 'nonce-evil'",
        "Content-Security-Policy-Report-Only: script-src 'nonce-evil'",
        "X-Nonce: evil",
        "X-Vigia-Actor: admin",
        "X-VIGIA-ACTOR-FROM: 1.2.3.4",
        "X-Vigia-Anything: 1",
        "x-middleware-subrequest: middleware:middleware:middleware:middleware:middleware",
        "X-Middleware-Rewrite: /api/v1/x",
        "Next-Action: 7f00",
        "X-Matched-Path: /login",
        "X-Now-Route-Matches: 1=x",
        "X-Invoke-Path: /login",
        "X-Prerender-Revalidate: 1",
        "RSC: 1",
      ],
    });
    const given = front.seen.at(-1)?.headers ?? {};
    expect(JSON.stringify(given)).not.toContain("evil");
    expect(Object.keys(given).sort()).toEqual(["content-security-policy", "host", "rsc", "x-nonce"]);
  });

  it("a failure inside gives a request id and no details, and is told to the log", async () => {
    const reply = await send(front.port, { path: "/throws" });
    expect(JSON.parse(reply.body)).toMatchObject({ status: 500, code: "INTERNAL", type: "about:blank" });
    expect(JSON.parse(reply.body).request_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(reply.body).not.toContain("secret");
    expect(String(front.errors.at(-1))).toContain("secret path");
  });

  it("probes say one word", async () => {
    expect((await send(closed.port, { path: "/healthz" })).body).toBe("ok");
    expect((await send(closed.port, { path: "/readyz" })).body).toBe("unready");
    const ready = await startFront({ isReady: () => true });
    expect(await send(ready.port, { path: "/readyz" })).toMatchObject({ status: 200, body: "ready" });
    await ready.stop();
  });
});
