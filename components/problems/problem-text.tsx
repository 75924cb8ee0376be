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
import { problemHelpWords } from "@/lib/i18n/words/problem-help";
import { problemWords } from "@/lib/i18n/words/problems";
import { For, type Of, Several, Since } from "./parts";
import { isOfServer, ServerAdvice, ServerEvidence, ServerTitle, serverCommand } from "./server-text";
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
  const h = useWords(problemHelpWords);
  const format = useFormat();
  const { evidence } = problem;
  if (isOfGroup(evidence)) return <StreamTitle evidence={evidence} />;
  if (isOfServer(evidence)) return <ServerTitle evidence={evidence} />;
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
    case "queues-no-worker":
      return h.queuesNoWorker.title(evidence.waiting, evidence.total);
    case "job-overruns":
      return (
        <Rich text={h.overruns.title(evidence.total)} parts={{ queue: <Queue name={evidence.queue} /> }} />
      );
  }
}

/** What brings the queue's workers back, for a terminal; null where nobody could type it. */
function useStartCommand(evidence: Of<"queue-no-worker">): string | null {
  const { overview } = useOverview();
  if (overview === null) return null;
  const { label } = overview.connection;
  return evidence.suspended ? resumeCommand(label) : workerCommand(label, evidence.queue);
}

