import { queryOptions } from "@tanstack/react-query";
import { fetchJson } from "@/components/live/api";
import type { WorkerList } from "@/lib/api/schemas/jobs";

export const workersQuery = queryOptions({
  queryKey: ["workers"],
  queryFn: ({ signal }) => fetchJson<WorkerList>("workers", signal),
});
