/** A front on a free port, and requests written byte by byte: what no well-behaved client would send. */
import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { createFront, createFrontServer, type FrontOptions, type Handler } from "@/bin/front";
import { createAccess } from "@/lib/access/access";

export interface Reply {
  status: number;
  /** Lower-case names; several values of one name are joined by a line end. */
  headers: Record<string, string>;
  body: string;
}

export function parseReply(text: string): Reply {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [name = "", ...value] = line.split(":");
    const key = name.toLowerCase();
    const before = headers[key] === undefined ? "" : `${headers[key]}\n`;
    headers[key] = before + value.join(":").trim();
  }
  return { status: Number(first.split(" ")[1] ?? 0), headers, body: rest.join("\r\n\r\n") };
}

/** Sends the parts, then reads until the server closes or `quietMs` pass without a byte. */
export function exchange(port: number, parts: readonly (string | Buffer)[], quietMs = 120): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const chunks: Buffer[] = [];
    const finish = () => {
      socket.destroy();
      resolve(Buffer.concat(chunks).toString("latin1"));
    };
    socket.on("connect", () => {
      for (const part of parts) socket.write(part);
    });
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      socket.setTimeout(quietMs);
    });
    socket.setTimeout(5_000);
    socket.on("timeout", finish);
    socket.on("close", finish);
    socket.on("error", (error: NodeJS.ErrnoException) => {
      // The server may hang up while we still send; what it said before is the answer.
      if (error.code === "ECONNRESET" || error.code === "EPIPE") finish();
      else reject(error);
    });
  });
}

/** One request with these header lines; `Host: localhost` unless `headers` has its own. */
export async function send(
  port: number,
  request: { method?: string; path?: string; headers?: readonly string[]; body?: string | Buffer },
): Promise<Reply> {
  const { method = "GET", path = "/", headers = [], body = "" } = request;
  const has = (name: string) => headers.some((line) => line.toLowerCase().startsWith(`${name}:`));
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...(has("host") ? [] : ["Host: localhost"]),
    ...(body.length === 0 || has("content-length") || has("transfer-encoding")
      ? []
      : [`Content-Length: ${Buffer.byteLength(body)}`]),
    ...headers,
  ];
  return parseReply(await exchange(port, [`${lines.join("\r\n")}\r\n\r\n`, body]));
}

/** What the handler behind the front was given. */
export interface Seen {
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface TestFront {
  port: number;
  server: Server;
  seen: Seen[];
  errors: unknown[];
  stop(): Promise<void>;
}

export async function startFront(
  options: Partial<FrontOptions> & { loopbackOnly?: boolean; password?: string | null } = {},
): Promise<TestFront> {
  const seen: Seen[] = [];
  const errors: unknown[] = [];
  const echo: Handler = async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push({
      method: request.method ?? "",
      url: request.url ?? "",
      headers: { ...request.headers },
      body,
    });
    if (request.url === "/throws") throw new Error("secret path /srv/x");
    if (request.url === "/missing") response.statusCode = 404;
    if (request.url === "/moved") {
      response.writeHead(308, { Location: "/" }).end();
      return;
    }
    response.end("handled");
  };
  const front = createFront({
    access: createAccess({
      loopbackOnly: options.loopbackOnly ?? true,
      password: options.password ?? null,
      port: 9181,
    }),
    hostNames: ["vigia.example.com"],
    handler: echo,
    isReady: () => false,
    onError: (error) => errors.push(error),
    ...options,
  });
  const server = createFrontServer(front);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // The test asked for a TCP port, so the address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    server,
    seen,
    errors,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
