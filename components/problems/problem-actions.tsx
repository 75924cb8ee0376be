"use client";

import { usePathname } from "next/navigation";
import { useFormat, useWords } from "@/components/i18n/provider";
import { ActionButton } from "@/components/operations/action-button";
import { DeadLetterButton, RescueButton } from "@/components/operations/entry-buttons";
import { POISON_DELIVERIES } from "@/components/operations/entry-question";
import { MoveButton, RepairButton } from "@/components/operations/job-buttons";
import { failureHref, groupHref, jobHref, problemHref, queueHref } from "@/components/shell/hrefs";
import { Button, LinkButton } from "@/components/ui/button";
import type { Problem } from "@/lib/api/schemas/problems";
import { actionButtonWords } from "@/lib/i18n/words/action-buttons";
import { problemWords } from "@/lib/i18n/words/problems";

/** Where to look closer; null where the problem's own page is all there is. */
function placeOf({ evidence }: Problem): string | null {
  switch (evidence.kind) {
    case "queue-no-worker":
    case "backlog-grows":
      return queueHref(evidence.queue);
    case "job-overruns":
      return queueHref(evidence.queue, "started");
    case "same-failure":
      return failureHref(evidence.fingerprint);
    case "job-worker-gone": {
      const [job] = evidence.jobs;
      return evidence.total === 1 && job !== undefined
        ? jobHref(job.job_id)
        : queueHref(evidence.queue, "started");
    }
    case "consumer-dead":
      return groupHref(evidence.stream, evidence.group, { tab: "pending", consumer: evidence.consumer });
    case "entry-poison":
      return groupHref(evidence.stream, evidence.group, { tab: "pending", deliveries: POISON_DELIVERIES });
    case "group-no-consumers":
    case "group-stalled":
    case "entries-trimmed-unread":
    case "group-grows":
      return groupHref(evidence.stream, evidence.group);
    case "queues-no-worker":
    case "groups-no-consumers":
    case "redis-unreachable":
    case "redis-denied":
    case "redis-memory":
    case "redis-evicts":
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

/** What one click, or one and a dialog, mends. */
function Mend({ problem: { evidence }, primary, known }: ProblemActionsProps) {
  const w = useWords(problemWords);
  const { mend } = useWords(actionButtonWords);
  const format = useFormat();
  const variant = primary ? "primary" : "secondary";
  const off = known ? null : w.offUnknown;
  switch (evidence.kind) {
    case "same-failure":
      return (
        <ActionButton
          action="retry"
          selector={{ place: "failed", fingerprint: evidence.fingerprint }}
          count={evidence.jobs}
          atLeast={evidence.at_least}
          off={off}
          variant={variant}
          label={w.retry((evidence.at_least ? w.atLeast : "") + format.count(evidence.jobs))}
        />
      );
    case "consumer-dead": {
      const label = w.rescue(format.count(evidence.pending));
      if (off !== null) return <Button off={off}>{label}</Button>;
      return (
        <RescueButton
          stream={evidence.stream}
          group={evidence.group}
          consumer={evidence.consumer}
          count={evidence.pending}
          variant={variant}
          label={label}
        />
      );
    }
    case "entry-poison": {
      const label = w.deadLetter((evidence.at_least ? w.atLeast : "") + format.count(evidence.total));
      if (off !== null) return <Button off={off}>{label}</Button>;
      return (
        <DeadLetterButton
          stream={evidence.stream}
          group={evidence.group}
          minDeliveries={POISON_DELIVERIES}
          count={evidence.total}
          atLeast={evidence.at_least}
          variant={variant}
          label={label}
        />
      );
    }
    case "queue-no-worker":
      // While all workers are suspended, another queue is no better.
      if (evidence.suspended) return null;
      return (
        <MoveButton
          selector={{ queue: evidence.queue, place: "queued" }}
          from={evidence.queue}
          similar={evidence.similar}
          count={evidence.waiting}
          off={off}
          variant={variant}
          label={mend.move(evidence.waiting, format.count(evidence.waiting))}
        />
      );
    case "job-worker-gone":
      return (
        <RepairButton
          selector={{ queue: evidence.queue, place: "started" }}
          count={evidence.total}
          off={off}
          variant={variant}
          label={mend.repair(evidence.total, format.count(evidence.total))}
        />
      );
    default:
      return null;
  }
}

/** At most two buttons: look, and mend where that can be done from here. */
export function ProblemActions(props: ProblemActionsProps) {
  const w = useWords(problemWords);
  const { problem } = props;
  const onItsPage = usePathname().startsWith("/problems/");
  const place = placeOf(problem);
  return (
    <>
      {(place !== null || !onItsPage) && (
        <LinkButton href={place ?? problemHref(problem.id)}>
          {problem.evidence.kind === "same-failure" ? w.seeTraceback : w.look}
        </LinkButton>
      )}
      <Mend {...props} />
    </>
  );
}

const MENDABLE: ReadonlySet<Problem["evidence"]["kind"]> = new Set([
  "same-failure",
  "job-worker-gone",
  "consumer-dead",
  "entry-poison",
]);

/** Whether it can be mended from its row by what is known: where jobs should have gone is only known of a similar name. */
export function canMend({ evidence }: Problem): boolean {
  if (evidence.kind === "queue-no-worker") return evidence.similar !== null && !evidence.suspended;
  return MENDABLE.has(evidence.kind);
}
