"use client";

import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { ActionButton } from "@/components/operations/action-button";
import { RepairButton } from "@/components/operations/job-buttons";
import { type Column, DataTable, type Selection } from "@/components/ui/data-table";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { StateMark } from "@/components/ui/state-mark";
import { Duration, Elapsed, Time } from "@/components/ui/time";
import type { JobSummary, Place } from "@/lib/api/schemas/jobs";
import type { ActionName } from "@/lib/api/schemas/operations";
import { jobsWords } from "@/lib/i18n/words/jobs";
import { JobCall } from "./job-call";
import { JobLink } from "./job-link";
import { QueueLink } from "./queue-link";
import { WorkerLink } from "./worker-link";

/** What can be done with a job in a place; the server decides again for each one. */
export const ACTION_OF: Readonly<Record<Place, ActionName | null>> = {
  queued: "cancel",
  started: "stop",
  failed: "retry",
  scheduled: "cancel",
  deferred: "cancel",
  finished: null,
  canceled: null,
};

const between = (from: number | null, to: number | null): number | null =>
  from === null || to === null || to < from ? null : to - from;

type Text = (typeof jobsWords)["en"];

/** When a job came to its place, by what RQ notes; `head` names the column. */
function whenOf(place: Place, w: Text): { head: string; of: (job: JobSummary) => number | null } {
  switch (place) {
    case "queued":
      return { head: w.column.enqueued, of: (job) => job.enqueued_at };
    case "started":
      return { head: w.column.started, of: (job) => job.started_at };
    case "failed":
      return { head: w.column.failed, of: (job) => job.ended_at };
    case "scheduled":
      return { head: w.column.due, of: (job) => job.due_ms };
    case "finished":
      return { head: w.column.ended, of: (job) => job.ended_at };
    default:
      return { head: w.column.created, of: (job) => job.created_at };
  }
}

/** Waits or runs: counting while it goes on, a span when it is over; null where a place has neither. */
function spanOf(place: Place, w: Text): { head: string; cell: (job: JobSummary) => ReactNode } | null {
  switch (place) {
    case "queued":
      return { head: w.column.waits, cell: (job) => <Elapsed sinceMs={job.enqueued_at ?? job.created_at} /> };
    case "started":
      return { head: w.column.runs, cell: (job) => <RunningFor job={job} /> };
    case "failed":
    case "finished":
      return {
        head: w.column.ran,
        cell: (job) => <Duration ms={between(job.started_at, job.ended_at)} fine />,
      };
    default:
      return null;
  }
}

/** Counts up; says when the time limit is over. */
function RunningFor({ job }: { job: JobSummary }) {
  const w = useWords(jobsWords);
  const format = useFormat();
  const limit = job.timeout_s === null || job.timeout_s < 0 ? null : format.duration(job.timeout_s * 1_000);
  return (
    <span title={limit === null ? w.noLimit : `${w.fact.timeout}: ${limit}`}>
      <Elapsed sinceMs={job.started_at} />
    </span>
  );
}

/** The worker that runs a job, marked when it is gone. */
function WorkerOf({ job }: { job: JobSummary }) {
  const w = useWords(jobsWords);
  if (job.worker_alive === false)
    return (
      <span className="inline-flex items-center gap-1.5 whitespace-nowrap" title={w.workerGone}>
        <StateMark state="failing" word={w.workerDead} />
        {job.worker_name !== null && (
          <Name name={job.worker_name} className="max-w-[16ch] truncate text-faint" />
        )}
      </span>
    );
  if (job.worker_name === null) return <span className="text-faint">–</span>;
  return <WorkerLink name={job.worker_name} />;
}

/** Parts of a row that not every list needs. */
export interface Parts {
  /** The queue of each job: for lists across queues. */
  queue: boolean;
  /** The error of each job: not where all rows share one. */
  error: boolean;
  /** How long it waits, runs or ran. */
  span: boolean;
}
const DEFAULT_PARTS: Parts = { queue: false, error: true, span: true };

