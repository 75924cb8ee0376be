"use client";

import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { useFreeze, useLiveInterval } from "./provider";

/** How often a list is read again by itself; a change of the counts is noticed sooner. */
const REFRESH_MS = 5_000;
const GAP_MS = 1_000;

export interface PageOf<Item> {
  items: readonly Item[];
  next_cursor: string | null;
}

/** One list: how its pages are read, and what it is called in the cache. Keep the same object between renders. */
export interface ListSource<Page> {
  key: readonly unknown[];
  /** @param cursor null = the first page */
  read: (cursor: string | null, signal: AbortSignal) => Promise<Page>;
}

export interface Hold {
  /** Somebody points at the list, has the focus in it or has chosen rows: nothing moves. */
  held: boolean;
  /** There is only a finger, and nobody sees where it will land: nothing comes in by itself, but what is gone leaves. */
  finger: boolean;
}

export interface Pages<Item, Page extends PageOf<Item>> {
  /** `undefined` = not read yet. */
  pages: readonly Page[] | undefined;
  error: Error | null;
  hasMore: boolean;
  loadingMore: boolean;
  loadMore: () => void;
  /** Items that came in since, while the list was held. */
  fresh: number;
  showFresh: () => void;
  retry: () => void;
  /** The newest first page, also while the list is held. */
  newest: Page | undefined;
}

const headQuery = <Page>(source: ListSource<Page>) => ({
  queryKey: [...source.key, "head"],
  queryFn: ({ signal }: { signal: AbortSignal }) => source.read(null, signal),
  staleTime: GAP_MS,
  // Whether the first page shown is the newest one is told by identity.
  structuralSharing: false as const,
});

/**
 * The first page of a list, read again every few seconds and soon after `pulse` has changed.
 * @param pulse changes when the list has probably changed
 */
export function useHeadPage<Page>(source: ListSource<Page>, pulse: string) {
  const [frozen] = useFreeze();
  const head = useQuery({ ...headQuery(source), refetchInterval: useLiveInterval(REFRESH_MS) });
  const { refetch } = head;
  const readMs = useRef(0);
  const seen = useRef(pulse);
  useEffect(() => {
    if (frozen || pulse === seen.current) return;
    const timer = setTimeout(
      () => {
        seen.current = pulse;
        readMs.current = Date.now();
        void refetch();
      },
      Math.max(0, readMs.current + GAP_MS - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [pulse, frozen, refetch]);
  return head;
}

/** Pages of a list, kept live without moving what somebody looks at. @param idOf what tells items apart */
export function usePages<Item, Page extends PageOf<Item>>(
  source: ListSource<Page>,
  idOf: (item: Item) => string,
  { held, finger }: Hold,
  pulse: string,
): Pages<Item, Page> {
  const client = useQueryClient();
  const head = useHeadPage(source, pulse);
  const query = useInfiniteQuery({
    queryKey: [...source.key, "pages"],
    queryFn: ({ pageParam, signal }) =>
      // The first page is the head: one request for both.
      pageParam === null ? client.fetchQuery(headQuery(source)) : source.read(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page) => page.next_cursor,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
  const pages = query.data?.pages;
  // Further pages hang on the cursor of the first: another first page would tear a hole or repeat rows.
  const fixed = held || (pages?.length ?? 0) > 1;
  const newest = head.data;
  const newer = newest !== undefined && pages !== undefined && newest !== pages[0];
  const unseen = useMemo(() => {
    if (!newer || pages === undefined) return 0;
    const known = new Set(pages.flatMap((page) => page.items).map(idOf));
    return newest.items.filter((item) => !known.has(idOf(item))).length;
  }, [newer, newest, pages, idOf]);
  // An empty list has nothing that could move.
  const keep = fixed || (finger && unseen > 0 && pages?.some((page) => page.items.length > 0) === true);

  const take = useCallback(
    (page: Page) =>
      client.setQueryData<InfiniteData<Page, string | null>>([...source.key, "pages"], {
        pages: [page],
        pageParams: [null],
      }),
    [client, source.key],
  );
  useEffect(() => {
    if (!keep && newer) take(newest);
  }, [keep, newer, newest, take]);

  return {
    pages,
    error: query.error ?? (newest === undefined ? null : head.error),
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    fresh: keep ? unseen : 0,
    showFresh: () => {
      if (newest !== undefined) take(newest);
    },
    retry: () => {
      void head.refetch();
      if (pages === undefined) void query.refetch();
    },
    newest,
  };
}
