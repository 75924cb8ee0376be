"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useWords } from "@/components/i18n/provider";
import { ApiError } from "@/components/live/api";
import { useLiveInterval } from "@/components/live/provider";
import { ActionButton } from "@/components/operations/action-button";
import { failureHref, queueHref } from "@/components/shell/hrefs";
import { PageHead } from "@/components/shell/page-head";
import { Banner } from "@/components/ui/banner";
import { Button, LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Copy } from "@/components/ui/copy";
import { Empty } from "@/components/ui/empty";
import { Foreign, Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { Skeleton } from "@/components/ui/skeleton";
import { StateMark } from "@/components/ui/state-mark";
import type { JobDetail } from "@/lib/api/schemas/jobs";
import { actionButtonWords } from "@/lib/i18n/words/action-buttons";
import { jobsWords } from "@/lib/i18n/words/jobs";
import { queueWords } from "@/lib/i18n/words/queue";
import { uiWords } from "@/lib/i18n/words/ui";
import { JobAttempts } from "./job-attempts";
import { JobCommand } from "./job-command";
import { JobFacts } from "./job-facts";
import { JobFields } from "./job-fields";
import { JobRelations } from "./job-relations";
import { isFinal, JobState } from "./job-state";
import { PayloadCard } from "./payload-card";
import { jobQuery } from "./queries";
import { shortId } from "./short-id";
import { TimeLine } from "./time-line";
import { TracebackView } from "./traceback-view";

const REFRESH_MS = 1_500;
/** A final job changes only by somebody's hand; seeing that soon enough is enough. */
const REFRESH_FINAL_MS = 10_000;
const YOUNG_MS = 10_000;

/** The actions that make sense for this state; what may not be done now says why. */
function Actions({ job }: { job: JobDetail }) {
  const w = useWords(actionButtonWords).one;
  const selector = { ids: [job.job_id] };
  const { retry, cancel, stop } = job.actions;
  const running = job.status === "started";
  const failed = job.status === "failed" || job.status === "stopped";
  const waits = job.status === "queued" || job.status === "scheduled" || job.status === "deferred";
  return (
    <>
      {(failed || retry.allowed) && (
        <ActionButton
          action="retry"
          selector={selector}
          count={1}
          label={w.retry}
          variant="primary"
          off={retry.allowed ? null : retry.reason}
        />
      )}
      {(waits || cancel.allowed) && (
        <ActionButton
          action="cancel"
          selector={selector}
          count={1}
          label={w.cancel}
          off={cancel.allowed ? null : cancel.reason}
        />
      )}
      {(running || stop.allowed) && (
        <ActionButton
          action="stop"
          selector={selector}
          count={1}
          label={w.stop}
          off={stop.allowed ? null : stop.reason}
        />
      )}
    </>
  );
}

/** Why the job's own actions are off, in the open: a title alone cannot be read on a phone. */
function WhyNot({ job }: { job: JobDetail }) {
  const { retry, stop } = job.actions;
  const reason =
    job.status === "started" && !stop.allowed
      ? stop.reason
      : (job.status === "failed" || job.status === "stopped") && !retry.allowed
        ? retry.reason
        : null;
  return reason === null ? null : <p className="-mt-2 text-muted">{reason}</p>;
}

function Body({ job }: { job: JobDetail }) {
  const w = useWords(jobsWords);
  const roots = [
    ...(job.call.instance === null ? [] : [{ label: w.instance, node: job.call.instance }]),
    ...job.call.args.map((node, i) => ({ label: String(i), node })),
    ...job.call.kwargs.map(([label, node]) => ({ label, node })),
  ];
  const final = isFinal(job.status);
  return (
    <>
      <Card>
        <TimeLine job={job} />
      </Card>
      <div className="grid items-start gap-4 desktop:grid-cols-[minmax(0,2fr)_minmax(320px,1fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          {job.traceback !== null && (
            <Card>
              <TracebackView traceback={job.traceback} />
              <p className="mt-2 text-12">
                <Link
                  href={failureHref(job.traceback.fingerprint)}
                  prefetch={false}
                  className="text-accent hover:underline touch:inline-flex touch:min-h-11 touch:items-center"
                >
                  {w.sameCause}
                </Link>
              </p>
            </Card>
          )}
          <PayloadCard
            title={w.args}
            payload={job.call.payload}
            // What is not a call is shown as what it is.
            {...(job.call.payload.value === null ? { roots } : {})}
            none={w.noArgs}
          />
          <PayloadCard
            title={w.result}
            payload={
              job.result ?? { ...job.meta, encoding: "absent", reason: null, value: null, truncated: false }
            }
            none={job.status === "finished" ? w.resultNone : final ? w.noResult : w.noResultYet}
          />
          {job.meta.encoding !== "absent" && (
            <PayloadCard title={w.meta} payload={job.meta} none={w.noMeta} />
          )}
          <p className="-mt-2 px-1 text-12 text-faint">{w.shownOnly}</p>
          <JobCommand job={job} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <JobFacts job={job} />
          <JobAttempts job={job} />
          <JobRelations job={job} />
        </div>
      </div>
      <JobFields job={job} />
    </>
  );
}

