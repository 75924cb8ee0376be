/** The browser's files: as the build compressed them, for whoever takes that, and nothing beside them. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAssets } from "@/bin/assets";
import { send } from "./raw";

const TEXT = "console.log(1);\n".repeat(500);
const NAME = "a-[b].js";

describe("the browser's files", () => {
  let root: string;
  let server: Server;
  let port: number;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "vigia-assets-"));
    const folder = join(root, ".next", "static", "chunks");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, NAME), TEXT);
    writeFileSync(join(folder, `${NAME}.br`), brotliCompressSync(TEXT));
    writeFileSync(join(folder, `${NAME}.gz`), gzipSync(TEXT));
    cpSync(join(folder, NAME), join(root, ".next", "BUILD_ID"));
    const assets = createAssets(root, (request, response) => {
      response.writeHead(404).end(`otherwise ${request.url}`);
    });
    server = createServer((request, response) => void assets(request, response)).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.close();
    rmSync(root, { recursive: true });
  });

  const get = async (path: string, accept?: string) => {
    const headers = accept === undefined ? [] : [`Accept-Encoding: ${accept}`];
    const reply = await send(port, { path, headers: [...headers, "Connection: close"] });
    return { ...reply, bytes: Buffer.from(reply.body, "latin1") };
  };

  it("come in the smallest form that the browser takes, kept for ever", async () => {
    const path = "/_next/static/chunks/a-%5Bb%5D.js?dpl=1";
    const forms: [string | undefined, string | undefined, (body: Buffer) => Buffer][] = [
      ["gzip, deflate, br", "br", brotliDecompressSync],
      ["gzip", "gzip", gunzipSync],
      [undefined, undefined, (body) => body],
    ];
    for (const [accept, encoding, open] of forms) {
      const answer = await get(path, accept);
      expect(answer.status).toBe(200);
      expect(answer.headers["content-encoding"]).toBe(encoding);
      expect(answer.headers["content-type"]).toContain("javascript");
      expect(answer.headers["cache-control"]).toBe("public,max-age=31536000,immutable");
      expect(answer.headers.vary).toBe("Accept-Encoding");
      expect(open(answer.bytes).toString()).toBe(TEXT);
    }
  });

  it("are all that lies there: everything else is answered elsewhere, under its own path", async () => {
    for (const path of [
      "/_next/static/chunks/none.js",
      "/_next/static/../BUILD_ID",
      "/_next/static/%2e%2e/BUILD_ID",
      "/_next/staticc",
      "/",
    ]) {
      const answer = await get(path);
      expect(answer.status).toBe(404);
      expect(answer.body).toContain(`otherwise ${path}\r\n`);
    }
  });
});
