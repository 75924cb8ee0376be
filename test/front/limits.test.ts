import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exchange, parseReply, send, startFront, type TestFront } from "./raw";

const JSON_TYPE = "Content-Type: application/json";

describe("limits", () => {
  let front: TestFront;
  beforeAll(async () => {
    front = await startFront();
  });
  afterAll(() => front.stop());

  it("lets a URL of 8 kB pass and refuses a longer one with 414", async () => {
    expect((await send(front.port, { path: `/${"a".repeat(8191)}` })).status).toBe(200);
    expect((await send(front.port, { path: `/${"a".repeat(8192)}` })).status).toBe(414);
  });

  it("refuses more than 16 kB of headers with 431", async () => {
    const header = (bytes: number) => `X-Padding: ${"a".repeat(bytes)}`;
    expect((await send(front.port, { headers: [header(15_000)] })).status).toBe(200);
    expect((await send(front.port, { headers: [header(17_000)] })).status).toBe(431);
  });

  it("refuses headers that even the parser will not hold with 431", async () => {
    expect((await send(front.port, { headers: [`X-Padding: ${"a".repeat(200_000)}`] })).status).toBe(431);
  });

  it("refuses 3,000 tiny headers with 431 instead of dropping some of them", async () => {
    const headers = Array.from({ length: 3000 }, (_, index) => `${index.toString(36)}:1`);
    expect((await send(front.port, { headers })).status).toBe(431);
  });

  it("lets a body of 64 kB pass whole", async () => {
    const body = JSON.stringify("a".repeat(65_534));
    const reply = await send(front.port, { method: "POST", path: "/api/x", headers: [JSON_TYPE], body });
    expect(reply.status).toBe(200);
    expect(front.seen.at(-1)?.body).toBe(body);
  });

  it("refuses a body of 6 MB by its declared length, and the client can read why", async () => {
    const before = front.seen.length;
    const body = Buffer.alloc(6 * 1024 * 1024, "a");
    const reply = await send(front.port, { method: "POST", path: "/api/x", headers: [JSON_TYPE], body });
    expect(reply.status).toBe(413);
    expect(JSON.parse(reply.body)).toMatchObject({ code: "TOO_LARGE", status: 413 });
    expect(front.seen.length).toBe(before);
  });

  it("refuses a chunked body as soon as it passes 64 kB, without waking the handler", async () => {
    const before = front.seen.length;
    const chunk = `4000\r\n${"a".repeat(0x4000)}\r\n`;
    const head = `POST /api/x HTTP/1.1\r\nHost: localhost\r\n${JSON_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const reply = parseReply(await exchange(front.port, [head, ...Array.from({ length: 6 }, () => chunk)]));
    expect(reply.status).toBe(413);
    expect(front.seen.length).toBe(before);
  });

  it("gives a chunked body below the limit to the handler", async () => {
    const head = `POST /api/x HTTP/1.1\r\nHost: localhost\r\n${JSON_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const reply = parseReply(await exchange(front.port, [head, "2\r\n{}\r\n", "0\r\n\r\n"]));
    expect(reply.status).toBe(200);
    expect(front.seen.at(-1)?.body).toBe("{}");
  });

  it("does not ask for a body that it would refuse (Expect: 100-continue)", async () => {
    const headers = [JSON_TYPE, "Expect: 100-continue"];
    const large = await send(front.port, {
      method: "POST",
      path: "/api/x",
      headers: [...headers, "Content-Length: 70000"],
    });
    expect(large.status).toBe(413);
    const small = await send(front.port, { method: "POST", path: "/api/x", headers, body: "{}" });
    expect(small.status).toBe(100);
    expect(small.body).toContain("200 OK");
  });

  it("refuses a read with a body", async () => {
    expect((await send(front.port, { body: "x" })).status).toBe(400);
  });

  it("ends a client that sends its headers one by one for more than 10 s", { timeout: 25_000 }, async () => {
    const started = Date.now();
    const text = await new Promise<string>((resolve) => {
      const socket = connect(front.port, "127.0.0.1");
      let received = "";
      socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n");
      const drip = setInterval(() => socket.write(`X-${Date.now()}: 1\r\n`), 500);
      socket.on("data", (chunk) => {
        received += chunk.toString();
      });
      socket.on("error", () => undefined);
      socket.on("close", () => {
        clearInterval(drip);
        resolve(received);
      });
    });
    expect(Date.now() - started).toBeLessThan(14_000);
    expect(parseReply(text).status).toBe(408);
  });

  it("answers others at once while 300 half requests hang", async () => {
    const half = Array.from({ length: 300 }, () => {
      const socket = connect(front.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write("GET / HTTP/1.1\r\nHost: lo");
      return socket;
    });
    const started = Date.now();
    const response = await fetch(`http://127.0.0.1:${front.port}/`);
    await response.text();
    expect(Date.now() - started).toBeLessThan(1_000);
    for (const socket of half) socket.destroy();
  });
});

describe("methods and targets", () => {
  let front: TestFront;
  beforeAll(async () => {
    front = await startFront();
  });
  afterAll(() => front.stop());

  it.each(["PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])("%s is answered 405", async (method) => {
    const reply = await send(front.port, { method, path: "/api/v1/overview" });
    expect(reply.status).toBe(405);
    expect(reply.headers.allow).toBe("GET, HEAD, POST, DELETE");
  });

  it("pages are only read", async () => {
    expect((await send(front.port, { method: "POST", path: "/" })).status).toBe(405);
    expect((await send(front.port, { method: "POST", path: "//api/v1/x" })).status).toBe(405);
    expect((await send(front.port, { method: "POST", path: "/%61pi/v1/x" })).status).toBe(405);
  });

  it("a preflight gets no CORS header", async () => {
    const reply = await send(front.port, {
      method: "OPTIONS",
      path: "/api/v1/operations",
      headers: ["Origin: http://evil.example", "Access-Control-Request-Method: POST"],
    });
    expect(Object.keys(reply.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it.each(["http://evil.example/", "*", "/a/../b", "/a/%2e%2e/b", "/a/./b", "/..", "/a\\b", "/a%00"])(
    "the target %j is refused",
    async (path) => {
      expect((await send(front.port, { path })).status).toBe(400);
    },
  );

  it("garbage is answered 400 with all headers", async () => {
    const reply = parseReply(await exchange(front.port, ["\u0016\u0003 nonsense\r\n\r\n"]));
    expect(reply.status).toBe(400);
    expect(reply.headers["content-security-policy"]).toContain("default-src 'none'");
  });
});
