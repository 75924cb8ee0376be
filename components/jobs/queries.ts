import { queryOptions } from "@tanstack/react-query";
import { ApiError, fetchJson } from "@/components/live/api";
import type { FailurePage, JobDetail, JobPage, Place } from "@/lib/api/schemas/jobs";

export type Order = "newest" | "oldest";

/** One list of jobs: where its pages are read, and what it is called in the cache. */
export interface JobListSource<Page extends JobPage = JobPage> {
  key: readonly unknown[];
  /** Without the cursor. */
  path: string;
  /** Ties the page's type to the path. */
  readonly page?: Page;
}

function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const parts = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`],
  );
  return `${path}?${parts.join("&")}`;
}

/** Jobs of one place of a queue. */
export const queueJobs = (queue: string, place: Place, order: Order): JobListSource => ({
  key: ["jobs", "queue", queue, place, order],
  path: withQuery(`queues/${encodeURIComponent(queue)}/jobs`, { place, order }),
});

/** Started jobs of all queues, those that run longest first. */
export const runningJobs: JobListSource = {
  key: ["jobs", "running"],
  path: withQuery("jobs", { place: "started", order: "oldest" }),
};

/** Failed jobs of all queues with the groups of their causes; narrowed to a queue, a cause, or both. */
export const failedJobs = (queue: string | null, fingerprint: string | null): JobListSource<FailurePage> => ({
  key: ["jobs", "failures", queue, fingerprint],
  path: withQuery("failures", {
    queue: queue ?? undefined,
    fingerprint: fingerprint ?? undefined,
    order: "newest",
  }),
});

export function fetchPage<Page extends JobPage>(
  source: JobListSource<Page>,
  cursor: string | null,
  signal: AbortSignal,
): Promise<Page> {
  const tail = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
  return fetchJson<Page>(source.path + tail, signal);
}

/** Everything about one job; read with its payloads, so only where they are shown. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ["job", id],
    queryFn: ({ signal }) => fetchJson<JobDetail>(`jobs/${encodeURIComponent(id)}`, signal),
    retry: (failed, error) =>
      failed < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
  });
