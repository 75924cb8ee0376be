"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { JobLink } from "@/components/jobs/job-link";
import { jobQuery } from "@/components/jobs/queries";
import { QueueLink } from "@/components/jobs/queue-link";
import { TracebackView } from "@/components/jobs/traceback-view";
import { ActionButton } from "@/components/operations/action-button";
import { Card } from "@/components/ui/card";
import { Foreign } from "@/components/ui/name";
import { Skeleton } from "@/components/ui/skeleton";
import type { FailureGroup } from "@/lib/api/schemas/jobs";
import { failuresWords } from "@/lib/i18n/words/failures";
import { operationsWords } from "@/lib/i18n/words/operations";

const NAMED_MAX = 3;

/** What one cause is: how many, where, in which functions; and the button that retries them. */
export function GroupHead({ group, queue }: { group: FailureGroup; queue: string | null }) {
  const w = useWords(failuresWords);
  const actions = useWords(operationsWords);
  const format = useFormat();
  return (
    <Card className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
      <div className="min-w-0 flex-1 basis-64">
        <h2 className="font-medium">
          {w.count(group.jobs, format.count(group.jobs))} · <Foreign text={group.error_type} />
        </h2>
        <p className="font-mono text-12 text-muted">
          <Foreign text={group.message} />
        </p>
        <p className="mt-0.5 flex flex-wrap gap-x-2 text-12 text-faint">
          {group.queues.slice(0, NAMED_MAX).map((one) => (
            <span key={one.name}>
              <QueueLink queue={one.name} tab="failed" /> {group.queues.length > 1 && format.count(one.jobs)}
            </span>
          ))}
          {group.queues.length > NAMED_MAX && w.moreFunctions(format.count(group.queues.length - NAMED_MAX))}
          {group.functions.slice(0, NAMED_MAX).map((one) => (
            <span key={one.name} className="font-mono">
              · <Foreign text={one.name} /> {group.functions.length > 1 && format.count(one.jobs)}
            </span>
          ))}
        </p>
      </div>
      <ActionButton
        action="retry"
        selector={{ place: "failed", fingerprint: group.fingerprint, ...(queue === null ? {} : { queue }) }}
        count={group.jobs}
        label={actions.all.retry(format.count(group.jobs))}
        variant="primary"
      />
    </Card>
  );
}

/**
 * The traceback of one job of a cause: they are all alike, that is why they are one cause. It stays with the job
 * it began with, for the newest one changes with each failure and would move what somebody reads.
 */
export function SampleTraceback({ jobId }: { jobId: string }) {
  const w = useWords(failuresWords);
  const [sample, setSample] = useState(jobId);
  const { data, error } = useQuery({ ...jobQuery(sample), staleTime: Number.POSITIVE_INFINITY });
  const gone = error !== null && data === undefined;
  // It may have been retried or have expired; another one tells the same.
  if (gone && sample !== jobId) setSample(jobId);
  if (gone) return null;
  if (data === undefined)
    return (
      <Card>
        <Skeleton className="h-80" />
      </Card>
    );
  if (data.traceback === null) return null;
  return (
    <Card>
      <TracebackView traceback={data.traceback} />
      <p className="mt-2 flex items-center gap-1 text-12 text-faint">
        {w.sample} <JobLink id={sample} copy={false} />
      </p>
    </Card>
  );
}
