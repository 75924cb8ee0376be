"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { useOverview } from "@/components/live/provider";
import { jobHref, queueHref, streamHref } from "@/components/shell/hrefs";
import { Code, CodeBlock } from "@/components/ui/code";
import { DataTable } from "@/components/ui/data-table";
import { Foreign, Name } from "@/components/ui/name";
import { Time } from "@/components/ui/time";
import type { MemoryHolder, Problem } from "@/lib/api/schemas/problems";
import { problemHelpWords } from "@/lib/i18n/words/problem-help";
import { problemWords } from "@/lib/i18n/words/problems";
import { Group, type Of, Since } from "./parts";
import type { MemoryEvidence } from "./server-text";

function Job({ id, func, children }: { id: string; func: string | null; children: ReactNode }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-3">
      <Link
        href={jobHref(id)}
        prefetch={false}
        className="text-accent hover:underline touch:inline-flex touch:min-h-11 touch:items-center"
      >
        <Code>
          <Name name={id} />
        </Code>
      </Link>
      <span className="font-mono text-12">{func !== null && <Foreign text={func} />}</span>
      {children}
    </li>
  );
}

function Overruns({ evidence }: { evidence: Of<"job-overruns"> }) {
  const h = useWords(problemHelpWords).overruns;
  const format = useFormat();
  return (
    <ul className="flex flex-col gap-1">
      {evidence.jobs.map((job) => (
        <Job key={job.job_id} id={job.job_id} func={job.func_name}>
          <span className="text-muted">
            <Time ms={job.started_ms} />
          </span>
          <span className="text-muted">
            {job.timeout_ms === null ? h.noLimit : h.limitOf(format.duration(job.timeout_ms))}
          </span>
        </Job>
      ))}
    </ul>
  );
}

/** What a cut list does not show. */
function More({ n }: { n: number }) {
  const h = useWords(problemHelpWords);
  return n > 0 ? <p className="text-muted">{h.more(n)}</p> : null;
}

function Queues({ evidence }: { evidence: Of<"queues-no-worker"> }) {
  const h = useWords(problemHelpWords).queuesNoWorker;
  const format = useFormat();
  return (
    <>
      <DataTable
        caption={h.list}
        rows={evidence.queues}
        rowKey={({ queue }) => queue}
        columns={[
          {
            id: "queue",
            header: h.queue,
            cell: ({ queue }) => (
              <Link href={queueHref(queue)} prefetch={false} className="hover:underline">
                <Name name={queue} />
              </Link>
            ),
          },
          {
            id: "waiting",
            header: h.waiting,
            align: "right",
            cell: ({ waiting }) => format.count(waiting),
          },
          {
            id: "oldest",
            header: h.oldest,
            align: "right",
            cell: ({ oldest_ms }) => (oldest_ms === null ? "?" : <Since agoMs={oldest_ms} />),
          },
        ]}
      />
      <More n={evidence.total - evidence.queues.length} />
    </>
  );
}

function Groups({ evidence }: { evidence: Of<"groups-no-consumers"> }) {
  const h = useWords(problemHelpWords).groupsNoConsumers;
  const format = useFormat();
  return (
    <>
      <DataTable
        caption={h.list}
        rows={evidence.groups}
        rowKey={({ stream, group }) => `${stream}/${group}`}
        columns={[
          {
            id: "group",
            header: h.group,
            cell: ({ stream, group }) => <Group stream={stream} group={group} />,
          },
          {
            id: "lag",
            header: h.lag,
            align: "right",
            cell: ({ lag }) => (lag === null ? "?" : format.count(lag)),
          },
          {
            id: "pending",
            header: h.pendingHead,
            align: "right",
            cell: ({ pending }) => format.count(pending),
          },
        ]}
      />
      <More n={evidence.total - evidence.groups.length} />
    </>
  );
}

function HolderName({ holder }: { holder: MemoryHolder }) {
  const href = holder.source === "rq" ? queueHref(holder.name) : streamHref(holder.name);
  return (
    <Link href={href} prefetch={false} className="hover:underline">
      <Name name={holder.name} />
    </Link>
  );
}

/** How much of what Redis uses one holder has. Its length says what the number beside it says. */
function ShareBar({ part, whole }: { part: number; whole: number }) {
  const width = `${Math.min(100, (100 * part) / Math.max(1, whole))}%`;
  return (
    <span
      aria-hidden="true"
      className="block h-1.5 w-8 flex-none overflow-hidden rounded-full bg-raised tablet:w-24"
    >
      <span className="block h-full rounded-full bg-accent" style={{ width }} />
    </span>
  );
}

