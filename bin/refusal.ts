/** Answers that the front gives by itself: `application/problem+json`, as the API's own errors are. */
import { randomUUID } from "node:crypto";
import { type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

export interface Refusal {
  status: number;
  code: string;
  detail: string;
  headers?: Record<string, string>;
  /** The rest of the request is not worth reading. */
  close?: boolean;
}

/** Body and headers of the answer. */
function render(refusal: Refusal, connection: "close" | null): [string, Record<string, string>] {
  const text = JSON.stringify({
    type: "about:blank",
    title: STATUS_CODES[refusal.status] ?? "Refused",
    status: refusal.status,
    code: refusal.code,
    detail: refusal.detail,
    request_id: randomUUID(),
  });
  return [
    text,
    {
      "Content-Type": "application/problem+json",
      "Content-Length": String(Buffer.byteLength(text)),
      "Cache-Control": "private, no-store",
      ...(connection === null ? {} : { Connection: connection }),
      ...refusal.headers,
    },
  ];
}

/** How long a client may go on sending a body that was refused; closing at once would cut off the answer. */
const DISCARD_MS = 2_000;

export function refuse(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { req } = response;
  const unread = refusal.close === true && !req.complete;
  if (unread) {
    // Node closes a connection marked "close" as soon as the answer is out, with the body unread: a reset
    // that may overtake the answer. The timer closes it instead.
    req.resume();
    setTimeout(() => req.socket.destroy(), DISCARD_MS).unref();
  }
  const [text, headers] = render(refusal, refusal.close && !unread ? "close" : null);
  response.writeHead(refusal.status, headers).end(text);
}

/** The same for a request that Node could not parse, so that no response object exists. */
export function refuseRaw(socket: Duplex, refusal: Refusal, common: Record<string, string>): void {
  const [text, headers] = render(refusal, "close");
  const lines = Object.entries({ ...common, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ""}\r\n${lines.join("")}\r\n${text}`,
  );
}
