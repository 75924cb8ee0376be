import { queryOptions } from "@tanstack/react-query";
import { ApiError, fetchJson } from "@/components/live/api";
import type { Entry, EntryPage, StreamDetail, StreamList } from "@/lib/api/schemas/streams";
import type { Order } from "./url-state";

function retryUnlessRefused(failed: number, error: Error): boolean {
  return failed < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500);
}

/** The worst 1,000 streams with their groups, from the snapshot: cheap for Redis however often it is asked. */
export const streamsQuery = queryOptions({
  queryKey: ["streams"],
  queryFn: ({ signal }) => fetchJson<StreamList>("streams", signal),
});

/** Streams that have a text in their own name or in a group's, the worst `limit` of them. */
export const streamsFoundQuery = (find: string, limit: number) =>
  queryOptions({
    queryKey: ["streams", "found", find, limit],
    queryFn: ({ signal }) =>
      fetchJson<StreamList>(`streams?limit=${limit}&find=${encodeURIComponent(find)}`, signal),
    staleTime: 2_000,
  });

const pathOf = (stream: string) => `streams/${encodeURIComponent(stream)}`;

/** One stream, read now. */
export const streamQuery = (stream: string) =>
  queryOptions({
    queryKey: ["streams", stream],
    queryFn: ({ signal }) => fetchJson<StreamDetail>(pathOf(stream), signal),
    retry: retryUnlessRefused,
  });

/** A stretch of a stream's entries: from its end or its beginning, or from an ID. */
export interface EntrySeek {
  /** An entry ID, or Unix ms alone; null = from the end that the order begins at. */
  at: string | null;
  order: Order;
}

/** The end of the range that the list begins at; from there it goes on in its order. */
export function rangeOf({ at, order }: EntrySeek): { from?: string; to?: string } {
  if (at === null) return {};
  return order === "newest" ? { to: at } : { from: at };
}

export const entriesKey = (stream: string, { at, order }: EntrySeek) =>
  ["streams", stream, "entries", order, at] as const;

export function fetchEntries(
  stream: string,
  seek: EntrySeek,
  cursor: string | null,
  signal: AbortSignal,
): Promise<EntryPage> {
  const query = new URLSearchParams({ order: seek.order, ...rangeOf(seek) });
  if (cursor !== null) query.set("cursor", cursor);
  return fetchJson<EntryPage>(`${pathOf(stream)}/entries?${query}`, signal);
}

/** One entry with longer values than a page of them has. */
export const entryQuery = (stream: string, id: string) =>
  queryOptions({
    queryKey: ["streams", stream, "entry", id],
    queryFn: ({ signal }) => fetchJson<Entry>(`${pathOf(stream)}/entries/${id}`, signal),
    // An entry never changes; it can only go.
    staleTime: 60_000,
    retry: retryUnlessRefused,
  });
