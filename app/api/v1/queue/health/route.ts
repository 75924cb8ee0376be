import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

/** 503 when Redis cannot be reached: what a load balancer or an uptime check understands without reading. */
export function GET(): Response {
  const health = runtime().monitor.health();
  return Response.json(health, {
    status: health.detail === "redis-unreachable" ? 503 : 200,
    headers: { "cache-control": "private, no-store" },
  });
}
