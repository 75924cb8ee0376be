/**
 * The snapshot's answers, straight from memory. The monitor serialises them once a tick; on their way through the
 * framework each request would pay about a millisecond of its processor time, tens of times what is left here.
 * The routes of the same paths in app/api/v1 say the same, for development and the API's description.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { Serialised } from "@/lib/monitor/monitor";

/** Below this a packed answer saves no packet. */
const GZIP_MIN_BYTES = 1_400;

interface Encoded {
  plain: Buffer;
  gzip: Buffer | null;
}

/** Bytes of a body, made once for all who ask during its tick. */
const encoded = new WeakMap<Serialised, Encoded>();

function bytesOf(serialised: Serialised, packed: boolean): { bytes: Buffer; packed: boolean } {
  const known = encoded.get(serialised) ?? { plain: Buffer.from(serialised.body), gzip: null };
  encoded.set(serialised, known);
  if (!packed || known.plain.length < GZIP_MIN_BYTES) return { bytes: known.plain, packed: false };
  known.gzip ??= gzipSync(known.plain, { level: 4 });
  return { bytes: known.gzip, packed: true };
}

function holds(request: IncomingMessage, etag: string): boolean {
  const held = request.headers["if-none-match"];
  return held?.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag) ?? false;
}

const acceptsGzip = (request: IncomingMessage) =>
  /(^|,)\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[\d.]+\s*)?(,|$)/.test(
    request.headers["accept-encoding"]?.toString() ?? "",
  );

/** Answers GET and HEAD; 304 when the caller holds this very body. */
export function sendSerialised(
  request: IncomingMessage,
  response: ServerResponse,
  serialised: Serialised,
): void {
  response.setHeader("ETag", serialised.etag);
  response.setHeader("Cache-Control", "private, no-cache");
  response.setHeader("Vary", "Accept-Encoding");
  if (holds(request, serialised.etag)) {
    response.writeHead(304).end();
    return;
  }
  const { bytes, packed } = bytesOf(serialised, acceptsGzip(request));
  if (packed) response.setHeader("Content-Encoding", "gzip");
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": bytes.length });
  response.end(request.method === "HEAD" ? undefined : bytes);
}
