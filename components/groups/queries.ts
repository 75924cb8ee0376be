import { queryOptions } from "@tanstack/react-query";
import { ApiError, fetchJson } from "@/components/live/api";
import type { History, HistoryWindow } from "@/lib/api/schemas/history";
import type { GroupDetail } from "@/lib/api/schemas/streams";

export const groupPath = (stream: string, group: string) =>
  `streams/${encodeURIComponent(stream)}/groups/${encodeURIComponent(group)}`;

/** One consumer group read now, with its consumers and the ages of what is pending. */
export const groupQuery = (stream: string, group: string) =>
  queryOptions({
    queryKey: ["streams", stream, "group", group],
    queryFn: ({ signal }) => fetchJson<GroupDetail>(groupPath(stream, group), signal),
    retry: (failed, error) =>
      failed < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
  });

/** Series of one group, with what each of its consumers held. */
export const groupHistoryQuery = (stream: string, group: string, window: HistoryWindow) =>
  queryOptions({
    queryKey: ["history", window, "stream", stream, group],
    queryFn: ({ signal }) =>
      fetchJson<History>(
        `history?window=${window}&stream=${encodeURIComponent(stream)}&group=${encodeURIComponent(group)}`,
        signal,
      ),
    staleTime: 2_000,
  });
