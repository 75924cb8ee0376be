import { afterEach, expect, it } from "vitest";
import { send, startFront, type TestFront } from "./raw";

const PATH = "/api/v1/overview";
const body = JSON.stringify({ rows: "x".repeat(5_000) });
const serialised = { body, etag: '"tick-7"' };
const snapshotOf = (path: string) => (path === PATH ? serialised : null);

let front: TestFront | undefined;
afterEach(async () => front?.stop());

it("answers the snapshot without asking the handler, under the security headers of every answer", async () => {
  front = await startFront({ snapshotOf });
  const reply = await send(front.port, { path: PATH });
  expect(reply).toMatchObject({ status: 200, body });
  expect(reply.headers).toMatchObject({
    etag: serialised.etag,
    "content-type": "application/json",
    "cache-control": "private, no-cache",
    "x-content-type-options": "nosniff",
  });
  expect(front.seen).toEqual([]);
});

it("answers 304 without a body to who holds it", async () => {
  front = await startFront({ snapshotOf });
  const reply = await send(front.port, { path: PATH, headers: ['If-None-Match: "old", W/"tick-7"'] });
  expect(reply).toMatchObject({ status: 304, body: "" });
});

it("packs for who asks, and for nobody else", async () => {
  front = await startFront({ snapshotOf });
  const { headers } = await send(front.port, { path: PATH, headers: ["Accept-Encoding: br, gzip;q=0.5"] });
  expect(headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept-Encoding" });
  const refusing = await send(front.port, { path: PATH, headers: ["Accept-Encoding: br, gzip;q=0"] });
  expect(refusing.headers["content-encoding"]).toBeUndefined();
  const packed = await fetch(`http://127.0.0.1:${front.port}${PATH}`, {
    headers: { "accept-encoding": "gzip" },
  });
  expect(await packed.text()).toBe(body);
});

it("leaves requests with a query to the handler, which knows their parameters", async () => {
  front = await startFront({ snapshotOf });
  await send(front.port, { path: `${PATH}?connection=other` });
  expect(front.seen.map(({ url }) => url)).toEqual([`${PATH}?connection=other`]);
});

it("tells nothing to who is not signed in", async () => {
  front = await startFront({ snapshotOf, password: "a-long-password" });
  expect(await send(front.port, { path: PATH })).toMatchObject({ status: 401 });
});
