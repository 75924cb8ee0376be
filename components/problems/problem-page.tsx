"use client";

import Link from "next/link";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { useOverview } from "@/components/live/provider";
import { jobHref, streamHref } from "@/components/shell/hrefs";
import { PageHead } from "@/components/shell/page-head";
import { LinkButton } from "@/components/ui/button";
import { Card, CardHead } from "@/components/ui/card";
import { Code, CodeBlock } from "@/components/ui/code";
import { Command } from "@/components/ui/command";
import { Empty } from "@/components/ui/empty";
import { Foreign, Name } from "@/components/ui/name";
import { SkeletonRows } from "@/components/ui/skeleton";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time";
import type { Evidence, Problem } from "@/lib/api/schemas/problems";
import { problemWords } from "@/lib/i18n/words/problems";
import { ProblemActions } from "./problem-actions";
import { ProblemAdvice, ProblemEvidence, ProblemTitle, useStartCommand } from "./problem-text";
import { useProblems } from "./problems-page";

function StartCommand({ evidence }: { evidence: Extract<Evidence, { kind: "queue-no-worker" }> }) {
  const w = useWords(problemWords);
  const command = useStartCommand(evidence);
  return command === null ? null : <Command text={command} what={w.command} />;
}

/** What the sentence has no room for. */
function Details({ problem }: { problem: Problem }) {
  const w = useWords(problemWords);
  const format = useFormat();
  const { overview } = useOverview();
  const { evidence } = problem;
  switch (evidence.kind) {
    case "queue-no-worker":
      return <StartCommand evidence={evidence} />;
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
            <li key={job.job_id} className="flex flex-wrap items-baseline gap-x-3">
              <Link href={jobHref(job.job_id)} prefetch={false} className="text-accent hover:underline">
                <Code>
                  <Name name={job.job_id} />
                </Code>
              </Link>
              <span className="font-mono text-12">
                {job.func_name !== null && <Foreign text={job.func_name} />}
              </span>
              <span className="text-muted">
                <Time ms={job.started_ms} />
              </span>
            </li>
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

function Found({ problem }: { problem: Problem }) {
  const w = useWords(problemWords);
  const { stale } = useOverview();
  return (
    <>
      <PageHead
        title={w.kind[problem.evidence.kind]}
        heading={<ProblemTitle problem={problem} />}
        hint={
          <span className="inline-flex items-baseline gap-2">
            <StateMark state={stale === null ? problem.severity : "unknown"} className="relative top-px" />
            <span>
              <Rich text={w.since} parts={{ time: <Time ms={problem.since_ms} as="since" /> }} />
            </span>
          </span>
        }
      >
        <ProblemActions problem={problem} primary known={stale === null} />
      </PageHead>
      <Card className="flex flex-col gap-3">
        <CardHead title={w.evidence} />
        <p>
          <ProblemEvidence problem={problem} />
        </p>
        <Details problem={problem} />
      </Card>
      <Card className="flex flex-col gap-3">
        <CardHead title={w.whatToDo} />
        <p className="max-w-[80ch]">
          <ProblemAdvice problem={problem} />
        </p>
      </Card>
    </>
  );
}

/** One problem with all its evidence; its address keeps working while it lasts. */
export function ProblemPage({ id }: { id: string }) {
  const w = useWords(problemWords);
  const problems = useProblems();
  const problem = problems?.find((one) => one.id === id);
  return (
    <>
      <nav aria-label={w.title} className="text-13">
        <Link href="/problems" prefetch={false} className="text-muted hover:text-text">
          ← {w.allProblems}
        </Link>
      </nav>
      {problem !== undefined ? (
        <Found problem={problem} />
      ) : problems === null ? (
        <>
          <PageHead title={w.title} />
          <Card flush>
            <SkeletonRows rows={4} />
          </Card>
        </>
      ) : (
        <>
          <PageHead title={w.closedTitle} />
          <Card>
            <Empty title={w.closedTitle} action={<LinkButton href="/problems">{w.toAll}</LinkButton>}>
              {w.closedText}
            </Empty>
          </Card>
        </>
      )}
    </>
  );
}
