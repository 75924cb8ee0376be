"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormat, useWords } from "@/components/i18n/provider";
import { useOverview } from "@/components/live/provider";
import { Banner } from "@/components/ui/banner";
import { Code } from "@/components/ui/code";
import { operationsWords } from "@/lib/i18n/words/operations";
import { Counts, LeftAlone } from "./counts";
import { Fact, Facts } from "./facts";
import type { JobRun } from "./operation-store";
import { previewQuery } from "./queries";
import { Refusal } from "./refusal";
import { Scope } from "./scope";

const PACED_FROM = 2;

/** Everything somebody should know before saying yes: object, connection, count, what happens, what cannot be undone. */
export function Question({ run }: { run: JobRun }) {
  const w = useWords(operationsWords);
  const format = useFormat();
  const { overview } = useOverview();
  const { data: preview, error, refetch } = useQuery(previewQuery(run.id, run));
  const skips = preview === undefined ? 0 : Object.keys(preview.skipped).length;
  return (
    <div className="flex flex-col gap-3">
      <Facts>
        <Fact term={w.what}>
          <Scope action={run.action} selector={run.selector} />
        </Fact>
        <Fact term={w.where}>
          <Code>{overview?.connection.label ?? preview?.connection ?? "–"}</Code>
        </Fact>
        <Fact term={w.howMany}>
          <Counts preview={preview} />
        </Fact>
        {skips > 0 && preview !== undefined && (
          <Fact term={w.left}>
            <LeftAlone skipped={preview.skipped} />
          </Fact>
        )}
        <Fact term={w.happens}>
          {w.effect[run.action]}
          {preview !== undefined && preview.matched >= PACED_FROM && (
            <span className="text-muted"> {w.paced}</span>
          )}
        </Fact>
        <Fact term={w.final}>{w.irreversible[run.action]}</Fact>
      </Facts>
      {preview !== undefined && preview.dependents > 0 && (
        <Banner tone="degraded" title={w.dependents(preview.dependents, format.count(preview.dependents))} />
      )}
      {preview !== undefined && preview.eligible === 0 && (
        <Banner tone="unknown" title={preview.matched === 0 ? w.nothing : w.none} />
      )}
      <Refusal run={run} error={error} retry={() => void refetch()} />
    </div>
  );
}
