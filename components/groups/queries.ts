import { queryOptions } from "@tanstack/react-query";
import { ApiError, fetchJson } from "@/components/live/api";
import type { ListSource } from "@/components/live/use-pages";
import type { History, HistoryWindow } from "@/lib/api/schemas/history";
import type { GroupDetail, PendingPage } from "@/lib/api/schemas/streams";

const groupPath = (stream: string, group: string) =>
  `streams/${encodeURIComponent(stream)}/groups/${encodeURIComponent(group)}`;

/** What the server refused it will refuse again. */
function retryUnlessRefused(failed: number, error: Error): boolean {
  return failed < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500);
}

/** One consumer group read now, with its consumers and the ages of what is pending. */
export const groupQuery = (stream: string, group: string) =>
  queryOptions({
    queryKey: ["streams", stream, "group", group],
    queryFn: ({ signal }) => fetchJson<GroupDetail>(groupPath(stream, group), signal),
    retry: retryUnlessRefused,
  });

/** Series of one group, with what each of its consumers held. */
export const groupHistoryQuery = (stream: string, group: string, window: HistoryWindow) =>
  queryOptions({
    queryKey: ["history", window, "stream", stream, group],
    queryFn: ({ signal }) =>
      fetchJson<History>(`history?${new URLSearchParams({ window, stream, group })}`, signal),
    // Another window is another question: until its answer is here the old drawing would lie.
    staleTime: 2_000,
  });

/** What a list of pending entries is narrowed to; 0 and "" = not at all. */
export interface PendingFilter {
  consumer: string;
  idleS: number;
  deliveries: number;
}

/** Pending entries of one group, lowest ID first. */
export function pendingList(stream: string, group: string, filter: PendingFilter): ListSource<PendingPage> {
  const { consumer, idleS, deliveries } = filter;
  const query = new URLSearchParams();
  if (consumer !== "") query.set("consumer", consumer);
  if (idleS > 0) query.set("min_idle_ms", String(idleS * 1_000));
  if (deliveries > 0) query.set("min_deliveries", String(deliveries));
  return {
    key: ["streams", stream, "group", group, "pending", consumer, idleS, deliveries],
    read: (cursor, signal) => {
      const page = new URLSearchParams(query);
      if (cursor !== null) page.set("cursor", cursor);
      return fetchJson<PendingPage>(`${groupPath(stream, group)}/pending?${page}`, signal);
    },
  };
}
