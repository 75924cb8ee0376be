"use client";

import dynamic from "next/dynamic";
import Link from "next/link";
import { useWords } from "@/components/i18n/provider";
import { useOverview } from "@/components/live/provider";
import { ProblemList } from "@/components/problems/problem-list";
import { neverRead } from "@/components/shell/stale-banner";
import { Card } from "@/components/ui/card";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useRestingRows } from "@/components/ui/use-hand-rests";
import type { Overview } from "@/lib/api/schemas/overview";
import type { Problem } from "@/lib/api/schemas/problems";
import { overviewWords } from "@/lib/i18n/words/overview";
import { BacklogTable } from "./backlog-table";
import { Charts } from "./charts";
import { Figures } from "./figures";
import { Verdict } from "./verdict";

/** Seldom shown, so not loaded with the rest. */
const NothingFound = dynamic(() => import("./nothing-found").then((module) => module.NothingFound));

/** As many as an operator takes in at a glance; the rest is one click away. */
const PROBLEMS_SHOWN = 5;

/** What the banner above the page says already. */
function isAboutFigures({ evidence }: Problem): boolean {
  return evidence.kind === "redis-unreachable" || evidence.kind === "data-stale";
}

const keyOf = (problem: Problem) => problem.id;

function Problems({ overview, known }: { overview: Overview; known: boolean }) {
  const w = useWords(overviewWords);
  const told = known ? [] : overview.problems.filter(isAboutFigures);
  const untold = overview.problems.filter((problem) => !told.includes(problem)).slice(0, PROBLEMS_SHOWN);
  const shown = useRestingRows(untold, keyOf);
  const more = overview.problems_total - told.length - untold.length;
  if (shown.length === 0) return null;
  return (
    <div className="flex flex-col gap-2">
      <ProblemList problems={shown} label={w.problems} known={known} />
      {more > 0 && (
        <Link href="/problems" prefetch={false} className="self-start px-4 text-accent hover:underline">
          {w.moreProblems(more)}
        </Link>
      )}
    </div>
  );
}

/** The first screen: a verdict, then what is behind it. */
export function OverviewPage() {
  const { overview, stale } = useOverview();
  const known = stale === null;
  return (
    <>
      <Verdict />
      {overview === null || overview.verdict.unknown === "starting" ? (
        <Card flush>
          <SkeletonRows rows={10} />
        </Card>
      ) : neverRead(overview) ? null : overview.nothing_found !== null ? (
        <NothingFound
          found={overview.nothing_found}
          label={overview.connection.label}
          discovery={overview.discovery}
        />
      ) : (
        <>
          <Problems overview={overview} known={known} />
          <Figures overview={overview} known={known} />
          <Charts />
          <BacklogTable overview={overview} known={known} />
        </>
      )}
    </>
  );
}
