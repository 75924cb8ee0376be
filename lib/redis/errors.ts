import { AppError } from "../errors";

/** What kind of trouble a Redis error is; the page has words for each, so the kind travels and not the text. */
export type RedisTrouble =
  | "unreachable"
  | "timeout"
  | "wrong-password"
  | "no-permission"
  | "no-database"
  | "loading"
  | "read-only-replica"
  | "out-of-memory"
  | "cannot-persist"
  | "too-many-clients"
  | "busy"
  | "wrong-type"
  | "other";

/**
 * Why Redis cannot be watched, in more detail than an action needs: each has its own sentence and its own remedy. What
 * has none is the trouble itself.
 */
export const REDIS_CAUSES = [
  "refused",
  "unknown-host",
  "no-socket",
  "no-route",
  "no-connection",
  "closed-at-once",
  "no-tls",
  "certificate",
  "password-missing",
  "protected",
  "replica-cut-off",
] as const;
export type RedisCause = RedisTrouble | (typeof REDIS_CAUSES)[number];

const KINDS: [RegExp, RedisTrouble, RedisCause?][] = [
  [/^NOAUTH/, "wrong-password", "password-missing"],
  [/^WRONGPASS|invalid username-password|without any password configured/i, "wrong-password"],
  [/^-?DENIED/, "no-permission", "protected"],
  [/^NOPERM/, "no-permission"],
  [/DB index is out of range/i, "no-database"],
  [/^LOADING/, "loading"],
  [/^MASTERDOWN/, "read-only-replica", "replica-cut-off"],
  [/^READONLY/, "read-only-replica"],
  [/^OOM/, "out-of-memory"],
  [/^MISCONF/, "cannot-persist"],
  [/max number of clients/i, "too-many-clients"],
  [/^(BUSY|TRYAGAIN)/, "busy"],
  [/WRONGTYPE/, "wrong-type"],
  [/connect ETIMEDOUT/, "timeout", "no-connection"],
  [/Command timed out|ETIMEDOUT|Socket timeout/i, "timeout"],
  [/ECONNREFUSED/, "unreachable", "refused"],
  [/ENOTFOUND|EAI_AGAIN/, "unreachable", "unknown-host"],
  [/ENOENT/, "unreachable", "no-socket"],
  [/EHOSTUNREACH|ENETUNREACH/, "unreachable", "no-route"],
  [/wrong version number|packet length too long|EPROTO/i, "unreachable", "no-tls"],
  [/self.signed certificate|certificate|altnames/i, "unreachable", "certificate"],
  [/ECONNRESET|EPIPE|Connection is closed|isn't writeable|Max retries|max retries/, "unreachable"],
];

const kindOf = (error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  return KINDS.find(([pattern]) => pattern.test(message));
};

/** Error replies differ in class between protocols; their first word does not. */
export function troubleOf(error: unknown): RedisTrouble {
  return kindOf(error)?.[1] ?? "other";
}

export function causeOf(error: unknown): RedisCause {
  const kind = kindOf(error);
  return kind?.[2] ?? kind?.[1] ?? "other";
}

/** The command that a NOPERM reply names, for "grant +xpending": `null` when the reply names none. */
export function deniedCommand(error: unknown): string | null {
  const message = error instanceof Error ? error.message : "";
  return /run the '([^']+)' command/.exec(message)?.[1] ?? null;
}

const WORDS: Partial<
  Record<RedisTrouble, (denied: string | null) => [ConstructorParameters<typeof AppError>[0], string]>
> = {
  unreachable: () => ["UNAVAILABLE", "Redis cannot be reached. Nothing was changed."],
  timeout: () => [
    "TIMEOUT",
    "Redis did not answer in time. Whether the change was made is unknown; look before you try again.",
  ],
  "wrong-password": () => ["UNAVAILABLE", "Redis refuses the user or password that Vigia was started with."],
  "no-permission": (denied) => [
    "FORBIDDEN",
    denied === null
      ? "The Redis user lacks a permission for this. Nothing was changed."
      : `The Redis user may not run ${denied.toUpperCase()}. Nothing was changed. Grant it with: ACL SETUSER <user> +${denied}`,
  ],
  "no-database": () => [
    "UNAVAILABLE",
    "This Redis has no database of the number that Vigia was started with.",
  ],
  loading: () => ["UNAVAILABLE", "Redis is loading its data. Try again when it is done."],
  "read-only-replica": () => [
    "UNAVAILABLE",
    "This Redis is a replica and takes no writes. Nothing was changed.",
  ],
  "out-of-memory": () => [
    "UNAVAILABLE",
    "Redis is at its memory limit and refused the write. Nothing was changed.",
  ],
  "cannot-persist": () => [
    "UNAVAILABLE",
    "Redis cannot save to disk and refuses writes. Nothing was changed.",
  ],
  "too-many-clients": () => ["UNAVAILABLE", "Redis has reached its client limit."],
  busy: () => ["UNAVAILABLE", "Redis is busy with a script of another client. Try again shortly."],
};

/** Redis' words become ours in one place; an unknown error passes through as the bug that it is. */
export function toAppError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const words = WORDS[troubleOf(error)]?.(deniedCommand(error));
  return words === undefined ? error : new AppError(words[0], words[1], { cause: error });
}
