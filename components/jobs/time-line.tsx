"use client";

import { clsx } from "clsx";
import { useFormat, useNow, useWords } from "@/components/i18n/provider";
import { Time } from "@/components/ui/time";
import type { JobDetail } from "@/lib/api/schemas/jobs";
import { jobsWords } from "@/lib/i18n/words/jobs";
import { JobState } from "./job-state";
import { type Stretch, stretchesOf } from "./timeline-view";

const FILLS: Record<Stretch["kind"], string> = {
  before: "hatched",
  waited: "bg-[color-mix(in_srgb,var(--muted)_45%,transparent)]",
  waits: "bg-[color-mix(in_srgb,var(--muted)_45%,transparent)]",
  ran: "bg-accent",
  runs: "bg-accent",
};

function fill(kind: Stretch["kind"], status: string): string {
  if (kind !== "ran") return FILLS[kind];
  if (status === "failed") return "bg-crit";
  return status === "stopped" ? "bg-warn" : FILLS.ran;
}

/** created → waited → ran → ended, as a slim bar whose parts are as long as they lasted. */
export function TimeLine({ job }: { job: JobDetail }) {
  const w = useWords(jobsWords);
  const format = useFormat();
  const nowMs = useNow();
  const stretches = stretchesOf(
    {
      status: job.status,
      createdMs: job.created_at,
      enqueuedMs: job.enqueued_at,
      startedMs: job.started_at,
      endedMs: job.ended_at,
    },
    nowMs,
  );
  const first = stretches[0]?.fromMs ?? job.created_at;
  const last = stretches.at(-1);
  return (
    <div className="flex flex-col gap-2">
      <div aria-hidden="true" className="flex h-2 gap-0.5 overflow-hidden rounded-full bg-raised">
        {stretches.map((one) => (
          <span
            key={one.kind}
            className={clsx("h-full", fill(one.kind, job.status))}
            style={{ width: `${one.share * 100}%` }}
          />
        ))}
      </div>
      <ol className="flex flex-wrap items-baseline gap-x-2 gap-y-1 text-muted">
        <li>
          {w.step.created} <Time ms={first} as="clock" className="tabular text-text" />
        </li>
        {stretches.map((one) => (
          <li key={one.kind} className="flex items-baseline gap-2">
            <span aria-hidden="true" className="text-faint">
              →
            </span>
            <span>
              {w.step[one.kind]}{" "}
              <span
                className="tabular font-medium text-text"
                title={`${format.exact(one.toMs - one.fromMs)} ms`}
              >
                {format.duration(one.toMs - one.fromMs, true)}
              </span>
            </span>
          </li>
        ))}
        {(last?.kind === "ran" || job.status === "canceled") && (
          <li className="flex items-baseline gap-2">
            <span aria-hidden="true" className="text-faint">
              →
            </span>
            <JobState status={job.status} className="translate-y-px" />
            {last?.kind === "ran" && <Time ms={last.toMs} as="clock" className="tabular text-text" />}
          </li>
        )}
        {stretches.length === 0 && <li>{w.timeUnknown}</li>}
      </ol>
    </div>
  );
}
