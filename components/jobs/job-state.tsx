"use client";

import { clsx } from "clsx";
import { useWords } from "@/components/i18n/provider";
import { Foreign } from "@/components/ui/name";
import { type State, StateMark } from "@/components/ui/state-mark";
import { jobsWords } from "@/lib/i18n/words/jobs";

type Known = "queued" | "started" | "finished" | "failed" | "deferred" | "scheduled" | "stopped" | "canceled";

/** States that mean something good or bad; the rest is neither and wears no colour. */
const MARKS: Partial<Record<Known, State>> = {
  finished: "ok",
  failed: "failing",
  stopped: "degraded",
  canceled: "paused",
};

/** Whether a job will never change by itself any more. */
export function isFinal(status: string): boolean {
  return status === "finished" || status === "failed" || status === "stopped" || status === "canceled";
}

/** A job's status as glyph, word and colour; a word of RQ that we do not know is shown as it is. */
export function JobState({ status, className }: { status: string | null; className?: string }) {
  const w = useWords(jobsWords);
  if (status === null)
    return <StateMark state="unknown" word={w.status.gone} {...(className ? { className } : {})} />;
  // `in` narrows to the statuses that have a word.
  const known = status in w.status ? (status as Known) : null;
  const mark = known === null ? undefined : MARKS[known];
  const word = known === null ? status : w.status[known];
  if (mark !== undefined) return <StateMark state={mark} word={word} {...(className ? { className } : {})} />;
  return (
    <span
      className={clsx(
        "inline-flex items-center gap-1.5 whitespace-nowrap",
        known === "started" ? "text-accent" : "text-muted",
        className,
      )}
    >
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {known === "started" ? (
          <path d="M3.2 1.8 10 6 3.2 10.2Z" fill="currentColor" />
        ) : (
          <circle cx="6" cy="6" r="3" fill="none" stroke="currentColor" strokeWidth="1.5" />
        )}
      </svg>
      <Foreign text={word} />
    </span>
  );
}
