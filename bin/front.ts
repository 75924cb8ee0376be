/**
 * The layer in front of Next: Host rule, limits, security headers, who may ask and who may write. Next by itself
 * answers any Host, accepts a body of any size and any origin, and leaves configured headers off its own
 * redirects, so nothing reaches it before these rules.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Access, Identity } from "@/lib/access/access";
import { ACTOR_FROM_HEADER, ACTOR_HEADER } from "@/lib/access/actor";
import { safeNext } from "@/lib/access/next-path";
import { createRateLimiter } from "@/lib/access/rate-limit";
import { refuseWrite } from "@/lib/access/write-rule";
import { AppError } from "@/lib/errors";
import type { Serialised } from "@/lib/monitor/monitor";
import { contentSecurityPolicy, dropInternalHeaders, newNonce, securityHeaders } from "./headers";
import { declaresBody, isWrite, PARSER_MAX_BYTES, readBody, refuseForm, withBody } from "./limits";
import { type Refusal, refuse, refuseRaw } from "./refusal";
import { sendSerialised } from "./snapshot";
import { answerProbe, isPublic, loginLink, SESSION_PATH } from "./ways-in";

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

export interface FrontOptions {
  access: Access;
  /** Lower-case names that are answered besides addresses and localhost. */
  hostNames: readonly string[];
  handler: Handler;
  /** Whether Redis answers and data are fresh, for `/readyz`. */
  isReady: () => boolean;
  /** Bodies that need no handler, by path; asked for reads without a query by those who may read. */
  snapshotOf?: (path: string) => Serialised | null;
  /** Told of whatever the handler throws; the client gets a 500 without details. */
  onError: (error: unknown) => void;
  dev?: boolean;
}

const WRITES_PER_SECOND = 20;

const UNAUTHENTICATED: Refusal = {
  status: 401,
  code: "UNAUTHENTICATED",
  detail: "Sign in first, or send a bearer token.",
  headers: { "WWW-Authenticate": "Bearer" },
};

/** Node reports an IPv4 client of an IPv6 socket as `::ffff:…`. */
export const addressOf = (request: IncomingMessage): string =>
  (request.socket.remoteAddress ?? "unknown").replace(/^::ffff:/, "");

function fromAppError(error: AppError): Refusal {
  const wait = error.facts.retry_after;
  const limited = error.code === "RATE_LIMITED";
  return {
    status: limited ? 429 : 401,
    code: error.code,
    detail: error.message,
    ...(typeof wait === "number" ? { headers: { "Retry-After": String(wait) } } : {}),
  };
}

function redirect(response: ServerResponse, location: string, headers: Record<string, string> = {}): void {
  response.writeHead(303, { Location: location, "Cache-Control": "private, no-store", ...headers }).end();
}

