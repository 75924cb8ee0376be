import { queryOptions } from "@tanstack/react-query";
import { ApiError, fetchJson } from "@/components/live/api";
import type { History, HistoryWindow } from "@/lib/api/schemas/history";
import type { QueueDetail } from "@/lib/api/schemas/jobs";
import type { QueueInfo } from "@/lib/api/schemas/overview";

/** One queue read now: counts of every place, who listens, whether a scheduler runs. */
export const queueQuery = (queue: string) =>
  queryOptions({
    queryKey: ["queue", queue],
    queryFn: ({ signal }) => fetchJson<QueueDetail>(`queues/${encodeURIComponent(queue)}`, signal),
    retry: (failed, error) => failed < 2 && !(error instanceof ApiError && error.status === 404),
  });

/** Rates of one queue, for those that are not among the rows of the overview. */
export const queueInfoQuery = (queue: string) =>
  queryOptions({
    queryKey: ["queue", queue, "info"],
    queryFn: ({ signal }) => fetchJson<QueueInfo>(`queue/info/${encodeURIComponent(queue)}`, signal),
  });

export const queueHistoryQuery = (queue: string, window: HistoryWindow) =>
  queryOptions({
    queryKey: ["history", window, queue],
    queryFn: ({ signal }) =>
      fetchJson<History>(`history?window=${window}&queue=${encodeURIComponent(queue)}`, signal),
    // Another window is another question: until its answer is here the old drawing would lie.
    staleTime: 2_000,
  });
