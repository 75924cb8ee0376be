"use client";

import Link from "next/link";
import { useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { useOverview } from "@/components/live/provider";
import { PageHead } from "@/components/shell/page-head";
import { LinkButton } from "@/components/ui/button";
import { Card, CardHead } from "@/components/ui/card";
import { Command } from "@/components/ui/command";
import { Empty } from "@/components/ui/empty";
import { SkeletonRows } from "@/components/ui/skeleton";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time";
import type { Problem } from "@/lib/api/schemas/problems";
import { problemHelpWords } from "@/lib/i18n/words/problem-help";
import { problemWords } from "@/lib/i18n/words/problems";
import { ProblemActions } from "./problem-actions";
import { ProblemDetails } from "./problem-details";
import { ProblemAdvice, ProblemEvidence, ProblemTitle, useProblemCommand } from "./problem-text";
import { useProblems } from "./problems-page";

/** What to type about it, where typing mends it. */
function Remedy({ problem }: { problem: Problem }) {
  const w = useWords(problemWords);
  const h = useWords(problemHelpWords);
  const command = useProblemCommand(problem);
  if (command === null) return null;
  return (
    <>
      <Command text={command.text} what={w.command} />
      {command.address && <p className="text-muted">{h.password}</p>}
    </>
  );
}

function Found({ problem }: { problem: Problem }) {
  const w = useWords(problemWords);
  const h = useWords(problemHelpWords);
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
        <ProblemDetails problem={problem} />
      </Card>
      <Card className="flex flex-col gap-3">
        <CardHead title={w.whatToDo} />
        <p className="max-w-[80ch]">
          <ProblemAdvice problem={problem} />
        </p>
        <Remedy problem={problem} />
      </Card>
      <Card className="flex flex-col gap-3">
        <CardHead title={h.howKnown} />
        <p className="max-w-[80ch] text-muted">{h.how[problem.evidence.kind]}</p>
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