/** All of a row in one cell, as a card, where there is no room for columns. */
function PhoneCard({ job, place, parts }: { job: JobSummary; place: Place; parts: Parts }) {
  const w = useWords(jobsWords);
  const when = whenOf(place, w);
  const span = parts.span ? spanOf(place, w) : null;
  return (
    <div className="flex flex-col gap-0.5 py-2 tablet:hidden">
      <JobCall job={job} error={parts.error} />
      <div className="flex items-end justify-between gap-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 text-12 text-muted">
          <JobLink id={job.job_id} copy={false} />
          {parts.queue && job.origin !== null && <QueueLink queue={job.origin} />}
          {/* Room for the longest text: a line that breaks with the seconds moves all rows below. */}
          {/* While a job runs or waits, since when and for how long say the same. */}
          {place !== "started" && (
            <Time ms={when.of(job)} className="tabular inline-block min-w-22 whitespace-nowrap" />
          )}
          {span !== null && place !== "queued" && (
            <span className="inline-block min-w-28 whitespace-nowrap">
              {span.head.toLowerCase()} {span.cell(job)}
            </span>
          )}
          {place === "started" && <WorkerOf job={job} />}
        </div>
        <RowAction job={job} place={place} />
      </div>
    </div>
  );
}

function RowAction({ job, place }: { job: JobSummary; place: Place }) {
  const action = ACTION_OF[place];
  if (action === null || job.ghost) return null;
  const selector = { ids: [job.job_id] };
  // Nobody would hear a stop.
  const lost = action === "stop" && job.worker_alive === false;
  return (
    <div>
      {lost ? (
        <RepairButton selector={selector} count={1} />
      ) : (
        <ActionButton action={action} selector={selector} count={1} />
      )}
    </div>
  );
}

export interface JobTableProps {
  caption: string;
  jobs: readonly JobSummary[];
  place: Place;
  parts?: Partial<Parts> | undefined;
  selected?: ReadonlySet<string>;
  onSelect?: (selected: ReadonlySet<string>) => void;
  dim?: boolean;
}

/** Jobs of one place. Its order is the caller's, and stays until the caller gives another. */
export function JobTable({
  caption,
  jobs,
  place,
  parts: wanted,
  selected,
  onSelect,
  dim = false,
}: JobTableProps) {
  const w = useWords(jobsWords);
  const parts = { ...DEFAULT_PARTS, ...wanted };
  const when = whenOf(place, w);
  const span = parts.span ? spanOf(place, w) : null;
  const columns: Column<JobSummary>[] = [
    {
      id: "call",
      header: w.column.call,
      title: w.column.callHint,
      className: "w-full max-w-0",
      cell: (job) => (
        <>
          <PhoneCard job={job} place={place} parts={parts} />
          <div className="max-tablet:hidden">
            <JobCall job={job} error={parts.error} />
          </div>
        </>
      ),
    },
    { id: "job", header: w.column.job, wide: true, cell: (job) => <JobLink id={job.job_id} /> },
  ];
  if (parts.queue)
    columns.push({
      id: "queue",
      header: w.column.queue,
      wide: true,
      cell: (job) => (job.origin === null ? "–" : <QueueLink queue={job.origin} />),
    });
  if (place === "started" || place === "finished")
    columns.push({
      id: "worker",
      header: w.column.worker,
      wide: true,
      className: "max-desktop:hidden",
      cell: (job) => (
        <div className="min-w-28">
          <WorkerOf job={job} />
        </div>
      ),
    });
  columns.push({
    id: "when",
    header: when.head,
    align: "right",
    wide: true,
    // Room for the longest text: a column that grows with the seconds moves all others.
    cell: (job) => <Time ms={when.of(job)} className="tabular inline-block min-w-24 whitespace-nowrap" />,
  });
  if (span !== null)
    columns.push({
      id: "span",
      header: span.head,
      align: "right",
      wide: true,
      cell: (job) => <span className="inline-block min-w-18">{span.cell(job)}</span>,
    });
  if (ACTION_OF[place] !== null)
    columns.push({
      id: "actions",
      header: <span className="sr-only">{w.column.actions}</span>,
      align: "right",
      wide: true,
      cell: (job) => <RowAction job={job} place={place} />,
    });
  const selection: Selection<JobSummary> | undefined =
    selected === undefined || onSelect === undefined
      ? undefined
      : { selected, onChange: onSelect, label: (job) => plainName(job.job_id) };
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={jobs}
      rowKey={(job) => job.job_id}
      dim={dim}
      {...(selection === undefined ? {} : { selection })}
    />
  );
}
