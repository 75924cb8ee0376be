/** What anonymous callers reach: probes, the login page with its files, and the link that was printed at start. */
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { Access } from "@/lib/access/access";
import { safeNext } from "@/lib/access/next-path";
import { AppError } from "@/lib/errors";

export const SESSION_PATH = "/api/v1/session";

/** Probes reveal one word. @returns whether the path was one of them */
export function answerProbe(path: string, response: ServerResponse, isReady: () => boolean): boolean {
  if (path !== "/healthz" && path !== "/readyz") return false;
  const ready = path === "/healthz" || isReady();
  const word = path === "/healthz" ? "ok" : ready ? "ready" : "unready";
  const headers = {
    "Content-Type": "text/plain",
    "Content-Length": String(word.length),
    "Cache-Control": "no-store",
  };
  response.writeHead(ready ? 200 : 503, headers).end(word);
  return true;
}

/**
 * Dot segments, encoded or not, were refused before, so a prefix cannot be left again.
 * @param dev the development client asks for its sources and reports errors under two more prefixes
 */
export function isPublic(path: string, dev: boolean): boolean {
  if (path === "/login" || path === SESSION_PATH) return true;
  if (/^\/_next\/static\/(?:[\w./~-]|%5B|%5D)+$/i.test(path)) return true;
  if (dev && (path.startsWith("/_next/") || path.startsWith("/__nextjs"))) return true;
  return /^\/(icon|apple-icon|favicon)\.(svg|png|ico)$/.test(path);
}

/**
 * `…/?token=…`, as printed at start, becomes a session cookie and the same URL without the token, so that it
 * does not stay in the address bar.
 * @returns `null` when the URL carries no token or this server takes none
 */
export function loginLink(
  access: Access,
  url: string,
  from: string,
  headers: IncomingHttpHeaders,
): { location: string; cookie: string | null } | null {
  if (access.mode !== "token" || url.startsWith("/api/")) return null;
  const [path = "/"] = url.split("?", 1);
  const parameters = new URLSearchParams(url.slice(path.length));
  const token = parameters.get("token");
  if (token === null) return null;
  parameters.delete("token");
  const rest = parameters.size > 0 ? `?${parameters}` : "";
  const location = safeNext(`${path}${rest}`);
  try {
    const secure = headers["x-forwarded-proto"] === "https";
    return { location, cookie: access.login(token, from, { secure }) };
  } catch (error) {
    // A wrong token: the login page asks for the right one. Too many of them is an answer of its own.
    if (error instanceof AppError && error.code === "UNAUTHENTICATED") return { location, cookie: null };
    throw error;
  }
}
