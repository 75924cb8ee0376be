"use client";

import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { JobLink } from "@/components/jobs/job-link";
import { QueueLink } from "@/components/jobs/queue-link";
import { workerCommand } from "@/components/jobs/rq-command";
import { WorkerLink } from "@/components/jobs/worker-link";
import { useOverview } from "@/components/live/provider";
import { Card, CardHead } from "@/components/ui/card";
import { Command } from "@/components/ui/command";
import { Foreign } from "@/components/ui/name";
import { Skeleton } from "@/components/ui/skeleton";
import { Elapsed } from "@/components/ui/time";
import { worstFirst } from "@/components/workers/worker-order";
import { WorkerState } from "@/components/workers/worker-state";
import type { QueueDetail, Worker } from "@/lib/api/schemas/jobs";
import { queueWords } from "@/lib/i18n/words/queue";
import { workersWords } from "@/lib/i18n/words/workers";

const SHOWN_MAX = 8;

function WorkerRow({ worker, queue }: { worker: Worker; queue: string }) {
  const w = useWords(workersWords);
  const q = useWords(queueWords);
  const others = worker.queues.filter((name) => name !== queue);
  return (
    <li className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 border-line border-b px-4 py-1.5 last:border-b-0">
      <WorkerState worker={worker} className="w-20" />
      <span className="font-medium">
        <WorkerLink name={worker.name} />
      </span>
      {/* As high with a job, whose link is large enough for a finger, as without. */}
      <span className="ml-auto flex min-w-0 items-center gap-2 text-muted max-tablet:w-full touch:min-h-11">
        {worker.current_job === null ? (
          <span className="text-faint">{w.noJob}</span>
        ) : (
          <>
            {worker.current_job_func !== null && (
              <Foreign text={worker.current_job_func} className="min-w-0 max-w-[22ch] truncate" />
            )}
            <JobLink id={worker.current_job} copy={false} />
            <Elapsed sinceMs={worker.current_job_started_ms} />
          </>
        )}
      </span>
      {others.length > 0 && (
        <span className="basis-full truncate pl-[92px] text-12 text-faint max-tablet:pl-0">
          {q.alsoListens}{" "}
          {others.slice(0, 3).map((name, i) => (
            <span key={name}>
              {i > 0 && ", "}
              <QueueLink queue={name} />
            </span>
          ))}
          {others.length > 3 && ` ${w.moreQueues(String(others.length - 3))}`}
        </span>
      )}
    </li>
  );
}

function Nobody({ queue, waiting }: { queue: string; waiting: number }) {
  const q = useWords(queueWords);
  const format = useFormat();
  const { overview } = useOverview();
  const command = overview === null ? null : workerCommand(overview.connection.label, queue);
  const evidence = overview?.problems
    .map((problem) => problem.evidence)
    .find((one) => one.kind === "queue-no-worker" && one.queue === queue);
  const similar = evidence?.kind === "queue-no-worker" ? evidence.similar : null;
  return (
    <div className="flex flex-col gap-2 p-4">
      <p className={waiting > 0 ? "text-crit" : "text-muted"}>
        {waiting > 0 ? q.listensNobodyWaiting(q.wait(waiting, format.count(waiting))) : q.listensNobody}
      </p>
      {similar !== null && (
        <p className="text-muted">
          <Rich text={q.similar} parts={{ queue: <QueueLink queue={similar} /> }} />
        </p>
      )}
      {command !== null && (
        <>
          <p className="text-muted">{q.startOne}</p>
          <Command text={command} what={q.workerCommand} />
        </>
      )}
    </div>
  );
}

/** The workers of one queue, and what to start when there is none. */
export function QueueListeners({ queue, detail }: { queue: string; detail: QueueDetail | undefined }) {
  const q = useWords(queueWords);
  const w = useWords(workersWords);
  const format = useFormat();
  const alive = detail?.workers.filter((worker) => worker.alive).length ?? 0;
  const { scheduled = 0, overdue = 0 } = detail?.counts ?? {};
  return (
    <Card flush className="flex flex-col">
      <CardHead
        className="border-line border-b px-4 py-2.5"
        title={q.listens}
        hint={detail === undefined ? undefined : format.counted(alive, "worker", "workers")}
      />
      {detail === undefined ? (
        <div className="p-4">
          <Skeleton className="h-24" />
        </div>
      ) : (
        <>
          {alive === 0 && <Nobody queue={queue} waiting={detail.counts.queued ?? 0} />}
          {detail.workers.length > 0 && (
            <ul>
              {worstFirst(detail.workers)
                .slice(0, SHOWN_MAX)
                .map((worker) => (
                  <WorkerRow key={worker.name} worker={worker} queue={queue} />
                ))}
            </ul>
          )}
          {detail.workers.length > SHOWN_MAX && (
            <p className="px-4 py-2 text-12 text-faint">
              {w.moreQueues(format.count(detail.workers.length - SHOWN_MAX))}
            </p>
          )}
          {detail.scheduler === false && (scheduled ?? 0) > 0 && (
            <p className="border-line border-t px-4 py-2.5 text-warn">
              {q.schedulerMissing} {(overdue ?? 0) > 0 && q.overdue(overdue ?? 0, format.count(overdue ?? 0))}
            </p>
          )}
        </>
      )}
    </Card>
  );
}
