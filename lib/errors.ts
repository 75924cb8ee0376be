/**
 * Failures that an operator can meet and do something about. Anything else that is thrown is a bug.
 * `message` is for the operator (what happened, what to do); `cause` is for the log.
 */
export type ErrorCode =
  | "INVALID_INPUT"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "CONFLICT"
  | "TOO_LARGE"
  | "RATE_LIMITED"
  | "UNSUPPORTED"
  | "UNAVAILABLE"
  | "TIMEOUT";

export class AppError extends Error {
  override readonly name = "AppError";
  /** Facts for programs, merged into the problem+json body: `{ status: "started", next: "stop" }`. */
  readonly facts: Record<string, unknown>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: ErrorOptions & { facts?: Record<string, unknown> } = {},
  ) {
    super(message, options);
    this.facts = options.facts ?? {};
  }

  /**
   * One process holds several copies of this class: the server in front and each of Next's bundles have their
   * own, and what one of them throws another one answers.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "AppError" && "code" in value && "facts" in value;
  }
}
