"use client";

import Link from "next/link";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { resumeCommand, workerCommand } from "@/components/jobs/rq-command";
import { useOverview } from "@/components/live/provider";
import { queueHref, workerHref } from "@/components/shell/hrefs";
import { Code } from "@/components/ui/code";
import { CopyCode } from "@/components/ui/copy";
import { Foreign, Name } from "@/components/ui/name";
import { Time } from "@/components/ui/time";
import type { Problem } from "@/lib/api/schemas/problems";
import { problemWords } from "@/lib/i18n/words/problems";
import { type Of, Several, Since } from "./parts";
import { isOfGroup, StreamAdvice, StreamEvidence, StreamTitle } from "./stream-text";

/** Enough to recognise the deployment; all of them stand on the page of the workers. */
const LISTENED_SHOWN = 4;

/** The name of a queue inside a sentence, leading to it. */
function Queue({ name }: { name: string }) {
  return (
    <Link href={queueHref(name)} prefetch={false} className="hover:underline">
      <Code>
        <Name name={name} />
      </Code>
    </Link>
  );
}

function Func({ name }: { name: string | null }) {
  const w = useWords(problemWords);
  return name === null ? (
    w.unknownFunc
  ) : (
    <code className="font-mono text-[0.95em] [overflow-wrap:anywhere]">
      <Foreign text={name} />
    </code>
  );
}

function Worker({ name }: { name: string | null }) {
  const w = useWords(problemWords);
  if (name === null) return w.unknownWorker;
  return (
    <Link href={workerHref(name)} prefetch={false} className="hover:underline">
      <Code>
        <Name name={name} />
      </Code>
    </Link>
  );
}

function Moment({ ms, as = "relative" }: { ms: number | null; as?: "relative" | "since" }) {
  const w = useWords(problemWords);
  return ms === null ? w.unknownTime : <Time ms={ms} as={as} />;
}

function SameFailureTitle({ evidence }: { evidence: Of<"same-failure"> }) {
  const w = useWords(problemWords);
  const format = useFormat();
  const count = (evidence.at_least ? w.atLeast : "") + format.count(evidence.jobs);
  const [only, ...others] = evidence.functions;
  const text =
    others.length > 0 ? w.sameFailure.titleMany(count) : w.sameFailure.title(count, evidence.jobs === 1);
  return <Rich text={text} parts={{ func: <Func name={only?.name ?? null} /> }} />;
}

/** What is wrong, in one sentence. */
export function ProblemTitle({ problem }: { problem: Problem }) {
  const w = useWords(problemWords);
  const format = useFormat();
  const { evidence } = problem;
  if (isOfGroup(evidence)) return <StreamTitle evidence={evidence} />;
  switch (evidence.kind) {
    case "queue-no-worker":
      return (
        <Rich text={w.noWorker.title(evidence.waiting)} parts={{ queue: <Queue name={evidence.queue} /> }} />
      );
    case "same-failure":
      return <SameFailureTitle evidence={evidence} />;
    case "job-worker-gone":
      return (
        <Rich text={w.workerGone.title(evidence.total)} parts={{ queue: <Queue name={evidence.queue} /> }} />
      );
    case "backlog-grows":
      return (
        <Rich
          text={w.grows.title(format.change(evidence.grew_by), format.span(evidence.window_ms))}
          parts={{ queue: <Queue name={evidence.queue} /> }}
        />
      );
    case "redis-unreachable":
      return <Rich text={w.unreachable.title} parts={{ label: <Foreign text={evidence.label} /> }} />;
    case "data-stale":
      return <Rich text={w.stale.title} parts={{ label: <Foreign text={evidence.label} /> }} />;
  }
}

/** What brings the queue's workers back, for a terminal; null where nobody could type it. */
export function useStartCommand(evidence: Of<"queue-no-worker">): string | null {
  const { overview } = useOverview();
  if (overview === null) return null;
  const { label } = overview.connection;
  return evidence.suspended ? resumeCommand(label) : workerCommand(label, evidence.queue);
}

/** What can be cut comes last: the list of queues grows and shrinks with every worker. */
function NoWorker({ evidence }: { evidence: Of<"queue-no-worker"> }) {
  const { noWorker: w, command: what } = useWords(problemWords);
  const command = useStartCommand(evidence);
  const listened = evidence.listened.slice(0, LISTENED_SHOWN).map((name) => <Name key={name} name={name} />);
  const more = evidence.listened.length - listened.length;
  return (
    <>
      {evidence.oldest_ms !== null && (
        <>
          <Rich text={w.oldest} parts={{ time: <Since agoMs={evidence.oldest_ms} /> }} />{" "}
        </>
      )}
      {command !== null && (
        <>
          <Rich
            text={evidence.suspended ? w.suspended : w.start}
            parts={{ command: <CopyCode text={command} what={what} /> }}
          />{" "}
        </>
      )}
      {evidence.similar !== null && (
        <>
          <Rich text={w.similar} parts={{ queue: <Queue name={evidence.similar} /> }} />{" "}
        </>
      )}
      {evidence.last_worker !== null && (
        <>
          <Rich
            text={w.lastWorker}
            parts={{
              worker: <Name name={evidence.last_worker} />,
              when: <Moment ms={evidence.last_worker_left_ms} as="since" />,
            }}
          />{" "}
        </>
      )}
      {listened.length === 0 ? (
        w.listenedNone
      ) : (
        <Rich
          text={more > 0 ? w.listenedMore(more) : w.listened}
          parts={{ queues: <Several>{listened}</Several> }}
        />
      )}
    </>
  );
}

