"use client";

import { useMemo } from "react";
import { type Hold, type ListSource, type Pages, useHeadPage, usePages } from "@/components/live/use-pages";
import type { JobPage, JobSummary } from "@/lib/api/schemas/jobs";
import { fetchPage, type JobListSource } from "./queries";

export interface JobPages<Page extends JobPage> extends Pages<JobSummary, Page> {
  /** `undefined` = not read yet. */
  jobs: readonly JobSummary[] | undefined;
  total: number | null;
}

const idOf = (job: JobSummary) => job.job_id;

function useListSource<Page extends JobPage>(source: JobListSource<Page>): ListSource<Page> {
  return useMemo(
    () => ({ key: source.key, read: (cursor, signal) => fetchPage(source, cursor, signal) }),
    [source],
  );
}

/** The first page of a list of jobs, see {@link useHeadPage}. */
export function useListHead<Page extends JobPage>(source: JobListSource<Page>, pulse: string) {
  return useHeadPage(useListSource(source), pulse);
}

/** Pages of a list of jobs, kept live without moving what somebody looks at. */
export function useJobPages<Page extends JobPage>(
  source: JobListSource<Page>,
  hold: Hold,
  pulse: string,
): JobPages<Page> {
  const list = usePages<JobSummary, Page>(useListSource(source), idOf, hold, pulse);
  const { pages, newest } = list;
  const jobs = useMemo(
    // A job that moved between two pages while they were read is listed by both.
    () => pages && [...new Map(pages.flatMap((page) => page.items).map((job) => [job.job_id, job])).values()],
    [pages],
  );
  return { ...list, jobs, total: (newest ?? pages?.[0])?.total ?? null };
}
