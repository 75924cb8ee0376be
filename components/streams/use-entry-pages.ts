"use client";

import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { ApiError } from "@/components/live/api";
import { useLiveInterval } from "@/components/live/provider";
import type { Entry, EntryPage } from "@/lib/api/schemas/streams";
import { type EntrySeek, entriesKey, fetchEntries } from "./queries";

const REFRESH_MS = 2_000;
const COLUMNS_MAX = 12;

export interface EntryPages {
  /** `undefined` = not read yet. */
  entries: readonly Entry[] | undefined;
  columns: readonly string[];
  total: number | null;
  error: Error | null;
  hasMore: boolean;
  loadingMore: boolean;
  loadMore: () => void;
  /** Entries that came in since, while the list was held. */
  fresh: number;
  showFresh: () => void;
  retry: () => void;
}

function isRefused(error: Error | null): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}

/** Field names of all pages in the order of their first appearance, as many as one page may have. Pure. */
export function columnsOf(pages: readonly EntryPage[]): string[] {
  return [...new Set(pages.flatMap(({ columns }) => columns))].slice(0, COLUMNS_MAX);
}

/**
 * Pages of a stream's entries. From the newest end they keep themselves up to date; from a chosen place they stay
 * what they were.
 * @param held somebody points at the list: nothing moves
 */
export function useEntryPages(stream: string, seek: EntrySeek, held: boolean): EntryPages {
  const client = useQueryClient();
  const live = seek.at === null && seek.order === "newest";
  const key = entriesKey(stream, seek);
  const interval = useLiveInterval(REFRESH_MS);
  const head = useQuery({
    queryKey: [...key, "head"],
    queryFn: ({ signal }) => fetchEntries(stream, seek, null, signal),
    refetchInterval: ({ state }) => (live && !isRefused(state.error) ? interval : false),
    // Whether the first page shown is the newest one is told by identity.
    structuralSharing: false,
    refetchOnWindowFocus: live,
  });
  const query = useInfiniteQuery({
    queryKey: [...key, "more"],
    queryFn: ({ pageParam, signal }) => fetchEntries(stream, seek, pageParam || null, signal),
    initialPageParam: "",
    getNextPageParam: (page: EntryPage) => page.next_cursor,
    // The first page is the head's; the others hang on its cursor.
    enabled: false,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
  const newest = head.data;
  const pages = query.data?.pages;
  const first = pages?.[0];
  const take = useCallback(
    (page: EntryPage) =>
      client.setQueryData<InfiniteData<EntryPage, string>>(
        [...entriesKey(stream, { at: seek.at, order: seek.order }), "more"],
        { pages: [page], pageParams: [""] },
      ),
    [client, stream, seek.at, seek.order],
  );
  const newer = newest !== undefined && newest !== first;
  const fixed = first !== undefined && (held || (pages?.length ?? 0) > 1);
  useEffect(() => {
    if (newer && !fixed) take(newest);
  }, [newer, fixed, newest, take]);

  const shown = useMemo(() => pages ?? (newest === undefined ? undefined : [newest]), [pages, newest]);
  const entries = useMemo(() => shown?.flatMap(({ items }) => items), [shown]);
  const fresh = useMemo(() => {
    if (!newer || !fixed || entries === undefined) return 0;
    const known = new Set(entries.map(({ id }) => id));
    return newest.items.filter(({ id }) => !known.has(id)).length;
  }, [newer, fixed, newest, entries]);
  const columns = useMemo(() => columnsOf(shown ?? []), [shown]);

  return {
    entries,
    columns,
    total: newest?.total ?? null,
    error: head.error ?? query.error,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    fresh,
    showFresh: () => {
      if (newest !== undefined) take(newest);
    },
    retry: () => void head.refetch(),
  };
}
