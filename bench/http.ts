/** A small HTTP client over one kept-alive connection: what is timed is the server. */
import type { ChildProcess } from "node:child_process";
import { Agent, request } from "node:http";
import { sleep } from "./measure";

export interface Answer {
  status: number;
  body: string;
  /** From the first byte sent to the last one received. */
  ms: number;
}

export interface Client {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  close(): void;
}

export function connect(base: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = (method: "GET" | "POST", path: string, body?: unknown) =>
    new Promise<Answer>((resolve, reject) => {
      const began = performance.now();
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const outgoing = request(
        `${base}${path}`,
        {
          agent,
          method,
          headers:
            payload === undefined
              ? {}
              : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.once("error", reject);
          incoming.once("end", () =>
            resolve({
              status: incoming.statusCode ?? 0,
              body: Buffer.concat(chunks).toString("utf8"),
              ms: performance.now() - began,
            }),
          );
        },
      );
      outgoing.once("error", reject);
      outgoing.end(payload);
    });
  return {
    get: (path) => send("GET", path),
    post: (path, body) => send("POST", path, body),
    close: () => agent.destroy(),
  };
}

/** Until the URL answers 200; rejects when the server ends first or 30 s have passed. */
export async function waitFor(url: string, server: ChildProcess): Promise<void> {
  const { origin, pathname, search } = new URL(url);
  const client = connect(origin);
  const deadline = Date.now() + 30_000;
  try {
    for (;;) {
      if (server.exitCode !== null) throw new Error(`the server of ${url} ended with ${server.exitCode}`);
      const status = await client.get(pathname + search).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return;
      if (Date.now() > deadline) throw new Error(`${url} did not answer in 30 s (last status ${status})`);
      await sleep(100);
    }
  } finally {
    client.close();
  }
}
