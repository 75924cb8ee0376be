/** Headers that stand on every answer, and those that no client may send. */
import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

export const newNonce = (): string => randomBytes(16).toString("base64");

/**
 * @param dev lets the development overlay and hot reloading work: they evaluate code, inject style tags and
 *   open a WebSocket
 */
export function contentSecurityPolicy(nonce: string, dev: boolean): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ""}`,
    // A nonce beside 'unsafe-inline' would switch the latter off.
    dev ? "style-src-elem 'self' 'unsafe-inline'" : `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${dev ? " ws:" : ""}`,
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Every answer carries these, whoever makes it and whatever its status. */
export function securityHeaders(nonce: string, dev: boolean): Record<string, string> {
  return {
    "Content-Security-Policy": contentSecurityPolicy(nonce, dev),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy":
      "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
  };
}

/**
 * Next obeys some request headers that only its own parts may set, reads the nonce from the request's policy,
 * and Vigia's handlers trust `x-vigia-*`. From a client all of these are dropped.
 */
const DROPPED =
  /^(content-security-policy(-report-only)?|x-nonce|x-vigia-.*|x-middleware-.*|next-action|x-action-.*|x-invoke-.*|x-matched-path|x-now-route-matches|x-prerender-.*|x-nextjs-(?!(html-)?request-id).*|x-next-.*|__next-.*)$/;

/** Node's header object of the request is changed in place: it is what Next reads. */
export function dropInternalHeaders(headers: IncomingHttpHeaders): void {
  for (const name of Object.keys(headers)) if (DROPPED.test(name)) delete headers[name];
}