function SameFailure({ evidence }: { evidence: Of<"same-failure"> }) {
  const w = useWords(problemWords).sameFailure;
  const queues = evidence.queues.map(({ name }) => <Name key={name} name={name} />);
  const functions = evidence.functions.map(({ name }) => <Func key={name} name={name} />);
  return (
    <>
      <Rich text={w.queues(queues.length)} parts={{ queues: <Several>{queues}</Several> }} />{" "}
      {functions.length > 1 && (
        <>
          <Rich text={w.functions} parts={{ functions: <Several>{functions}</Several> }} />{" "}
        </>
      )}
      <Rich
        text={w.firstLast}
        parts={{
          first: <Moment ms={evidence.first_seen_ms} as="since" />,
          last: <Moment ms={evidence.last_seen_ms} as="since" />,
        }}
      />{" "}
      {w.others(evidence.other_failures)}
    </>
  );
}

function WorkerGone({ evidence }: { evidence: Of<"job-worker-gone"> }) {
  const w = useWords(problemWords).workerGone;
  const [job] = evidence.jobs;
  return (
    <>
      {job !== undefined && (
        <>
          <Rich
            text={w.job}
            parts={{
              func: <Func name={job.func_name} />,
              when: <Moment ms={job.started_ms} as="since" />,
              worker: <Worker name={job.worker_name} />,
            }}
          />{" "}
        </>
      )}
      {evidence.total > 1 && <>{w.more(evidence.total - 1)} </>}
      {evidence.cleanup_expected ? w.cleanup : w.noCleanup}
    </>
  );
}

function Grows({ evidence }: { evidence: Of<"backlog-grows"> }) {
  const w = useWords(problemWords).grows;
  const format = useFormat();
  const rate = (perS: number | null) => (perS === null ? "?" : format.perSecond(perS));
  return (
    <>
      {w.waiting(evidence.waiting)}{" "}
      {evidence.oldest_ms !== null && (
        <>
          <Rich text={w.oldest} parts={{ time: <Since agoMs={evidence.oldest_ms} /> }} />{" "}
        </>
      )}
      <Rich text={w.rates} parts={{ in: rate(evidence.in_per_s), out: rate(evidence.out_per_s) }} />{" "}
      {w.workers(evidence.workers_busy, evidence.workers_live)}
    </>
  );
}

function Unreachable({ evidence }: { evidence: Of<"redis-unreachable"> }) {
  const w = useWords(problemWords).unreachable;
  return (
    <>
      <Rich text={w.trouble} parts={{ trouble: <Foreign text={evidence.trouble} /> }} />{" "}
      {evidence.last_good_ms !== null && (
        <Rich text={w.last} parts={{ when: <Time ms={evidence.last_good_ms} /> }} />
      )}{" "}
      {evidence.next_try_at_ms !== null && (
        <Rich text={w.next} parts={{ when: <Time ms={evidence.next_try_at_ms} /> }} />
      )}
    </>
  );
}

/** The facts behind the sentence. */
export function ProblemEvidence({ problem }: { problem: Problem }) {
  const w = useWords(problemWords);
  const { evidence } = problem;
  if (isOfGroup(evidence)) return <StreamEvidence evidence={evidence} />;
  switch (evidence.kind) {
    case "queue-no-worker":
      return <NoWorker evidence={evidence} />;
    case "same-failure":
      return <SameFailure evidence={evidence} />;
    case "job-worker-gone":
      return <WorkerGone evidence={evidence} />;
    case "backlog-grows":
      return <Grows evidence={evidence} />;
    case "redis-unreachable":
      return <Unreachable evidence={evidence} />;
    case "data-stale":
      return evidence.last_good_ms === null ? null : (
        <Rich text={w.stale.last} parts={{ when: <Time ms={evidence.last_good_ms} /> }} />
      );
  }
}

/** What to do about it, in a sentence or two. */
export function ProblemAdvice({ problem }: { problem: Problem }) {
  const w = useWords(problemWords);
  const { evidence } = problem;
  if (isOfGroup(evidence)) return <StreamAdvice evidence={evidence} />;
  switch (evidence.kind) {
    case "queue-no-worker":
      return w.noWorker.do;
    case "same-failure":
      return w.sameFailure.do;
    case "job-worker-gone":
      return w.workerGone.do;
    case "backlog-grows":
      return w.grows.do;
    case "redis-unreachable":
      return w.unreachable.do;
    case "data-stale":
      return w.stale.do;
  }
}
