"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Button, LinkButton } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { plainName } from "@/components/ui/name-text";
import { Progress } from "@/components/ui/progress";
import { entryActionWords } from "@/lib/i18n/words/entry-actions";
import { operationsWords } from "@/lib/i18n/words/operations";
import { uiWords } from "@/lib/i18n/words/ui";
import { ChoiceConfirm } from "./choice-confirm";
import { ChoiceView } from "./choice-view";
import { EntryConfirm } from "./entry-confirm";
import { EntryQuestionView } from "./entry-question-view";
import {
  type ChoiceRun,
  type EntryRun,
  isAboutEntries,
  isUnderWay,
  type JobRun,
  type Run,
} from "./operation-store";
import { OperationView } from "./operation-view";
import { previewQuery } from "./queries";
import { Question } from "./question";
import { skippedOf, stopOutcome } from "./report-text";
import { operations, useDialogRun } from "./store";
import { useWriteOff } from "./use-write-off";

function Confirm({ run }: { run: JobRun }) {
  const w = useWords(operationsWords);
  const format = useFormat();
  const writeOff = useWriteOff();
  const { data: preview, isFetching, error } = useQuery(previewQuery(run.id, run));
  const count = preview?.eligible ?? run.count;
  const nothing = preview !== undefined && preview.eligible === 0;
  return (
    <>
      <Button onClick={operations.closeDialog}>{w.keep}</Button>
      <Button
        variant={run.action === "retry" ? "primary" : "danger"}
        busy={isFetching && preview === undefined}
        off={writeOff ?? (nothing ? w.none : error === null ? null : w.previewFailed)}
        onClick={() => operations.confirm(run.id)}
      >
        {w.confirm[run.action](count, format.count(count))}
      </Button>
    </>
  );
}

function UnderWay({ run }: { run: Run }) {
  const w = useWords(operationsWords);
  if (run.operation !== null)
    return (
      <>
        <OperationView operation={run.operation} />
        {run.phase === "checking" && <p className="mt-3 text-warn">{w.progress.unreachable}</p>}
      </>
    );
  return (
    <div className="flex flex-col gap-3">
      <Progress label={w.progress.starting} value={null} />
      <p className={run.phase === "checking" ? "text-warn" : "text-muted"}>
        {run.phase === "checking"
          ? w.progress.checking
          : run.action === "stop"
            ? w.progress.waitingWorker
            : w.progress.starting}
      </p>
    </div>
  );
}

function UnderWayFoot({ run }: { run: Run }) {
  const w = useWords(operationsWords);
  const ui = useWords(uiWords);
  const many = run.operation !== null && run.operation.matched > 1;
  const going = isUnderWay(run);
  return (
    <>
      {going && many && <p className="mr-auto basis-40 grow text-12 text-faint">{w.progress.background}</p>}
      {run.operation !== null && (
        <LinkButton href={`/operations/${run.id}`} onClick={operations.closeDialog}>
          {going ? w.progress.open : w.toast.report}
        </LinkButton>
      )}
      {going && many && (
        <Button
          variant="danger"
          busy={run.operation?.state === "stopping"}
          onClick={() => operations.stop(run.id)}
        >
          {w.progress.stop}
        </Button>
      )}
      {!going && (
        <Button variant="primary" onClick={operations.closeDialog}>
          {ui.close}
        </Button>
      )}
    </>
  );
}

const asksOfEntries = (run: Run): run is EntryRun => isAboutEntries(run);
const asksOfJobs = (run: Run): run is ChoiceRun => run.question !== null && !isAboutEntries(run);

/** What the dialog is about, as a question or as what is being done. */
function useTitle(): (run: Run, asks: boolean) => string {
  const w = useWords(operationsWords);
  const e = useWords(entryActionWords).title;
  const format = useFormat();
  return (run, asks) => {
    const n = run.operation?.matched || run.count;
    const text = format.count(n);
    if (!asks) return w.confirm[run.action](n, text);
    if (!asksOfEntries(run)) return w.dialog[run.action](n, text);
    const { kind, pick } = run.question;
    return kind === "rescue" && pick.consumer !== undefined
      ? e.rescueOf(n, text, plainName(pick.consumer))
      : e[kind](n, text);
  };
}

function Ask({ run }: { run: Run }) {
  if (asksOfEntries(run)) return <EntryQuestionView run={run} />;
  return asksOfJobs(run) ? <ChoiceView run={run} /> : <Question run={run} />;
}

function AskFoot({ run }: { run: Run }) {
  if (asksOfEntries(run)) return <EntryConfirm run={run} />;
  return asksOfJobs(run) ? <ChoiceConfirm run={run} /> : <Confirm run={run} />;
}

/** What is chosen in these changes the dialog's height. */
const TALL: ReadonlySet<string> = new Set(["rescue", "move", "repair"]);

/** Asks, then shows progress, then the report. One for the whole page, see `OperationsHost`. */
export function OperationDialog() {
  const title = useTitle();
  const run = useDialogRun();
  const asks = run !== null && (run.phase === "asked" || run.phase === "refused" || run.phase === "lost");

  // A clean end needs no further click: the toast says it. A stop's outcome is worth reading.
  const clean =
    run?.operation !== null &&
    run?.operation !== undefined &&
    run.phase === "ended" &&
    run.operation.state === "done" &&
    run.operation.done > 0 &&
    skippedOf(run.operation) === 0 &&
    run.operation.unknown === 0 &&
    !run.operation.truncated &&
    stopOutcome(run.operation) === null;
  useEffect(() => {
    if (clean) operations.closeDialog();
  }, [clean]);

  return (
    <Dialog
      open={run !== null}
      onClose={operations.closeDialog}
      title={run === null ? "" : title(run, asks)}
      wide={run !== null && TALL.has(run.question?.kind ?? "")}
      footer={run === null ? undefined : asks ? <AskFoot run={run} /> : <UnderWayFoot run={run} />}
    >
      {run !== null && (asks ? <Ask run={run} /> : <UnderWay run={run} />)}
    </Dialog>
  );
}
