"use client";

import { useFormat, useWords } from "@/components/i18n/provider";
import { Button } from "@/components/ui/button";
import { operationsWords } from "@/lib/i18n/words/operations";
import type { MoveLack } from "./job-question";
import type { ChoiceRun } from "./operation-store";
import { operations } from "./store";
import { useChoice } from "./use-choice";
import { useWriteOff } from "./use-write-off";

/** Yes and no to a move or a repair. A move to where nobody listens, or a failure, is never the primary button. */
export function ChoiceConfirm({ run }: { run: ChoiceRun }) {
  const w = useWords(operationsWords);
  const format = useFormat();
  const writeOff = useWriteOff();
  const { lack, preview, counting, error } = useChoice(run);
  const { question } = run;
  const lacks: Readonly<Record<MoveLack, string>> = {
    target: w.move.chooseFirst,
    same: w.move.sameQueue,
    reserved: w.move.reserved,
    confirmation: w.move.confirmFirst,
  };
  const count = (lack === null ? preview?.eligible : undefined) ?? run.count;
  const off =
    writeOff ??
    (lack !== null
      ? lacks[lack]
      : error !== null
        ? w.previewFailed
        : !counting && preview?.eligible === 0
          ? w.none
          : null);
  const sound =
    question.kind === "repair"
      ? question.mode === "enqueue"
      : lack !== null || preview?.target?.listeners !== 0;
  const text = format.count(count);
  return (
    <>
      <Button onClick={operations.closeDialog}>{w.keep}</Button>
      <Button
        variant={sound ? "primary" : "danger"}
        busy={lack === null && counting}
        off={off}
        onClick={() => operations.confirm(run.id)}
      >
        {question.kind === "repair"
          ? w.repair.confirm[question.mode](count, text)
          : w.confirm.move(count, text)}
      </Button>
    </>
  );
}
