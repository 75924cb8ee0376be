"use client";

import { clsx } from "clsx";
import { useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { Foreign } from "@/components/ui/name";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time";
import type { Problem } from "@/lib/api/schemas/problems";
import { problemWords } from "@/lib/i18n/words/problems";
import { ProblemActions } from "./problem-actions";
import { ProblemEvidence, ProblemTitle } from "./problem-text";

export interface ProblemRowProps {
  problem: Problem;
  primary: boolean;
  /** Whether it is known to last: without that it keeps no colour. */
  known: boolean;
}

/** What the facts take on phones; a command takes two lines by itself. */
const PHONE_LINES: Readonly<Record<Problem["evidence"]["kind"], string>> = {
  "queue-no-worker": "line-clamp-4 h-[4lh]",
  "queues-no-worker": "line-clamp-3 h-[3lh]",
  "same-failure": "line-clamp-2 h-[2lh]",
  "job-worker-gone": "line-clamp-3 h-[3lh]",
  "job-overruns": "line-clamp-3 h-[3lh]",
  "backlog-grows": "line-clamp-3 h-[3lh]",
  "consumer-dead": "line-clamp-4 h-[4lh]",
  "group-no-consumers": "line-clamp-3 h-[3lh]",
  "groups-no-consumers": "line-clamp-3 h-[3lh]",
  "group-stalled": "line-clamp-3 h-[3lh]",
  "entry-poison": "line-clamp-3 h-[3lh]",
  "entries-trimmed-unread": "line-clamp-3 h-[3lh]",
  "group-grows": "line-clamp-3 h-[3lh]",
  "redis-unreachable": "line-clamp-3 h-[3lh]",
  "redis-denied": "line-clamp-3 h-[3lh]",
  "redis-memory": "line-clamp-4 h-[4lh]",
  "redis-evicts": "line-clamp-4 h-[4lh]",
  "data-stale": "line-clamp-3 h-[3lh]",
};

const BARS = { failing: "bg-crit", degraded: "bg-warn" } as const;

/** The error that all jobs share, as Python wrote it. */
function ErrorLine({ problem }: { problem: Problem }) {
  const { evidence } = problem;
  if (evidence.kind !== "same-failure") return null;
  return (
    <code className="line-clamp-2 font-mono text-12 leading-[1.6]">
      <Foreign
        text={evidence.message === "" ? evidence.error_type : `${evidence.error_type}: ${evidence.message}`}
      />
    </code>
  );
}

/** Glyph bar, sentence, evidence, at most two buttons. */
export function ProblemRow({ problem, primary, known }: ProblemRowProps) {
  const w = useWords(problemWords);
  const { evidence } = problem;
  const state = known ? problem.severity : "unknown";
  return (
    <article className={clsx("flex gap-3.5 px-4 py-3", !known && "text-muted")}>
      <div className="flex w-3 flex-none flex-col items-center gap-1.5 pt-1">
        <StateMark state={state} compact />
        <span
          aria-hidden="true"
          className={clsx("w-[3px] flex-1 rounded-full", known ? BARS[problem.severity] : "bg-line")}
        />
      </div>
      <div className="flex min-w-0 flex-1 items-center gap-x-4 gap-y-3 max-tablet:flex-col max-tablet:items-stretch">
        <div className="min-w-0 flex-1">
          <h2 className="tabular font-medium">
            <ProblemTitle problem={problem} />{" "}
            <span className="whitespace-nowrap font-normal text-muted">
              <Rich text={w.since} parts={{ time: <Time ms={problem.since_ms} as="since" /> }} />
            </span>
          </h2>
          <ErrorLine problem={problem} />
          {/* Its height is fixed: facts change with every tick, and the buttons below must stay in place. */}
          <p
            className={clsx(
              "tabular text-muted tablet:line-clamp-1 tablet:h-[1lh]",
              PHONE_LINES[evidence.kind],
            )}
          >
            <ProblemEvidence problem={problem} brief />
          </p>
        </div>
        <div className="flex flex-none flex-wrap items-center gap-2">
          <ProblemActions problem={problem} primary={primary} known={known} />
        </div>
      </div>
    </article>
  );
}
