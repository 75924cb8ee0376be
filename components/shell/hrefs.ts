/** Addresses of pages: the one place that knows them. Names are escaped, whatever bytes they stand for. */
import type { BacklogRow } from "@/lib/api/schemas/overview";

function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const parts = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`],
  );
  return parts.length === 0 ? path : `${path}?${parts.join("&")}`;
}

/** @param tab the place of its jobs to open with */
export function queueHref(queue: string, tab?: string): string {
  return `/queues/${encodeURIComponent(queue)}${tab === undefined ? "" : `?tab=${tab}`}`;
}

export function jobHref(id: string): string {
  return `/jobs/${encodeURIComponent(id)}`;
}

export function failureHref(fingerprint: string): string {
  return `/failures/${encodeURIComponent(fingerprint)}`;
}

export function workerHref(name: string): string {
  return `/workers/${encodeURIComponent(name)}`;
}

export function problemHref(id: string): string {
  return `/problems/${encodeURIComponent(id)}`;
}

/** @param options.at the entry ID or Unix ms to begin at · `order` of its entries, newest first when left out */
export function streamHref(stream: string, options: { at?: string; order?: "oldest" } = {}): string {
  return withQuery(`/streams/${encodeURIComponent(stream)}`, options);
}

/** @param options which tab to open with, and what its pending list is narrowed to */
export function groupHref(
  stream: string,
  group: string,
  options: { tab?: string; consumer?: string; deliveries?: number } = {},
): string {
  return withQuery(`/streams/${encodeURIComponent(stream)}/${encodeURIComponent(group)}`, options);
}

/** The page of a backlog: a queue, a consumer group, or a stream that has none. */
export function backlogHref(row: Pick<BacklogRow, "name" | "stream">): string {
  if (row.stream === null) return queueHref(row.name);
  const { stream, group } = row.stream;
  return group === null ? streamHref(stream) : groupHref(stream, group);
}
