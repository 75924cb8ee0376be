/** What the filter box finds. Pure. */
import { plainName } from "@/components/ui/name-text";
import type { FailureGroup, JobSummary } from "@/lib/api/schemas/jobs";

function holds(filter: string, texts: readonly (string | null)[]): boolean {
  const wanted = filter.trim().toLowerCase();
  return wanted === "" || texts.some((text) => text?.toLowerCase().includes(wanted) === true);
}

export function groupFits(group: FailureGroup, filter: string): boolean {
  return holds(filter, [
    group.error_type,
    group.message,
    ...group.functions.map((one) => one.name),
    ...group.queues.map((one) => plainName(one.name)),
  ]);
}

export function failureFits(job: JobSummary, filter: string): boolean {
  return holds(filter, [
    job.error,
    job.func_name,
    job.description,
    job.job_id,
    job.origin && plainName(job.origin),
  ]);
}
