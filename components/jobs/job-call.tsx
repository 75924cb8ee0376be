"use client";

import { useWords } from "@/components/i18n/provider";
import { Foreign } from "@/components/ui/name";
import type { JobSummary } from "@/lib/api/schemas/jobs";
import { jobsWords } from "@/lib/i18n/words/jobs";

/** What RQ's description adds to the function's name: usually its arguments. */
export function callRest(funcName: string | null, description: string | null): string {
  if (description === null) return "";
  if (funcName !== null && description.startsWith(`${funcName}(`)) return description.slice(funcName.length);
  return description === funcName ? "" : description;
}

/**
 * Function and arguments on one line, the error of a failed job below. Cut to its column, whole on hover.
 * @param error false where all rows share one error that is told above them
 */
export function JobCall({ job, error = true }: { job: JobSummary; error?: boolean }) {
  const w = useWords(jobsWords);
  if (job.ghost)
    return (
      <span className="text-muted" title={w.ghost}>
        {w.ghostShort}
      </span>
    );
  return (
    <div className="min-w-0 py-1">
      <div className="truncate" title={job.description ?? undefined}>
        {job.func_name === null ? (
          <span className="text-muted">{w.noFunction}</span>
        ) : (
          <Foreign text={job.func_name} className="font-medium" />
        )}
        <Foreign
          text={callRest(job.func_name, job.description)}
          className="ml-1 font-mono text-12 text-muted"
        />
      </div>
      {error && job.error !== null && (
        <div className="truncate font-mono text-12 text-crit" title={job.error}>
          <Foreign text={job.error} />
        </div>
      )}
    </div>
  );
}
