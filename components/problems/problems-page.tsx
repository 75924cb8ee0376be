"use client";

import { useQuery } from "@tanstack/react-query";
import { useWords } from "@/components/i18n/provider";
import { useLiveInterval, useOverview } from "@/components/live/provider";
import { problemsQuery } from "@/components/live/queries";
import { PageHead } from "@/components/shell/page-head";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { Problem } from "@/lib/api/schemas/problems";
import { problemWords } from "@/lib/i18n/words/problems";
import { ProblemList } from "./problem-list";

const EVERY_MS = 5_000;

/**
 * All open problems: those that came with the overview at once, the rest as soon as they are read. `null` = not
 * known yet.
 */
export function useProblems(): readonly Problem[] | null {
  const { overview } = useOverview();
  const complete = overview !== null && overview.problems.length === overview.problems_total;
  const refetchInterval = useLiveInterval(EVERY_MS);
  const { data } = useQuery({ ...problemsQuery, enabled: overview !== null && !complete, refetchInterval });
  if (overview === null || overview.verdict.unknown === "starting") return null;
  return complete ? overview.problems : (data?.items ?? overview.problems);
}

/** Everything that is wrong now, worst first. */
export function ProblemsPage() {
  const w = useWords(problemWords);
  const { overview, stale } = useOverview();
  const problems = useProblems();
  const known = stale === null;
  const hint =
    problems !== null && problems.length > 0 ? w.open(overview?.problems_total ?? problems.length) : null;
  return (
    <>
      <PageHead title={w.title} hint={hint} />
      {problems === null ? (
        <Card flush>
          <SkeletonRows rows={3} />
        </Card>
      ) : problems.length === 0 ? (
        <Card>
          {known ? (
            <Empty title={w.noneTitle}>
              {w.noneText(overview?.totals.queues ?? 0, overview?.totals.groups ?? 0)}
            </Empty>
          ) : (
            <Empty title={w.unknownTitle} />
          )}
        </Card>
      ) : (
        <ProblemList problems={problems} label={w.title} known={known} />
      )}
    </>
  );
}