export function createFront(options: FrontOptions): Handler {
  const { access, hostNames, handler, dev = false } = options;
  const writes = createRateLimiter({ perSecond: WRITES_PER_SECOND });

  /** Headers of the answer, and of the request that Next sees. */
  const prepare = (request: IncomingMessage, response: ServerResponse) => {
    const nonce = newNonce();
    for (const [name, value] of Object.entries(securityHeaders(nonce, dev))) response.setHeader(name, value);
    dropInternalHeaders(request.headers);
    // Next reads the nonce here and puts it on its script tags; pages that need it read `x-nonce`.
    request.headers["content-security-policy"] = contentSecurityPolicy(nonce, dev);
    request.headers["x-nonce"] = nonce;
  };

  const refuseThisWrite = (request: IncomingMessage, identity: Identity | null, path: string) => {
    const { headers } = request;
    const rule = refuseWrite({
      host: headers.host ?? "",
      origin: headers.origin,
      secFetchSite: headers["sec-fetch-site"]?.toString(),
      contentType: headers["content-type"],
      hasBody: declaresBody(request),
      hasCookie: headers.cookie !== undefined,
      bearer: identity?.program ?? false,
    });
    if (rule !== null) return { ...rule, close: true };
    if (identity === null && path !== SESSION_PATH) return { ...UNAUTHENTICATED, close: true };
    const wait = writes.take(addressOf(request));
    if (wait === 0) return null;
    return {
      status: 429,
      code: "RATE_LIMITED",
      detail: `More than ${WRITES_PER_SECOND} changes a second. Use a bulk operation for many items.`,
      headers: { "Retry-After": String(wait) },
      close: true,
    };
  };

  const write = async (
    request: IncomingMessage,
    response: ServerResponse,
    identity: Identity | null,
    path: string,
  ) => {
    const refusal = refuseThisWrite(request, identity, path);
    if (refusal !== null) return refuse(response, refusal);
    if (request.headers.expect !== undefined) response.writeContinue();
    const body = await readBody(request);
    if (!Buffer.isBuffer(body)) return refuse(response, body);
    // A login has no actor yet: handlers of writes demand one, so the session handler alone can go on.
    if (identity !== null) request.headers[ACTOR_HEADER] = identity.actor.name;
    request.headers[ACTOR_FROM_HEADER] = addressOf(request);
    await handler(withBody(request, body), response);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = refuseForm(request, hostNames);
    if (refusal !== null) return refuse(response, refusal);
    const url = request.url ?? "/";
    const [path = ""] = url.split("?", 1);
    if (answerProbe(path, response, options.isReady)) return;

    const reads = !isWrite(request.method);
    const link = reads ? loginLink(access, url, addressOf(request), request.headers) : null;
    if (link !== null)
      return redirect(response, link.location, link.cookie ? { "Set-Cookie": link.cookie } : {});

    const from = addressOf(request);
    const { cookie, authorization } = request.headers;
    if (reads && isPublic(path, dev)) {
      const known = access.identify({ cookie, authorization: undefined }, from) !== null;
      if (path !== "/login" || !known) return await handler(request, response);
      return redirect(response, safeNext(new URLSearchParams(url.slice(path.length)).get("next")));
    }
    const identity = access.identify({ cookie, authorization }, from);
    if (!reads) return await write(request, response, identity, path);
    if (identity !== null) {
      const snapshot = url === path ? (options.snapshotOf?.(path) ?? null) : null;
      if (snapshot !== null) return sendSerialised(request, response, snapshot);
      return await handler(request, response);
    }
    if (path.startsWith("/api/") || path === "/metrics") return refuse(response, UNAUTHENTICATED);
    redirect(response, `/login?next=${encodeURIComponent(safeNext(url))}`);
  };

  return async (request, response) => {
    prepare(request, response);
    try {
      await answer(request, response);
    } catch (error) {
      if (error instanceof AppError) return refuse(response, fromAppError(error));
      if (request.destroyed && !request.complete) return;
      options.onError(error);
      refuse(response, {
        status: 500,
        code: "INTERNAL",
        detail: "Vigia met an error of its own; its log has the details.",
      });
    }
  };
}

function fromParser(error: NodeJS.ErrnoException): Refusal {
  if (error.code === "HPE_HEADER_OVERFLOW")
    return { status: 431, code: "HEADERS_TOO_LARGE", detail: "URL or headers are far too large." };
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT")
    return { status: 408, code: "TIMEOUT", detail: "The request did not arrive in time." };
  return { status: 400, code: "INVALID_INPUT", detail: "This is not a valid HTTP request." };
}

/** Whether an answer has begun on this connection: text written now would land in its middle. */
function isAnswering(socket: Duplex): boolean {
  // `_httpMessage` is where Node keeps the current response of a connection; Node's own default does the same.
  const { _httpMessage } = socket as Duplex & { _httpMessage?: ServerResponse | null };
  return _httpMessage?.headersSent ?? false;
}

/** A server with the front's limits; not listening yet. */
export function createFrontServer(front: Handler, options: { dev?: boolean } = {}): Server {
  const server = createServer(
    {
      maxHeaderSize: PARSER_MAX_BYTES,
      headersTimeout: 10_000,
      requestTimeout: 20_000,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 65_000,
      // A missing Host gets the front's own answer, with its headers.
      requireHostHeader: false,
    },
    front,
  );
  // Node drops headers above this count silently; the front counts them instead.
  server.maxHeadersCount = 0;
  server.on("checkContinue", front);
  server.on("checkExpectation", front);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable || isAnswering(socket)) {
      socket.destroy();
      return;
    }
    refuseRaw(socket, fromParser(error), securityHeaders(newNonce(), options.dev ?? false));
  });
  return server;
}
