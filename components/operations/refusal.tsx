"use client";

import { useWords } from "@/components/i18n/provider";
import { ApiError } from "@/components/live/api";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { operationsWords } from "@/lib/i18n/words/operations";
import type { Run } from "./operation-store";

/** Why a dry run, or the operation itself, was not made. Nothing was changed then. */
export function Refusal({ run, error, retry }: { run: Run; error: Error | null; retry: () => void }) {
  const w = useWords(operationsWords);
  return (
    <>
      {error !== null && (
        <Banner tone="failing" title={w.previewFailed} action={<Button onClick={retry}>{w.tryAgain}</Button>}>
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
    </>
  );
}