function Holders({ evidence }: { evidence: MemoryEvidence }) {
  const w = useWords(problemWords);
  const h = useWords(problemHelpWords).memory;
  const format = useFormat();
  const { holders, used_bytes: used } = evidence;
  if (holders === null) return <p className="text-muted">{h.holdersWait}</p>;
  if (holders.length === 0) return <p className="text-muted">{h.holdersNone}</p>;
  return (
    <>
      <DataTable
        caption={h.holders}
        rows={holders}
        rowKey={({ source, name }) => `${source}:${name}`}
        columns={[
          { id: "name", header: h.holder, cell: (holder) => <HolderName holder={holder} /> },
          {
            id: "items",
            header: "",
            align: "right",
            wide: true,
            cell: ({ source, items }) => (source === "rq" ? h.jobs : h.entries)(format.count(items)),
          },
          {
            id: "size",
            header: h.size,
            align: "right",
            cell: ({ bytes, trusted }) => (
              <span className="whitespace-nowrap" title={trusted ? undefined : h.untrusted}>
                {trusted ? w.about : "≤ "}
                {format.bytes(bytes)}
              </span>
            ),
          },
          {
            id: "share",
            header: h.share,
            cell: ({ bytes, trusted }) => (
              <span className="flex items-center gap-2">
                <ShareBar part={bytes} whole={used} />
                <span className="tabular whitespace-nowrap text-muted">
                  {trusted ? w.about : "≤ "}
                  {format.percent(Math.min(bytes, used), used)}
                </span>
              </span>
            ),
          },
        ]}
      />
      <p className="text-muted">{h.holdersHint}</p>
    </>
  );
}

/** What the sentence has no room for. */
export function ProblemDetails({ problem }: { problem: Problem }) {
  const w = useWords(problemWords);
  const format = useFormat();
  const { overview } = useOverview();
  const { evidence } = problem;
  switch (evidence.kind) {
    case "queues-no-worker":
      return <Queues evidence={evidence} />;
    case "groups-no-consumers":
      return <Groups evidence={evidence} />;
    case "redis-memory":
    case "redis-evicts":
      return <Holders evidence={evidence} />;
    case "job-overruns":
      return <Overruns evidence={evidence} />;
    case "same-failure":
      return (
        <>
          <CodeBlock label={w.error} className="whitespace-pre-wrap">
            <Foreign text={`${evidence.error_type}: ${evidence.message}`} />
          </CodeBlock>
          <ul className="grid gap-x-6 gap-y-1 tablet:grid-cols-2">
            {evidence.queues.map(({ name, jobs }) => (
              <li key={`queue ${name}`} className="flex justify-between gap-4">
                <Name name={name} />
                <span className="tabular text-muted">{format.count(jobs)}</span>
              </li>
            ))}
            {evidence.functions.map(({ name, jobs }) => (
              <li key={`function ${name}`} className="flex justify-between gap-4">
                <code className="min-w-0 font-mono text-12">
                  <Foreign text={name} />
                </code>
                <span className="tabular text-muted">{format.count(jobs)}</span>
              </li>
            ))}
          </ul>
        </>
      );
    case "job-worker-gone":
      return (
        <ul className="flex flex-col gap-1">
          {evidence.jobs.map((job) => (
            <Job key={job.job_id} id={job.job_id} func={job.func_name}>
              <span className="text-muted">
                <Time ms={job.started_ms} />
              </span>
            </Job>
          ))}
        </ul>
      );
    case "entry-poison":
      return (
        <ul className="flex flex-col gap-1">
          {evidence.entries.map((entry) => (
            <li key={entry.id} className="flex flex-wrap items-baseline gap-x-3">
              <Link
                href={streamHref(evidence.stream, { at: entry.id })}
                prefetch={false}
                className="text-accent hover:underline touch:inline-flex touch:min-h-11 touch:items-center"
              >
                <Code>{entry.id}</Code>
              </Link>
              <span className="tabular">{w.deliveries(entry.deliveries)}</span>
              <span className="text-muted">
                {entry.consumer === null ? w.nobody : <Name name={entry.consumer} />}
              </span>
              {entry.idle_ms !== null && overview !== null && (
                <span className="text-muted">
                  <Time ms={overview.at_ms - entry.idle_ms} />
                </span>
              )}
            </li>
          ))}
        </ul>
      );
    default:
      return null;
  }
}
