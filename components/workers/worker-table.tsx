"use client";

import type { ReactNode } from "react";
import { useFormat, useNow, useWords } from "@/components/i18n/provider";
import { JobLink } from "@/components/jobs/job-link";
import { QueueLink } from "@/components/jobs/queue-link";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Foreign, Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { Elapsed } from "@/components/ui/time";
import type { Worker } from "@/lib/api/schemas/jobs";
import { workersWords } from "@/lib/i18n/words/workers";
import { Heartbeat } from "./heartbeat";
import { busyShare } from "./worker-order";
import { WorkerState } from "./worker-state";

const QUEUES_SHOWN = 2;

function Queues({ worker }: { worker: Worker }) {
  const w = useWords(workersWords);
  const format = useFormat();
  if (worker.queues.length === 0) return <span className="text-faint">{w.noQueues}</span>;
  const rest = worker.queues.length - QUEUES_SHOWN;
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      {worker.queues.slice(0, QUEUES_SHOWN).map((queue) => (
        <QueueLink key={queue} queue={queue} />
      ))}
      {rest > 0 && (
        <span className="text-12 text-faint" title={worker.queues.slice(QUEUES_SHOWN).join(", ")}>
          {w.moreQueues(format.count(rest))}
        </span>
      )}
    </span>
  );
}

function CurrentJob({ worker }: { worker: Worker }) {
  const w = useWords(workersWords);
  if (worker.current_job === null) return <span className="text-faint">{w.noJob}</span>;
  return (
    <span className="flex max-w-full items-baseline gap-x-2">
      {worker.current_job_func !== null && (
        <Foreign text={worker.current_job_func} className="min-w-0 max-w-[26ch] truncate whitespace-nowrap" />
      )}
      <JobLink id={worker.current_job} copy={false} />
      <Elapsed sinceMs={worker.current_job_started_ms} className="tabular whitespace-nowrap text-muted" />
    </span>
  );
}

function Busy({ worker }: { worker: Worker }) {
  const format = useFormat();
  const share = busyShare(worker, useNow());
  return share === null ? <span className="text-faint">–</span> : format.percent(share, 1);
}

function Host({ worker }: { worker: Worker }) {
  return (
    <span className="whitespace-nowrap text-muted">
      {worker.hostname === null ? "–" : <Foreign text={worker.hostname} />}
      {worker.pid !== null && <span className="text-faint"> · {worker.pid}</span>}
    </span>
  );
}

function Failed({ worker }: { worker: Worker }) {
  const format = useFormat();
  return <span title={format.exact(worker.failed_jobs)}>{format.count(worker.failed_jobs)}</span>;
}

function PhoneCard({ worker }: { worker: Worker }) {
  const w = useWords(workersWords);
  const format = useFormat();
  const line = (label: string, value: ReactNode) => (
    <div className="flex items-baseline gap-2">
      <span className="w-24 flex-none text-muted">{label}</span>
      <span className="min-w-0 flex-1">{value}</span>
    </div>
  );
  return (
    <div className="flex flex-col gap-0.5 py-2 tablet:hidden">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <Name name={worker.name} className="font-medium" />
        <WorkerState worker={worker} />
      </div>
      {worker.alive && line(w.column.heartbeat, <Heartbeat worker={worker} />)}
      {worker.alive && line(w.column.queues, <Queues worker={worker} />)}
      {/* As high with a job, whose link is large enough for a finger, as without. */}
      {worker.alive &&
        line(
          w.column.job,
          <div className="touch:flex touch:min-h-11 touch:items-center">
            <CurrentJob worker={worker} />
          </div>,
        )}
      {line(
        w.column.done,
        <span className="tabular">
          {format.count(worker.successful_jobs)}
          {worker.failed_jobs > 0 && (
            <>
              {" "}
              · <Failed worker={worker} /> {w.column.failed.toLowerCase()}
            </>
          )}
        </span>,
      )}
      {worker.alive && line(w.column.host, <Host worker={worker} />)}
    </div>
  );
}

/** Workers in the order they are given; rows become cards where there is no room. */
export function WorkerTable({ workers, dim }: { workers: readonly Worker[]; dim: boolean }) {
  const w = useWords(workersWords);
  const format = useFormat();
  const columns: Column<Worker>[] = [
    {
      id: "name",
      className: "max-tablet:w-full max-tablet:max-w-0",
      header: w.column.name,
      cell: (worker) => (
        <>
          <PhoneCard worker={worker} />
          <span className="max-tablet:hidden">
            <span className="inline-block max-w-[24ch] truncate align-bottom" title={plainName(worker.name)}>
              <Name name={worker.name} className="whitespace-nowrap font-medium" />
            </span>
            {worker.shutdown_requested_ms !== null && (
              <span className="ml-2 text-12 text-warn">{w.shuttingDown}</span>
            )}
          </span>
        </>
      ),
    },
    // Columns whose texts change by the second keep room for the longest: none may push the others.
    {
      id: "state",
      header: w.column.state,
      wide: true,
      cell: (worker) => (
        <div className="w-24">
          <WorkerState worker={worker} />
        </div>
      ),
    },
    {
      id: "heartbeat",
      header: w.column.heartbeat,
      wide: true,
      cell: (worker) => (
        <div className="w-44 max-[1380px]:w-20">
          <Heartbeat worker={worker} />
        </div>
      ),
    },
    { id: "queues", header: w.column.queues, wide: true, cell: (worker) => <Queues worker={worker} /> },
    {
      id: "job",
      header: w.column.job,
      wide: true,
      className: "w-full min-w-40 max-w-0",
      cell: (worker) => <CurrentJob worker={worker} />,
    },
    {
      id: "done",
      header: w.column.done,
      align: "right",
      wide: true,
      cell: (worker) => (
        <span title={format.exact(worker.successful_jobs)} className="inline-block min-w-12">
          {format.count(worker.successful_jobs)}
        </span>
      ),
    },
    {
      id: "failed",
      header: w.column.failed,
      align: "right",
      wide: true,
      cell: (worker) => <Failed worker={worker} />,
    },
    {
      id: "busy",
      header: w.column.busy,
      title: w.busyHint,
      align: "right",
      wide: true,
      cell: (worker) => (
        <div className="min-w-12">
          <Busy worker={worker} />
        </div>
      ),
    },
    {
      id: "host",
      header: w.column.host,
      wide: true,
      className: "max-[1380px]:hidden",
      cell: (worker) => <Host worker={worker} />,
    },
    {
      id: "version",
      header: w.column.version,
      wide: true,
      className: "max-[1500px]:hidden",
      cell: (worker) => (
        <span className="whitespace-nowrap text-muted">
          {worker.version ?? "–"}{" "}
          <span className="text-faint">· {worker.python_version?.split(" ")[0] ?? "–"}</span>
        </span>
      ),
    },
  ];
  return (
    <DataTable
      caption={w.heading}
      columns={columns}
      rows={workers}
      rowKey={(worker) => worker.name}
      steady
      dim={dim}
    />
  );
}
