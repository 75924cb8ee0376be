"use client";

import { useFormat, useWords } from "@/components/i18n/provider";
import { Card, CardHead } from "@/components/ui/card";
import { Foreign, Name } from "@/components/ui/name";
import { type State, StateMark } from "@/components/ui/state-mark";
import { Duration, Time } from "@/components/ui/time";
import type { JobDetail, JobResult } from "@/lib/api/schemas/jobs";
import { jobsWords } from "@/lib/i18n/words/jobs";

const MARKS: Readonly<Record<JobResult["type"], State>> = {
  successful: "ok",
  failed: "failing",
  stopped: "degraded",
  retried: "degraded",
  max_retries_exceeded: "failing",
  unknown: "unknown",
};

function Attempt({ result }: { result: JobResult }) {
  const w = useWords(jobsWords);
  const ran =
    result.started_ms === null || result.ended_ms === null ? null : result.ended_ms - result.started_ms;
  return (
    <li className="border-line border-b py-1.5 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <StateMark state={MARKS[result.type]} word={w.attempt[result.type]} />
        <Time ms={result.at_ms} />
        {ran !== null && <Duration ms={ran} fine className="tabular text-muted" />}
        {result.worker_name !== null && result.worker_name !== "" && (
          <Name name={result.worker_name} className="text-faint" />
        )}
      </div>
      {result.error !== null && (
        <div className="truncate font-mono text-12 text-crit" title={result.error}>
          <Foreign text={result.error} />
        </div>
      )}
    </li>
  );
}

/** Final outcomes that RQ kept, the latest first. */
export function JobAttempts({ job }: { job: JobDetail }) {
  const w = useWords(jobsWords);
  const format = useFormat();
  if (job.results.length === 0) return null;
  const cut = job.results_total !== null && job.results_total > job.results.length;
  return (
    <Card>
      <CardHead
        title={w.attempts}
        hint={
          cut ? w.attemptsCut(job.results.length, job.results_total ?? 0) : format.count(job.results.length)
        }
      />
      <ul className="mt-1">
        {job.results.map((result) => (
          <Attempt key={result.id} result={result} />
        ))}
      </ul>
      <p className="mt-1 text-12 text-faint">{w.attemptsNote}</p>
    </Card>
  );
}
