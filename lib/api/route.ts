/** Route handlers parse, call, answer; everything they share is here. Errors leave as problem+json. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AppError, type ErrorCode } from "../errors";
import { log } from "../log";

export const STATUS: Record<ErrorCode, number> = {
  INVALID_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_LARGE: 413,
  RATE_LIMITED: 429,
  UNSUPPORTED: 422,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
};

const TITLES: Record<ErrorCode, string> = {
  INVALID_INPUT: "The request is not valid",
  UNAUTHENTICATED: "Sign in first",
  FORBIDDEN: "Not allowed",
  NOT_FOUND: "Not found",
  CONFLICT: "Not possible now",
  TOO_LARGE: "Too large",
  RATE_LIMITED: "Too many requests",
  UNSUPPORTED: "Not supported",
  UNAVAILABLE: "Redis is not available",
  TIMEOUT: "No answer in time",
};

/** An AppError as `application/problem+json`; a fact `retry_after` (seconds) is also sent as its header. */
export function problemResponse(error: AppError, requestId: string): Response {
  const status = STATUS[error.code];
  const wait = error.facts.retry_after;
  return new Response(
    JSON.stringify({
      ...error.facts,
      type: "about:blank",
      title: TITLES[error.code],
      status,
      code: error.code,
      detail: error.message,
      request_id: requestId,
    }),
    {
      status,
      headers: {
        "content-type": "application/problem+json",
        "cache-control": "private, no-store",
        ...(typeof wait === "number" ? { "retry-after": String(wait) } : {}),
      },
    },
  );
}

/** @param translate turns errors of a library (Redis) into AppErrors; what it does not know stays as it is */
export function errorResponse(error: unknown, translate: (error: unknown) => unknown = (e) => e): Response {
  const requestId = randomUUID();
  const known = translate(error);
  if (known instanceof AppError) {
    if (known.cause !== undefined)
      log.warn({ request_id: requestId, code: known.code, err: known.cause }, "request refused");
    return problemResponse(known, requestId);
  }
  log.error({ request_id: requestId, err: error }, "request failed");
  return new Response(
    JSON.stringify({
      type: "about:blank",
      title: "Vigia failed",
      status: 500,
      code: "INTERNAL",
      detail: "Vigia met an error of its own; its log has the details under this request id.",
      request_id: requestId,
    }),
    {
      status: 500,
      headers: { "content-type": "application/problem+json", "cache-control": "private, no-store" },
    },
  );
}

export type Params = Promise<Record<string, string | string[] | undefined>>;

export interface RouteOptions<In, Out> {
  /** Path parameters and query string together; path wins. */
  input: z.ZodType<In>;
  run: (input: In, request: Request) => Promise<Out>;
  translate?: (error: unknown) => unknown;
  status?: number;
}

/** Parses path parameters and query, runs, answers JSON. A `Response` from `run` passes through. */
export function route<In, Out>(options: RouteOptions<In, Out>) {
  return async (request: Request, context: { params: Params }): Promise<Response> => {
    try {
      const query = Object.fromEntries(new URL(request.url).searchParams);
      const input = parse(options.input, { ...query, ...(await context.params) });
      const out = await options.run(input, request);
      if (out instanceof Response) return out;
      return Response.json(out, {
        status: options.status ?? 200,
        headers: { "cache-control": "private, no-store" },
      });
    } catch (error) {
      return errorResponse(error, options.translate);
    }
  };
}

/** @throws AppError INVALID_INPUT that names the field */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError("INVALID_INPUT", z.prettifyError(parsed.error));
}

/**
 * A JSON body; an empty body is `{}`, so that `curl -X POST` without a body works.
 * @throws AppError INVALID_INPUT for another content type or malformed JSON
 */
export async function jsonBody<T>(schema: z.ZodType<T>, request: Request): Promise<T> {
  const text = await request.text();
  if (text.trim() === "") return parse(schema, {});
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json")
    throw new AppError("INVALID_INPUT", "A body must be JSON: send it with Content-Type: application/json.");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AppError("INVALID_INPUT", "The body is not valid JSON.");
  }
  return parse(schema, value);
}
