/** Addresses of pages: the one place that knows them. Names are escaped, whatever bytes they stand for. */

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
