import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAllowedHost, isOwnOrigin } from "@/lib/access/hosts";
import { exchange, parseReply, send, startFront, type TestFront } from "./raw";

const ALLOWED = [
  "localhost",
  "localhost:9181",
  "LOCALHOST:1",
  "127.0.0.1",
  "127.0.0.1:9181",
  "10.0.0.7:9181",
  "[::1]",
  "[::1]:9181",
  "[fe80::1]:9181",
  "[::ffff:127.0.0.1]",
  "vigia.example.com",
  "Vigia.Example.com:443",
];
const REFUSED = [
  "evil.example",
  "localhost.evil",
  "localhost.",
  "evil.localhost",
  "vigia.example.com.evil",
  "xvigia.example.com",
  "user@localhost",
  "localhost@evil.example",
  "localhost:evil",
  "localhost:0",
  "localhost:65536",
  "localhost:",
  "localhost:9181:9181",
  "localhost/evil",
  "localhost#x",
  "localhost, evil.example",
  "127.1",
  "2130706433",
  "0x7f000001",
  "127.0.0.1.evil.example",
  "127.0.0.1.nip.io",
  "::1",
  "[::1",
  "[::1]evil",
  "[fe80::1%25eth0]",
  "",
];

describe("the Host rule", () => {
  let front: TestFront;
  beforeAll(async () => {
    front = await startFront();
  });
  afterAll(() => front.stop());

  it.each(ALLOWED)("answers under %j", async (host) => {
    expect((await send(front.port, { headers: [`Host: ${host}`] })).status).toBe(200);
  });

  it.each(REFUSED)("refuses %j before anything else looks at the request", async (host) => {
    const before = front.seen.length;
    const reply = await send(front.port, { path: "/x/../y", headers: [`Host: ${host}`] });
    expect(reply.status).toBe(421);
    expect(front.seen.length).toBe(before);
  });

  it("refuses two Host lines, also equal ones", async () => {
    for (const second of ["localhost", "evil.example"])
      expect((await send(front.port, { headers: ["Host: localhost", `hOST: ${second}`] })).status).toBe(421);
  });

  it("refuses a request without Host, in HTTP/1.1 and 1.0", async () => {
    for (const version of ["1.1", "1.0"]) {
      const reply = parseReply(await exchange(front.port, [`GET / HTTP/${version}\r\n\r\n`]));
      expect(reply.status).toBe(421);
      expect(reply.headers["x-content-type-options"]).toBe("nosniff");
    }
  });

  it("does not trust X-Forwarded-Host", async () => {
    const headers = ["Host: evil.example", "X-Forwarded-Host: localhost"];
    expect((await send(front.port, { headers })).status).toBe(421);
  });

  it("covers probes too", async () => {
    expect((await send(front.port, { path: "/healthz", headers: ["Host: evil.example"] })).status).toBe(421);
  });
});

describe("own origins", () => {
  it("are those of the Host, with or without TLS in front", () => {
    expect(isOwnOrigin("http://localhost:9181", "localhost:9181")).toBe(true);
    expect(isOwnOrigin("https://vigia.example.com", "vigia.example.com")).toBe(true);
    expect(isOwnOrigin("http://localhost:9181", "LOCALHOST:9181")).toBe(true);
    expect(isOwnOrigin("https://vigia.example.com", "vigia.example.com:443")).toBe(true);
  });

  it.each([
    "null",
    "http://localhost:3000",
    "http://evil.example",
    "localhost:9181",
    "",
    "http://localhost:9181/",
  ])("are not %j", (origin) => {
    expect(isOwnOrigin(origin, "localhost:9181")).toBe(false);
  });

  it("need an exact host name", () => {
    expect(isAllowedHost("vigia.example.co", ["vigia.example.com"])).toBe(false);
    expect(isAllowedHost(undefined, [])).toBe(false);
  });
});
