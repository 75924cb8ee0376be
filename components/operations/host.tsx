"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { OVERVIEW_KEY } from "@/components/live/overview-query";
import { LinkButton } from "@/components/ui/button";
import { Code } from "@/components/ui/code";
import { Name } from "@/components/ui/name";
import { useToast } from "@/components/ui/toast";
import { operationsWords } from "@/lib/i18n/words/operations";
import { OperationDialog } from "./dialog";
import type { Run } from "./operation-store";
import { reasonText, reportText, skippedOf } from "./report-text";
import { operations } from "./store";

/** The one job of a run, or null. */
function onlyJob({ selector }: Run): string | null {
  return !("stream" in selector) && "ids" in selector && selector.ids.length === 1
    ? (selector.ids[0] ?? null)
    : null;
}

/** Says what became of each run and reads again what it may have changed. Not where the dialog says it already. */
function Outcomes() {
  const w = useWords(operationsWords);
  const format = useFormat();
  const toast = useToast();
  const client = useQueryClient();
  useEffect(
    () =>
      operations.onOutcome((run) => {
        void client.invalidateQueries({
          predicate: ({ queryKey: [root] }) => root !== OVERVIEW_KEY[0] && root !== "operations",
        });
        const { operation, phase } = run;
        if (phase === "refused" || phase === "lost") {
          // The dialog, if it is open, shows this itself.
          if (operations.dialog()?.id === run.id) return;
          toast({
            state: "failing",
            text: `${w.refused}: ${run.error?.details?.detail ?? w.progress.lost}`,
            forMs: 15_000,
          });
          return;
        }
        if (operation === null || run.action === "stop") return;
        const id = onlyJob(run);
        const skipped = skippedOf(operation);
        const reason = Object.keys(operation.skipped)[0];
        const see = (
          <LinkButton
            variant="quiet"
            href={id === null ? `/operations/${run.id}` : `/jobs/${encodeURIComponent(id)}`}
          >
            {id === null ? w.toast.report : w.toast.see}
          </LinkButton>
        );
        const job =
          id === null ? null : (
            <Code>
              <Name name={id} />
            </Code>
          );
        if (job !== null && run.action === "retry" && operation.done === 1)
          toast({ state: "ok", text: <Rich text={w.toast.retried} parts={{ job }} />, action: see });
        else if (job !== null && skipped === 1 && reason !== undefined)
          toast({
            state: "degraded",
            text: (
              <>
                {job} {reasonText(w.reason, reason)}
              </>
            ),
            action: see,
            forMs: 12_000,
          });
        else
          toast({
            state:
              operation.state === "failed"
                ? "failing"
                : skipped + operation.unknown + operation.left > 0
                  ? "degraded"
                  : "ok",
            text: reportText(operation, w, format),
            action: see,
          });
      }),
    [client, format, toast, w],
  );
  return null;
}

/** Stands once in the layout: the dialog of actions and the toasts that tell their outcome. */
export function OperationsHost() {
  return (
    <>
      <Outcomes />
      <OperationDialog />
    </>
  );
}