/** What can be cut comes last: the list of queues grows and shrinks with every worker. */
function NoWorker({ evidence, brief }: { evidence: Of<"queue-no-worker">; brief: boolean }) {
  const { noWorker: w, command: what } = useWords(problemWords);
  const h = useWords(problemHelpWords).noWorker;
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
      {brief && command !== null && (
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
            text={evidence.last_worker_died ? h.lastDied : w.lastWorker}
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
  const h = useWords(problemHelpWords).grows;
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
      {evidence.run_ms !== null && (
        <>
          {" "}
          <Rich text={h.run} parts={{ time: format.duration(evidence.run_ms, true) }} />
        </>
      )}
      {evidence.out_per_s !== null && evidence.out_per_s > 0 && (
        <>
          {" "}
          <Rich
            text={h.drain}
            parts={{ time: format.duration((evidence.waiting / evidence.out_per_s) * 1_000) }}
          />
        </>
      )}
    </>
  );
}

const QUEUES_SHOWN = 4;

function ManyNoWorker({ evidence }: { evidence: Of<"queues-no-worker"> }) {
  const w = useWords(problemWords).noWorker;
  const h = useWords(problemHelpWords);
  const queues = evidence.queues
    .slice(0, QUEUES_SHOWN)
    .map(({ queue }) => <Queue key={queue} name={queue} />);
  return (
    <>
      <Several>{queues}</Several>
      {evidence.total > queues.length && <> {h.more(evidence.total - queues.length)}</>}.{" "}
      {evidence.suspended ? h.queuesNoWorker.suspended : evidence.listened.length === 0 && w.listenedNone}
    </>
  );
}

function Overruns({ evidence }: { evidence: Of<"job-overruns"> }) {
  const h = useWords(problemHelpWords).overruns;
  const format = useFormat();
  const { overview } = useOverview();
  const [job] = evidence.jobs;
  if (job === undefined || overview === null) return null;
  return (
    <>
      <Rich
        text={h.job}
        parts={{
          func: <Func name={job.func_name} />,
          time: <For agoMs={overview.at_ms - job.started_ms} />,
          worker: <Worker name={job.worker_name} />,
        }}
      />{" "}
      {job.timeout_ms !== null && (
        <>
          <Rich text={h.limit} parts={{ limit: format.duration(job.timeout_ms) }} />{" "}
        </>
      )}
      {evidence.usual_ms !== null && (
        <Rich text={h.usual} parts={{ usual: format.duration(evidence.usual_ms, true) }} />
      )}
    </>
  );
}

/** The facts behind the sentence; in a list, where nothing else is told, with what to type. */
export function ProblemEvidence({ problem, brief = false }: { problem: Problem; brief?: boolean }) {
  const { evidence } = problem;
  if (isOfGroup(evidence)) return <StreamEvidence evidence={evidence} />;
  if (isOfServer(evidence)) return <ServerEvidence evidence={evidence} />;
  switch (evidence.kind) {
    case "queue-no-worker":
      return <NoWorker evidence={evidence} brief={brief} />;
    case "same-failure":
      return <SameFailure evidence={evidence} />;
    case "job-worker-gone":
      return <WorkerGone evidence={evidence} />;
    case "backlog-grows":
      return <Grows evidence={evidence} />;
    case "queues-no-worker":
      return <ManyNoWorker evidence={evidence} />;
    case "job-overruns":
      return <Overruns evidence={evidence} />;
  }
}

/** What Python and RQ call the usual causes; each has its own way out. */
const CAUSES = [
  ["doKilled", /Work-horse terminated unexpectedly|AbandonedJobError|due to signal/],
  ["doTimeout", /JobTimeoutException/],
  [
    "doImport",
    /ModuleNotFoundError|ImportError|has no attribute|Invalid attribute name|DeserializationError/,
  ],
  [
    "doConnection",
    /ConnectionError|ConnectionRefusedError|ConnectTimeout|OperationalError|Name or service not known/,
  ],
] as const;

function causeOf({ error_type, message }: Of<"same-failure">): (typeof CAUSES)[number][0] | null {
  return CAUSES.find(([, pattern]) => pattern.test(`${error_type}: ${message}`))?.[0] ?? null;
}

/** Whether workers are there for the backlog and some of them have nothing to do. */
const hasIdle = ({ workers_live, workers_busy }: Of<"backlog-grows">) => workers_busy < workers_live * 0.8;

/** What to do about it, in a sentence or two. */
export function ProblemAdvice({ problem }: { problem: Problem }) {
  const w = useWords(problemWords);
  const h = useWords(problemHelpWords);
  const { evidence } = problem;
  if (isOfGroup(evidence)) return <StreamAdvice evidence={evidence} />;
  if (isOfServer(evidence)) return <ServerAdvice evidence={evidence} />;
  switch (evidence.kind) {
    case "queue-no-worker": {
      const { suspended, similar, listened } = evidence;
      if (suspended) return h.noWorker.doSuspended;
      if (similar !== null)
        return <Rich text={h.noWorker.doSimilar} parts={{ similar: <Queue name={similar} /> }} />;
      return listened.length > 0 ? h.noWorker.doOthers : h.noWorker.doNone;
    }
    case "queues-no-worker":
      return evidence.suspended ? h.noWorker.doSuspended : h.queuesNoWorker.do;
    case "same-failure": {
      const cause = causeOf(evidence);
      return cause === null ? w.sameFailure.do : h.sameFailure[cause];
    }
    case "job-worker-gone":
      return w.workerGone.do;
    case "job-overruns":
      return evidence.jobs[0]?.by === "timeout" ? h.overruns.doLimit : h.overruns.doUsual;
    case "backlog-grows":
      if (evidence.workers_more !== null) return h.grows.doMore(evidence.workers_more);
      return hasIdle(evidence) ? h.grows.doIdle : w.grows.do;
  }
}

/** A line for the terminal. */
export interface ProblemCommand {
  text: string;
  /** Whether it holds the address of Redis, which is shown without its password. */
  address: boolean;
}

/** What to type where that mends it; null where nothing is to be typed, or nobody could type it. */
export function useProblemCommand({ evidence }: Problem): ProblemCommand | null {
  const { overview } = useOverview();
  if (overview === null) return null;
  const { label } = overview.connection;
  const commandOf = (): string | null => {
    if (isOfServer(evidence)) return serverCommand(evidence);
    switch (evidence.kind) {
      case "queue-no-worker":
        return evidence.suspended ? resumeCommand(label) : workerCommand(label, evidence.queue);
      case "queues-no-worker":
        return evidence.suspended
          ? resumeCommand(label)
          : workerCommand(label, ...evidence.queues.map(({ queue }) => queue));
      case "backlog-grows":
        return evidence.workers_more !== null || hasIdle(evidence)
          ? workerCommand(label, evidence.queue)
          : null;
      default:
        return null;
    }
  };
  const text = commandOf();
  return text === null ? null : { text, address: text.includes(label) && !text.startsWith("REDIS_URL") };
}
