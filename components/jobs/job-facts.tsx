"use client";

import type { ReactNode } from "react";
import { useClockText, useFormat, useWords } from "@/components/i18n/provider";
import { Card, CardHead } from "@/components/ui/card";
import { Code } from "@/components/ui/code";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time";
import type { JobDetail } from "@/lib/api/schemas/jobs";
import { jobsWords } from "@/lib/i18n/words/jobs";
import { QueueLink } from "./queue-link";
import { WorkerLink } from "./worker-link";

function Row({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex min-h-7 items-baseline justify-between gap-4 border-line border-b py-1 last:border-b-0">
      <dt className="flex-none text-muted">{term}</dt>
      <dd className="tabular min-w-0 text-right [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

/** RQ's way with times to live: absent = the default, −1 = for ever, 0 = not at all. */
function useSpan() {
  const w = useWords(jobsWords);
  const format = useFormat();
  return (seconds: number | null, absent: string, endless: string) => {
    if (seconds === null) return absent;
    if (seconds < 0) return endless;
    return seconds === 0 ? w.atOnce : format.duration(seconds * 1_000);
  };
}

function Expires({ job }: { job: JobDetail }) {
  const w = useWords(jobsWords);
  const format = useFormat();
  const { expires_in_s: left, at_ms: at } = job;
  const text = useClockText((now) => (left === null ? w.never : format.relative(at + left * 1_000, now)));
  return <span title={left === null ? undefined : format.exactTime(at + left * 1_000)}>{text}</span>;
}

function Places({ job }: { job: JobDetail }) {
  const w = useWords(jobsWords);
  if (job.places.length === 0)
    return job.places_complete ? (
      <StateMark state="degraded" word={w.placesNone} />
    ) : (
      <span className="text-muted">–</span>
    );
  return (
    <>
      {job.places.map((place) => (
        <Code key={place} className="ml-1">
          {place}
        </Code>
      ))}
      {job.places.length > 1 && <div className="text-warn">{w.placesMany}</div>}
    </>
  );
}

/** Where a job is, who ran it, when, and what RQ will do with it. */
export function JobFacts({ job }: { job: JobDetail }) {
  const w = useWords(jobsWords);
  const f = w.fact;
  const format = useFormat();
  const span = useSpan();
  return (
    <Card>
      <CardHead title={w.facts} />
      <dl className="mt-2">
        <Row term={f.queue}>
          <QueueLink queue={job.origin} />
        </Row>
        <Row term={f.worker}>
          {job.worker_name === null ? "–" : <WorkerLink name={job.worker_name} />}
          {job.worker_alive === false && job.status === "started" && (
            <StateMark state="failing" word={w.workerDead} className="ml-2" />
          )}
        </Row>
        <Row term={f.places}>
          <Places job={job} />
        </Row>
        <Row term={f.created}>
          <Time ms={job.created_at} as="exact" />
        </Row>
        <Row term={f.enqueued}>
          <Time ms={job.enqueued_at} as="exact" />
        </Row>
        <Row term={f.started}>
          <Time ms={job.started_at} as="exact" />
        </Row>
        <Row term={f.ended}>
          <Time ms={job.ended_at} as="exact" />
        </Row>
        {job.status === "started" && (
          <Row term={f.heartbeat}>
            <Time ms={job.last_heartbeat} />
          </Row>
        )}
        <Row term={f.timeout}>{span(job.timeout_s, w.defaultTtl, w.noLimit)}</Row>
        <Row term={f.resultTtl}>{span(job.result_ttl_s, w.defaultTtl, w.forever)}</Row>
        <Row term={f.failureTtl}>{span(job.failure_ttl_s, w.defaultTtl, w.forever)}</Row>
        {job.ttl_s !== null && <Row term={f.ttl}>{span(job.ttl_s, "–", w.noLimit)}</Row>}
        <Row term={f.expires}>
          <Expires job={job} />
        </Row>
        {job.retries_left !== null && (
          <Row term={f.retries}>
            {format.count(job.retries_left)}
            {job.retry_intervals_s?.some((s) => s > 0) && (
              <span className="text-faint">
                {" "}
                · {job.retry_intervals_s.map((s) => format.duration(s * 1_000)).join(", ")}
              </span>
            )}
          </Row>
        )}
      </dl>
    </Card>
  );
}
