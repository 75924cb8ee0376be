import type { QueryClient } from "@tanstack/react-query";
import type { Overview } from "@/lib/api/schemas/overview";
import { request } from "./api";

export const OVERVIEW_KEY = ["overview"] as const;

let etag: { value: string; tick: number } | null = null;

/** The whole overview; what the browser holds already is not sent again. @throws ApiError */
export async function fetchOverview(client: QueryClient, signal?: AbortSignal): Promise<Overview> {
  const held = client.getQueryData<Overview>(OVERVIEW_KEY);
  const known = held !== undefined && etag?.tick === held.tick ? etag.value : null;
  const response = await request("overview", {
    ...(signal === undefined ? {} : { signal }),
    ...(known === null ? {} : { headers: { "if-none-match": known } }),
  });
  if (response.status === 304 && held !== undefined) return held;
  const fresh = (await response.json()) as Overview; // the route's own type
  const value = response.headers.get("etag");
  etag = value === null ? null : { value, tick: fresh.tick };
  return fresh;
}
