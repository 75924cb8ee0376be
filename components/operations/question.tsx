"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormat, useWords } from "@/components/i18n/provider";
import { ApiError } from "@/components/live/api";
import { useOverview } from "@/components/live/provider";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Code } from "@/components/ui/code";
import type { OperationPreview } from "@/lib/api/schemas/operations";
import { operationsWords } from "@/lib/i18n/words/operations";
import { Fact, Facts } from "./facts";
import type { Run } from "./operation-store";
import { previewQuery } from "./queries";
import { reasonText } from "./report-text";
import { Scope } from "./scope";

const PACED_FROM = 2;

function Counts({ preview }: { preview: OperationPreview | undefined }) {
  const w = useWords(operationsWords);
  const format = useFormat();
  if (preview === undefined) return <span className="text-muted">{w.counting}</span>;
  const atLeast = preview.at_least ? "≥ " : "";
  const partly = preview.inspected < preview.matched;
  return (
    <span className="tabular">
      <span className="font-medium">
        {w.eligible(
          `${partly ? "≤ " : ""}${format.exact(preview.eligible)}`,
          `${atLeast}${format.exact(preview.matched)}`,
        )}
      </span>
      {partly && <span className="text-faint"> · {w.inspected(format.exact(preview.inspected))}</span>}
    </span>
  );
}

function LeftAlone({ skipped }: { skipped: OperationPreview["skipped"] }) {
  const w = useWords(operationsWords);
  const format = useFormat();
  return (
    <ul>
      {Object.entries(skipped).map(([reason, n]) => (
        <li key={reason} className="tabular">
          <span className="font-medium">{format.exact(n)}</span> {reasonText(w.reason, reason)}
        </li>
      ))}
    </ul>
  );
}

/** Everything somebody should know before saying yes: object, connection, count, what happens, what cannot be undone. */
export function Question({ run }: { run: Run }) {
  const w = useWords(operationsWords);
  const format = useFormat();
  const { overview } = useOverview();
  const { data: preview, error, refetch } = useQuery(previewQuery(run));
  const skips = preview === undefined ? 0 : Object.keys(preview.skipped).length;
  return (
    <div className="flex flex-col gap-3">
      <Facts>
        <Fact term={w.what}>
          <Scope selector={run.selector} />
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
      {error !== null && (
        <Banner
          tone="failing"
          title={w.previewFailed}
          action={<Button onClick={() => void refetch()}>{w.tryAgain}</Button>}
        >
          {error instanceof ApiError && error.details !== null ? error.details.detail : w.problem.network}
        </Banner>
      )}
      {run.phase === "refused" && run.error !== null && (
        <Banner tone="failing" title={w.refused}>
          {run.error.details?.detail ?? run.error.message}
        </Banner>
      )}
      {run.phase === "lost" && (
        <Banner tone="degraded" title={w.refused}>
          {run.error?.details?.detail ?? w.progress.lost}
        </Banner>
      )}
    </div>
  );
}
