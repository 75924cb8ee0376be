/** What a request may look like, before anybody asks what it wants. */
import { IncomingMessage } from "node:http";
import { isAllowedHost } from "@/lib/access/hosts";
import type { Refusal } from "./refusal";

const URL_MAX_BYTES = 8 * 1024;
const HEADERS_MAX_BYTES = 16 * 1024;
const HEADERS_MAX_COUNT = 200;
export const BODY_MAX_BYTES = 64 * 1024;

/** Above it Node itself gives up; far enough above ours that the usual excess gets its exact status. */
export const PARSER_MAX_BYTES = 64 * 1024;

const METHODS = ["GET", "HEAD", "POST", "DELETE"];
export const isWrite = (method: string | undefined): boolean => method !== "GET" && method !== "HEAD";

function refuseHost(request: IncomingMessage, names: readonly string[]): Refusal | null {
  const hosts = request.rawHeaders.filter((item, index) => index % 2 === 0 && item.toLowerCase() === "host");
  if (hosts.length === 1 && isAllowedHost(request.headers.host, names)) return null;
  return {
    status: 421,
    code: "MISDIRECTED",
    detail:
      "Vigia does not answer under this host name. Use an address or localhost, or add the name to VIGIA_ALLOWED_HOSTS.",
  };
}

function refuseMethod(request: IncomingMessage, path: string): Refusal | null {
  const write = isWrite(request.method);
  const known = METHODS.includes(request.method ?? "");
  if (known && (!write || path.startsWith("/api/"))) return null;
  const allowed = path.startsWith("/api/") ? METHODS : METHODS.filter((method) => !isWrite(method));
  return {
    status: 405,
    code: "METHOD_NOT_ALLOWED",
    detail: "This method is not used here.",
    headers: { Allow: allowed.join(", ") },
    close: true,
  };
}

const DOTS = /(^|\/)(\.|%2e){1,2}(\/|$)/i;

function refuseTarget(url: string, path: string): Refusal | null {
  if (Buffer.byteLength(url) > URL_MAX_BYTES)
    return { status: 414, code: "URI_TOO_LONG", detail: "A URL may have 8 kB.", close: true };
  if (!url.startsWith("/") || path.includes("\\") || path.includes("%00") || DOTS.test(path))
    return {
      status: 400,
      code: "INVALID_INPUT",
      detail: "The URL must be a plain path, without dot segments.",
      close: true,
    };
  return null;
}

function refuseHeaders({ rawHeaders }: IncomingMessage): Refusal | null {
  // Two array items a header, and ": " and a line end on the wire.
  const bytes = rawHeaders.reduce((sum, item) => sum + Buffer.byteLength(item, "latin1") + 2, 0);
  if (bytes <= HEADERS_MAX_BYTES && rawHeaders.length / 2 <= HEADERS_MAX_COUNT) return null;
  return {
    status: 431,
    code: "HEADERS_TOO_LARGE",
    detail: "Headers may have 16 kB together.",
    close: true,
  };
}

const TOO_LARGE: Refusal = {
  status: 413,
  code: "TOO_LARGE",
  detail: "A body may have 64 kB.",
  close: true,
};

export function declaresBody(request: IncomingMessage): boolean {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && length !== "0");
}

function refuseDeclaredBody(request: IncomingMessage): Refusal | null {
  if (Number(request.headers["content-length"] ?? 0) > BODY_MAX_BYTES) return TOO_LARGE;
  if (isWrite(request.method) || !declaresBody(request)) return null;
  return { status: 400, code: "INVALID_INPUT", detail: "A read carries no body.", close: true };
}

function refuseExpectation({ headers }: IncomingMessage): Refusal | null {
  if (headers.expect === undefined || headers.expect.toLowerCase() === "100-continue") return null;
  return { status: 417, code: "INVALID_INPUT", detail: "Expect may only be 100-continue.", close: true };
}

/** The first rule that a request breaks. The Host is looked at before anything else. */
export function refuseForm(request: IncomingMessage, hostNames: readonly string[]): Refusal | null {
  const url = request.url ?? "";
  const [path = ""] = url.split("?", 1);
  return (
    refuseHost(request, hostNames) ??
    refuseTarget(url, path) ??
    refuseHeaders(request) ??
    refuseExpectation(request) ??
    refuseMethod(request, path) ??
    refuseDeclaredBody(request)
  );
}

/**
 * Reads a body up to the limit. Declared lengths are checked before; a chunked body shows its size only while
 * it comes, and must not have reached a handler by then.
 * @returns a Refusal for a body over the limit
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | Refusal> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= BODY_MAX_BYTES) {
        chunks.push(chunk);
        return;
      }
      request.off("data", onData);
      resolve(TOO_LARGE);
    };
    request.on("data", onData);
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
    request.once("close", () => reject(new Error("the client went away")));
  });
}

/** The request again, with a body that was already read: a stream that has ended cannot be read twice. */
export function withBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  const copy = new IncomingMessage(request.socket);
  copy.httpVersion = request.httpVersion;
  copy.httpVersionMajor = request.httpVersionMajor;
  copy.httpVersionMinor = request.httpVersionMinor;
  copy.method = request.method;
  copy.url = request.url;
  copy.rawHeaders = request.rawHeaders;
  copy.headers = request.headers;
  copy.complete = true;
  if (body.length > 0) copy.push(body);
  copy.push(null);
  return copy;
}
