/**
 * Sessions live in a signed cookie: `id.expires.kind.signature`. The key is made at start, so a restart signs
 * everybody out; a session that was ended by hand is remembered until it would have expired.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

export type LoginKind = "password" | "token";

const LIFETIME_MS = 7 * 24 * 3_600_000;
/** Only those who are signed in can add to it; the oldest goes first. */
const ENDED_MAX = 10_000;

export interface Sessions {
  /** Value of a new session's cookie. */
  open(kind: LoginKind): string;
  /** `null` for a value that is forged, expired or ended. */
  read(value: string): { kind: LoginKind } | null;
  end(value: string): void;
  lifetimeMs: number;
}

/** Compares in constant time, whatever the lengths: digests of both are compared. */
export function sameSecret(a: string, b: string, key: Buffer): boolean {
  const digest = (text: string) => createHmac("sha256", key).update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

export function createSessions(options: { key?: Buffer; now?: () => number } = {}): Sessions {
  const { key = randomBytes(32), now = Date.now } = options;
  const ended = new Set<string>();
  const sign = (body: string) => createHmac("sha256", key).update(body).digest("base64url");

  const parse = (value: string) => {
    const [id, expires, kind, signature, ...rest] = value.split(".");
    if (id === undefined || signature === undefined || rest.length > 0) return null;
    if (kind !== "password" && kind !== "token") return null;
    if (!sameSecret(signature, sign(`${id}.${expires}.${kind}`), key)) return null;
    return Number(expires) > now() ? ({ id, kind } as const) : null;
  };

  return {
    lifetimeMs: LIFETIME_MS,
    open(kind) {
      const body = `${randomBytes(32).toString("base64url")}.${now() + LIFETIME_MS}.${kind}`;
      return `${body}.${sign(body)}`;
    },
    read(value) {
      const session = parse(value);
      return session === null || ended.has(session.id) ? null : { kind: session.kind };
    },
    end(value) {
      const session = parse(value);
      if (session === null) return;
      ended.add(session.id);
      const [oldest] = ended;
      if (ended.size > ENDED_MAX && oldest !== undefined) ended.delete(oldest);
    },
  };
}
