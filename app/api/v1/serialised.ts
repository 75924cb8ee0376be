import type { Serialised } from "@/lib/monitor/monitor";

/** A body that was serialised once a tick, as it is; 304 when the caller holds it. */
export function serialisedResponse(request: Request, { body, etag }: Serialised): Response {
  const headers = { etag, "cache-control": "private, no-cache" };
  const held = request.headers.get("if-none-match");
  if (held?.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag))
    return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, "content-type": "application/json" } });
}
