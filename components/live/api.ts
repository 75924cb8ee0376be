import type { ProblemDetails } from "@/lib/api/schemas/common";

/** Where a route of the API is; the one place that would know of a URL prefix. */
export function apiUrl(path: string): string {
  return `/api/v1/${path}`;
}

/** An answer that is not 2xx, with what the server said about it; `status` 0 = Vigia did not answer at all. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly status: number,
    message: string,
    readonly details: ProblemDetails | null,
  ) {
    super(message);
  }
}

async function failure(response: Response): Promise<ApiError> {
  if (response.headers.get("content-type")?.startsWith("application/problem+json") !== true)
    return new ApiError(response.status, `HTTP ${response.status}`, null);
  const details = (await response.json()) as ProblemDetails; // our own routes write this type
  return new ApiError(response.status, details.detail, details);
}

/** @throws ApiError for every answer that is not 2xx, and with status 0 when there was none */
export async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(apiUrl(path), { cache: "no-store", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "Vigia does not answer", null);
  }
  if (response.ok || response.status === 304) return response;
  throw await failure(response);
}

/**
 * Reads one record. `T` is the schema's type of that route: page and server come from the same build.
 * @throws ApiError
 */
export async function fetchJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, signal === undefined ? {} : { signal });
  return (await response.json()) as T;
}

/**
 * Sends a change. An empty `body` is left out.
 * @throws ApiError
 */
export async function sendJson<T>(method: "POST" | "DELETE", path: string, body?: unknown): Promise<T> {
  const response = await request(path, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return (await response.json()) as T;
}
