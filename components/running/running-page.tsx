"use client";

import { parseAsString, useQueryState } from "nuqs";
import { useFormat, useWords } from "@/components/i18n/provider";
import { JobList } from "@/components/jobs/job-list";
import { runningJobs } from "@/components/jobs/queries";
import { useOverview } from "@/components/live/provider";
import { PageHead } from "@/components/shell/page-head";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { plainName } from "@/components/ui/name-text";
import { SearchBox } from "@/components/ui/search-box";
import { Time } from "@/components/ui/time";
import type { JobSummary } from "@/lib/api/schemas/jobs";
import { runningWords } from "@/lib/i18n/words/running";

function fits(job: JobSummary, filter: string): boolean {
  const wanted = filter.trim().toLowerCase();
  return [
    job.job_id,
    job.func_name,
    job.origin && plainName(job.origin),
    job.worker_name && plainName(job.worker_name),
  ].some((text) => text?.toLowerCase().includes(wanted) === true);
}

/** Every job that runs now, in all queues, the longest first; those without a worker are marked. */
export function RunningPage() {
  const w = useWords(runningWords);
  const format = useFormat();
  const { overview } = useOverview();
  const [filter, setFilter] = useQueryState("q", parseAsString.withDefault(""));
  const running = overview?.totals.jobs_running ?? null;
  return (
    <>
      <PageHead title={w.heading} hint={running === null ? null : w.summary(running, format.count(running))}>
        <SearchBox
          label={w.filter}
          placeholder={w.filter}
          value={filter}
          onChange={(event) => void setFilter(event.target.value || null)}
          boxClassName="w-72 max-tablet:w-[calc(100vw-28px)]"
        />
      </PageHead>
      <JobList
        source={runningJobs}
        place="started"
        caption={w.heading}
        pulse={String(running)}
        parts={{ queue: true }}
        loadFailed={w.loadFailed}
        empty={
          <Empty title={w.emptyHeading}>
            <p>{w.emptyNext}</p>
            {overview !== null && (
              <p className="text-faint">
                {w.checked} <Time ms={overview.at_ms} />
              </p>
            )}
          </Empty>
        }
        filter={
          filter === ""
            ? undefined
            : {
                fits: (job) => fits(job, filter),
                none: (
                  <Empty
                    title={w.noMatch}
                    action={<Button onClick={() => void setFilter(null)}>{w.clearFilter}</Button>}
                  />
                ),
              }
        }
      />
    </>
  );
}
