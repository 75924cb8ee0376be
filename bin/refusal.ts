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

function body(refusal: Refusal): string {
  return JSON.stringify({
    type: "about:blank",
    title: STATUS_CODES[refusal.status] ?? "Refused",
    status: refusal.status,
    code: refusal.code,
    detail: refusal.detail,
    request_id: randomUUID(),
  });
}

const headersOf = (refusal: Refusal): Record<string, string> => ({
  "Content-Type": "application/problem+json",
  "Cache-Control": "private, no-store",
  ...(refusal.close ? { Connection: "close" } : {}),
  ...refusal.headers,
});

/** How long a client may go on sending a body that was refused; closing at once would cut off the answer. */
const DISCARD_MS = 2_000;

export function refuse(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { req } = response;
  if (refusal.close && !req.complete) {
    req.resume();
    setTimeout(() => req.socket.destroy(), DISCARD_MS).unref();
    // Node closes a connection marked so as soon as the answer is out, with the body unread: a reset that
    // may overtake the answer. The timer above closes it instead.
    const { close: _, ...kept } = refusal;
    response.writeHead(refusal.status, headersOf(kept)).end(body(refusal));
    return;
  }
  response.writeHead(refusal.status, headersOf(refusal)).end(body(refusal));
}

/** The same for a request that Node could not parse, so that no response object exists. */
export function refuseRaw(socket: Duplex, refusal: Refusal, headers: Record<string, string>): void {
  const text = body(refusal);
  const all = {
    ...headers,
    ...headersOf(refusal),
    Connection: "close",
    "Content-Length": String(Buffer.byteLength(text)),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ""}\r\n${lines.join("")}\r\n${text}`,
  );
}
