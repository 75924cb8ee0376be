"use client";

import { useFormat, useWords } from "@/components/i18n/provider";
import { Button } from "@/components/ui/button";
import { entryActionWords } from "@/lib/i18n/words/entry-actions";
import { operationsWords } from "@/lib/i18n/words/operations";
import type { EntryRun } from "./operation-store";
import { operations } from "./store";
import { useEntryPlan } from "./use-entry-plan";
import { useWriteOff } from "./use-write-off";

/** Yes and no to a question about pending entries. A rescue that nothing speaks for is never the primary button. */
export function EntryConfirm({ run }: { run: EntryRun }) {
  const w = useWords(operationsWords);
  const e = useWords(entryActionWords);
  const format = useFormat();
  const writeOff = useWriteOff();
  const { plan, preview, counting, looking, error } = useEntryPlan(run);
  const { kind } = run.question;
  const count = preview?.eligible ?? run.count;
  const off =
    writeOff ??
    (error !== null
      ? w.previewFailed
      : !counting && preview?.eligible === 0
        ? w.none
        : plan.asked.action === "claim" && plan.to === null
          ? e.evidence.noHeir
          : null);
  return (
    <>
      <Button onClick={operations.closeDialog}>
        {kind === "rescue" ? (run.count === 1 ? e.leaveOne : e.leave) : w.keep}
      </Button>
      <Button
        variant={kind === "rescue" && plan.sound ? "primary" : "danger"}
        busy={looking || counting}
        off={off}
        onClick={() => operations.confirm(run.id, plan.asked)}
      >
        {e.confirm[kind](format.count(count))}
      </Button>
    </>
  );
}
