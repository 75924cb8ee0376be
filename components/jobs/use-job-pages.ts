"use client";

import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { useFreeze, useLiveInterval } from "@/components/live/provider";
import type { JobPage, JobSummary } from "@/lib/api/schemas/jobs";
import { fetchPage, type JobListSource } from "./queries";

/** How often a list is read again by itself; a change of the counts is noticed sooner. */
const REFRESH_MS = 5_000;
const GAP_MS = 1_000;

export interface JobPages<Page extends JobPage> {
  /** `undefined` = not read yet. */
  jobs: readonly JobSummary[] | undefined;
  first: Page | undefined;
  total: number | null;
  error: Error | null;
  hasMore: boolean;
  loadingMore: boolean;
  loadMore: () => void;
  /** Jobs that came in since, while the list was held. */
  fresh: number;
  showFresh: () => void;
  retry: () => void;
}

/**
 * Pages of a list, kept live without moving what somebody looks at.
 * @param held somebody points at the list or has chosen rows: keep it, and only count what is new
 * @param pulse changes when the list has probably changed
 */
export function useJobPages<Page extends JobPage>(
  source: JobListSource<Page>,
  held: boolean,
  pulse: string,
): JobPages<Page> {
  const client = useQueryClient();
  const [frozen] = useFreeze();
  const interval = useLiveInterval(REFRESH_MS);
  const query = useInfiniteQuery({
    queryKey: source.key,
    queryFn: ({ pageParam, signal }) => fetchPage(source, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page) => page.next_cursor,
    refetchOnWindowFocus: false,
  });
  const pages = query.data?.pages;
  // Further pages hang on the cursor of the first: reading all of them again would move them.
  const keep = held || (pages?.length ?? 0) > 1;

  const head = useQuery({
    queryKey: [...source.key, "head"],
    queryFn: ({ signal }) => fetchPage(source, null, signal),
    enabled: pages !== undefined,
    refetchInterval: interval,
    staleTime: GAP_MS,
    // The head belongs to this list's life alone.
    gcTime: 0,
  });
  const { refetch: refetchHead } = head;

  const lastMs = useRef(0);
  const seenPulse = useRef(pulse);
  useEffect(() => {
    if (frozen || pulse === seenPulse.current) return;
    const wait = Math.max(0, lastMs.current + GAP_MS - Date.now());
    const timer = setTimeout(() => {
      seenPulse.current = pulse;
      lastMs.current = Date.now();
      void refetchHead();
    }, wait);
    return () => clearTimeout(timer);
  }, [pulse, frozen, refetchHead]);

  const shown = useMemo(() => pages?.flatMap((page) => page.items), [pages]);
  const newest = head.data;
  const newer = head.dataUpdatedAt > query.dataUpdatedAt;

  useEffect(() => {
    if (keep || newest === undefined || !newer) return;
    client.setQueryData<InfiniteData<Page, string | null>>(source.key, {
      pages: [newest],
      pageParams: [null],
    });
  }, [client, keep, newest, newer, source.key]);

  const fresh = useMemo(() => {
    if (newest === undefined || shown === undefined || !newer) return 0;
    const known = new Set(shown.map((job) => job.job_id));
    return newest.items.filter((job) => !known.has(job.job_id)).length;
  }, [newest, newer, shown]);

  return {
    // A job that moved between two pages while they were read is listed by both.
    jobs: useMemo(() => shown && [...new Map(shown.map((job) => [job.job_id, job])).values()], [shown]),
    first: newer && newest !== undefined ? newest : pages?.[0],
    total: (newer ? newest?.total : pages?.[0]?.total) ?? pages?.[0]?.total ?? null,
    error: query.error,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    fresh: keep ? fresh : 0,
    showFresh: () => {
      if (newest !== undefined)
        client.setQueryData<InfiniteData<Page, string | null>>(source.key, {
          pages: [newest],
          pageParams: [null],
        });
      void refetchHead();
    },
    retry: () => void query.refetch(),
  };
}
