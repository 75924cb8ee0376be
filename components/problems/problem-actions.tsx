"use client";

import { useFormat, useWords } from "@/components/i18n/provider";
import { ActionButton } from "@/components/operations/action-button";
import { failureHref, jobHref, problemHref, queueHref } from "@/components/shell/hrefs";
import { LinkButton } from "@/components/ui/button";
import type { Problem } from "@/lib/api/schemas/problems";
import { problemWords } from "@/lib/i18n/words/problems";

/** Where to look closer; null where the problem's own page is all there is. */
function placeOf({ evidence }: Problem): string | null {
  switch (evidence.kind) {
    case "queue-no-worker":
    case "backlog-grows":
      return queueHref(evidence.queue);
    case "same-failure":
      return failureHref(evidence.fingerprint);
    case "job-worker-gone": {
      const [job] = evidence.jobs;
      return evidence.total === 1 && job !== undefined
        ? jobHref(job.job_id)
        : queueHref(evidence.queue, "started");
    }
    case "redis-unreachable":
    case "data-stale":
      return null;
  }
}

export interface ProblemActionsProps {
  problem: Problem;
  /** The one whose mending button stands out: the first that has one. */
  primary: boolean;
  /** Whether the problem is known to last now. */
  known: boolean;
}

/** At most two buttons: look, and mend where one click can. */
export function ProblemActions({ problem, primary, known }: ProblemActionsProps) {
  const w = useWords(problemWords);
  const format = useFormat();
  const { evidence } = problem;
  return (
    <>
      <LinkButton href={placeOf(problem) ?? problemHref(problem.id)}>
        {evidence.kind === "same-failure" ? w.seeTraceback : w.look}
      </LinkButton>
      {evidence.kind === "same-failure" && (
        <ActionButton
          action="retry"
          selector={{ place: "failed", fingerprint: evidence.fingerprint }}
          count={evidence.jobs}
          atLeast={evidence.at_least}
          off={known ? null : w.offUnknown}
          variant={primary ? "primary" : "secondary"}
          label={w.retry((evidence.at_least ? w.atLeast : "") + format.count(evidence.jobs))}
        />
      )}
    </>
  );
}

/** Whether one click can mend it. */
export function canMend(problem: Problem): boolean {
  return problem.evidence.kind === "same-failure";
}
