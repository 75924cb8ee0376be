"use client";

import { useWords } from "@/components/i18n/provider";
import { Card, CardHead } from "@/components/ui/card";
import { Foreign } from "@/components/ui/name";
import type { JobDetail } from "@/lib/api/schemas/jobs";
import { jobsWords } from "@/lib/i18n/words/jobs";
import { JobLink } from "./job-link";
import { JobState } from "./job-state";

type Related = JobDetail["depends_on"][number];

function List({
  title,
  hint,
  jobs,
  none,
}: {
  title: string;
  hint?: string;
  jobs: readonly Related[];
  none: string;
}) {
  return (
    <div className="min-w-0">
      <h3 className="text-muted">
        {title} {hint !== undefined && <span className="text-faint">{hint}</span>}
      </h3>
      {jobs.length === 0 ? (
        <p className="text-faint">{none}</p>
      ) : (
        <ul>
          {jobs.map((job) => (
            <li key={job.job_id} className="flex min-h-8 flex-wrap items-center gap-x-3">
              <JobState status={job.status} className="w-24" />
              <JobLink id={job.job_id} copy={false} />
              {job.func_name !== null && <Foreign text={job.func_name} className="truncate text-muted" />}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What a job waits for, and what waits for it. Not shown where there is neither. */
export function JobRelations({ job }: { job: JobDetail }) {
  const w = useWords(jobsWords);
  if (job.depends_on.length === 0 && job.dependents_total === 0) return null;
  const cut = job.dependents_total > job.dependents.length;
  return (
    <Card>
      <CardHead title={w.dependencies} />
      <div className="mt-2 flex flex-col gap-3">
        <List title={w.dependsOn} jobs={job.depends_on} none={w.noDependsOn} />
        <List
          title={w.neededBy}
          jobs={job.dependents}
          none={w.noNeededBy}
          {...(cut ? { hint: w.dependentsCut(job.dependents.length, job.dependents_total) } : {})}
        />
      </div>
    </Card>
  );
}
