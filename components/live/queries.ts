import { queryOptions } from "@tanstack/react-query";
import type { History, HistoryWindow, Sparks } from "@/lib/api/schemas/history";
import type { QueueInfo } from "@/lib/api/schemas/overview";
import type { Problem } from "@/lib/api/schemas/problems";
import { fetchJson } from "./api";

/** Counts of every queue, from the snapshot: cheap for Redis however often it is asked. */
export const queueInfoQuery = queryOptions({
  queryKey: ["queue-info"],
  queryFn: ({ signal }) => fetchJson<QueueInfo[]>("queue/info", signal),
});

/** Series of all queues together, or of one. */
export function historyQuery(window: HistoryWindow, queue?: string) {
  const of = queue === undefined ? "" : `&queue=${encodeURIComponent(queue)}`;
  return queryOptions({
    queryKey: ["history", window, queue ?? null],
    queryFn: ({ signal }) => fetchJson<History>(`history?window=${window}${of}`, signal),
  });
}

/** Waiting of each row of the overview, 60 points. */
export function sparksQuery(window: HistoryWindow) {
  return queryOptions({
    queryKey: ["sparks", window],
    queryFn: ({ signal }) => fetchJson<Sparks>(`history/sparks?window=${window}`, signal),
  });
}

/** All open problems; the overview holds the first of them only. */
export const problemsQuery = queryOptions({
  queryKey: ["problems"],
  queryFn: ({ signal }) => fetchJson<{ items: Problem[]; at_ms: number }>("problems", signal),
});

/** How often charts ask for new points: their steps are seconds apart. */
export const HISTORY_EVERY_MS = 10_000;
