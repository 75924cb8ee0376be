/**
 * Who is asking. Three modes, chosen by where Vigia listens and whether a password is set:
 * - `open`: loopback alone and no password; everybody on this machine is `local`.
 * - `password`: VIGIA_PASSWORD is set; a session cookie, or `Authorization: Bearer <password>` for programs.
 * - `token`: reachable from elsewhere without a password; a token made at start does what a password does.
 *
 * The secret stands in the environment or was made by this process. Nothing is stored, so there is no stolen
 * hash that a slow hash would protect: guesses over the network are limited instead, and compared in constant time.
 */
import { randomBytes } from "node:crypto";
import { isIPv6 } from "node:net";
import { config } from "../config";
import { AppError } from "../errors";
import type { Actor } from "./actor";
import { createFailureLimit } from "./rate-limit";
import { createSessions, type LoginKind, sameSecret } from "./session";

export interface Credentials {
  cookie: string | undefined;
  authorization: string | undefined;
}

/** `program` tells a bearer token from a cookie: a browser never attaches the former by itself. */
export interface Identity {
  actor: Actor;
  program: boolean;
}

export interface Access {
  mode: "open" | "password" | "token";
  /** The token to print at start, in mode `token`. */
  token: string | null;
  /** @returns `null` for an anonymous caller. @throws AppError RATE_LIMITED after too many wrong bearer tokens */
  identify(credentials: Credentials, from: string): Identity | null;
  /**
   * @returns value of the `Set-Cookie` header
   * @throws AppError UNAUTHENTICATED or RATE_LIMITED (with `retry_after` in seconds among its facts)
   */
  login(secret: string, from: string, options?: { secure?: boolean }): string;
  /** Ends the cookie's session. @returns value of the `Set-Cookie` header that removes the cookie */
  logout(cookie: string | undefined): string;
}

const FAILURES_PER_MINUTE = 5;

/** Whoever holds one IPv6 address usually holds its /64. */
function limitKey(from: string): string {
  return isIPv6(from) ? from.split(":").slice(0, 4).join(":") : from;
}

function cookieValue(header: string | undefined, name: string): string | null {
  for (const part of (header ?? "").split(";")) {
    const [key, ...value] = part.trim().split("=");
    if (key === name) return value.join("=");
  }
  return null;
}

export function createAccess(options: {
  loopbackOnly: boolean;
  password: string | null;
  port: number;
  now?: () => number;
}): Access {
  const { loopbackOnly, password, now = Date.now } = options;
  const mode = password !== null ? "password" : loopbackOnly ? "open" : "token";
  const token = mode === "token" ? randomBytes(32).toString("base64url") : null;
  const secret = password ?? token;
  const kind: LoginKind = mode === "token" ? "token" : "password";
  // Browsers share cookies between the ports of a host: the port in the name keeps two Vigias apart.
  const cookieName = `vigia_${options.port}`;
  const key = randomBytes(32);
  const sessions = createSessions({ now });
  const limit = createFailureLimit({ max: FAILURES_PER_MINUTE, windowMs: 60_000, now });

  /** @throws AppError RATE_LIMITED */
  const isSecret = (given: string, from: string, way: "bearer" | "login"): boolean => {
    // Counted apart: a proxy that adds bearer tokens of its own must not lock people out of the login page.
    const counter = `${way} ${limitKey(from)}`;
    const wait = limit.waitSeconds(counter);
    if (wait > 0)
      throw new AppError("RATE_LIMITED", `Too many wrong passwords from ${from}. Try again in ${wait} s.`, {
        facts: { retry_after: wait },
      });
    if (secret !== null && sameSecret(given, secret, key)) return true;
    limit.failed(counter);
    return false;
  };
  const setCookie = (value: string, maxAgeSeconds: number, secure = false) =>
    `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure ? "; Secure" : ""}`;

  return {
    mode,
    token,
    identify({ cookie, authorization }, from) {
      if (mode === "open") return { actor: { name: "local", from }, program: false };
      const session = sessions.read(cookieValue(cookie, cookieName) ?? "");
      if (session !== null) return { actor: { name: session.kind, from }, program: false };
      const bearer = /^Bearer +(\S.*)$/i.exec(authorization ?? "")?.[1];
      if (bearer === undefined || !isSecret(bearer, from, "bearer")) return null;
      return { actor: { name: kind, from }, program: true };
    },
    login(given, from, { secure } = {}) {
      if (!isSecret(given, from, "login"))
        throw new AppError(
          "UNAUTHENTICATED",
          kind === "token"
            ? "This is not the token that Vigia printed when it started."
            : "This is not the password.",
        );
      return setCookie(sessions.open(kind), Math.floor(sessions.lifetimeMs / 1000), secure);
    },
    logout(cookie) {
      sessions.end(cookieValue(cookie, cookieName) ?? "");
      return setCookie("", 0);
    },
  };
}

const KEY = Symbol.for("vigia.access");
type Holder = typeof globalThis & { [KEY]?: Access };

/** The process's one gate, shared by the server in front and the route handlers behind it. */
export function access(): Access {
  const holder = globalThis as Holder;
  holder[KEY] ??= createAccess(config());
  return holder[KEY];
}
