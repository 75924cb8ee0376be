import { queryOptions } from "@tanstack/react-query";
import { fetchJson } from "@/components/live/api";
import type { PendingAll } from "@/lib/api/schemas/streams";

/** As many rows as the route gives at most. */
export const ROWS_MAX = 100;

/** The oldest pending entries over all groups. */
export const pendingQuery = queryOptions({
  queryKey: ["pending"],
  queryFn: ({ signal }) => fetchJson<PendingAll>(`pending?limit=${ROWS_MAX}`, signal),
});