function JobSkeleton() {
  return (
    <>
      <Skeleton className="h-[74px]" />
      <div className="grid gap-4 desktop:grid-cols-[minmax(0,2fr)_minmax(320px,1fr)]">
        <Skeleton className="h-[420px]" />
        <Skeleton className="h-[420px]" />
      </div>
    </>
  );
}

export interface JobPageProps {
  id: string;
  /** The server looked already: there is no such job. */
  missing?: boolean;
}

function isMissing(error: Error | null): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 400);
}

/** One job with everything RQ knows of it, live until it has ended or is gone. */
export function JobPage({ id, missing: neverWas = false }: JobPageProps) {
  const w = useWords(jobsWords);
  const q = useWords(queueWords);
  const ui = useWords(uiWords);
  const slow = useLiveInterval(REFRESH_FINAL_MS);
  const fast = useLiveInterval(REFRESH_MS);
  const {
    data: job,
    error,
    refetch,
    errorUpdatedAt,
    dataUpdatedAt,
  } = useQuery({
    ...jobQuery(id),
    enabled: !neverWas,
    refetchInterval: ({ state }) => {
      if (isMissing(state.error)) return false;
      return state.data !== undefined && isFinal(state.data.status) ? slow : fast;
    },
  });
  const missing = neverWas || isMissing(error);
  // One failed look moves nothing: what is shown is still young.
  const unread = job === undefined || errorUpdatedAt - dataUpdatedAt > YOUNG_MS;
  const title = job?.func_name ?? `${w.heading} ${plainName(shortId(id))}`;
  return (
    <>
      <nav aria-label={q.queues} className="-mb-3 flex flex-wrap items-center gap-x-1.5 text-12 text-muted">
        <Link href="/queues" className="hover:underline touch:inline-flex touch:min-h-11 touch:items-center">
          {q.queues}
        </Link>
        {job !== undefined && (
          <>
            <span aria-hidden="true">›</span>
            <Link
              href={queueHref(job.origin)}
              className="hover:underline touch:inline-flex touch:min-h-11 touch:items-center"
            >
              <Name name={job.origin} />
            </Link>
          </>
        )}
        <span aria-hidden="true">›</span>
        <span className="inline-flex min-w-0 items-center font-mono">
          <Name name={id} />
          <Copy text={plainName(id)} what={w.jobId} />
        </span>
      </nav>
      <PageHead
        title={title}
        heading={job?.func_name == null ? title : <Foreign text={job.func_name} />}
        hint={
          job === undefined ? undefined : missing ? (
            <StateMark state="unknown" word={w.status.gone} />
          ) : (
            <JobState status={job.status} />
          )
        }
      >
        {job !== undefined && !missing && <Actions job={job} />}
      </PageHead>
      {job !== undefined && !missing && <WhyNot job={job} />}
      {job !== undefined && missing && (
        <Banner tone="unknown" title={w.vanished}>
          {w.vanishedWhy}
        </Banner>
      )}
      {error !== null && !missing && unread && (
        <Banner
          tone="failing"
          title={w.loadFailed}
          action={<Button onClick={() => void refetch()}>{ui.retryLoad}</Button>}
        >
          {error.message}
        </Banner>
      )}
      {job !== undefined ? (
        <Body job={job} />
      ) : missing ? (
        <Card>
          <Empty
            title={w.notFound}
            action={
              <>
                <LinkButton href="/failures">{w.toFailures}</LinkButton>
                <LinkButton href="/queues">{w.toQueues}</LinkButton>
              </>
            }
          >
            <p>{w.notFoundWhy}</p>
            <p className="mt-1">{w.notFoundNext}</p>
          </Empty>
        </Card>
      ) : (
        error === null && <JobSkeleton />
      )}
    </>
  );
}
