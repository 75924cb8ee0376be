"use client";

import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { useFreeze, useLiveInterval } from "@/components/live/provider";
import type { JobPage, JobSummary } from "@/lib/api/schemas/jobs";
import { fetchPage, type JobListSource } from "./queries";

/** How often a list is read again by itself; a change of the counts is noticed sooner. */
const REFRESH_MS = 5_000;
const GAP_MS = 1_000;

export interface JobPages<Page extends JobPage> {
  /** `undefined` = not read yet. */
  jobs: readonly JobSummary[] | undefined;
  total: number | null;
  error: Error | null;
  hasMore: boolean;
  loadingMore: boolean;
  loadMore: () => void;
  /** Jobs that came in since, while the list was held. */
  fresh: number;
  showFresh: () => void;
  retry: () => void;
  /** The newest first page, also while the list is held. */
  newest: Page | undefined;
}

const headQuery = <Page extends JobPage>(source: JobListSource<Page>) => ({
  queryKey: [...source.key, "head"],
  queryFn: ({ signal }: { signal: AbortSignal }) => fetchPage(source, null, signal),
  staleTime: GAP_MS,
  // Whether the first page shown is the newest one is told by identity.
  structuralSharing: false,
});

/**
 * The first page of a list, read again every few seconds and soon after `pulse` has changed.
 * @param pulse changes when the list has probably changed
 */
export function useListHead<Page extends JobPage>(source: JobListSource<Page>, pulse: string) {
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

/** Why a list keeps its rows and only counts what is new. */
export interface Hold {
  /** Somebody points at the list or has chosen rows: nothing changes. */
  held: boolean;
  /** A finger may come down anywhere: nothing new comes in by itself, but what is gone leaves. */
  finger: boolean;
}

/** Pages of a list, kept live without moving what somebody looks at. */
export function useJobPages<Page extends JobPage>(
  source: JobListSource<Page>,
  { held, finger }: Hold,
  pulse: string,
): JobPages<Page> {
  const client = useQueryClient();
  const head = useListHead(source, pulse);
  const query = useInfiniteQuery({
    queryKey: [...source.key, "pages"],
    queryFn: ({ pageParam, signal }) =>
      // The first page is the head: one request for both.
      pageParam === null ? client.fetchQuery(headQuery(source)) : fetchPage(source, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page) => page.next_cursor,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
  const pages = query.data?.pages;
  const jobs = useMemo(
    // A job that moved between two pages while they were read is listed by both.
    () => pages && [...new Map(pages.flatMap((page) => page.items).map((job) => [job.job_id, job])).values()],
    [pages],
  );
  // Further pages hang on the cursor of the first: another first page would tear a hole or repeat rows.
  const fixed = held || (pages?.length ?? 0) > 1;
  const newest = head.data;
  const newer = newest !== undefined && pages !== undefined && newest !== pages[0];
  const unseen = useMemo(() => {
    if (!newer || jobs === undefined) return 0;
    const known = new Set(jobs.map((job) => job.job_id));
    return newest.items.filter((job) => !known.has(job.job_id)).length;
  }, [newer, newest, jobs]);
  // An empty list has nothing that could move.
  const keep = fixed || (finger && unseen > 0 && jobs?.length !== 0);

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
    jobs,
    total: (newest ?? pages?.[0])?.total ?? null,
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
