"use client";

import { clsx } from "clsx";
import { useId } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { useOverview } from "@/components/live/provider";
import { Badge } from "@/components/ui/badge";
import { Banner } from "@/components/ui/banner";
import { Checkbox } from "@/components/ui/checkbox";
import { Code } from "@/components/ui/code";
import type { RepairMode } from "@/lib/api/schemas/operations";
import { operationsWords } from "@/lib/i18n/words/operations";
import { Counts, LeftAlone } from "./counts";
import { Fact, Facts } from "./facts";
import { type MoveChoice, type MoveQuestion, REPAIR_MODES, type RepairQuestion } from "./job-question";
import { MoveTarget } from "./move-target";
import type { ChoiceRun } from "./operation-store";
import { Refusal } from "./refusal";
import { Scope } from "./scope";
import { operations } from "./store";
import { type ChoiceRead, useChoice } from "./use-choice";

const PACED_FROM = 2;

function Front({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  const w = useWords(operationsWords).move;
  const id = useId();
  return (
    <div className="flex items-center gap-2 touch:min-h-11">
      <Checkbox id={id} checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <label htmlFor={id}>{w.front}</label>
    </div>
  );
}

function Where({ run, question, read }: { run: ChoiceRun; question: MoveQuestion; read: ChoiceRead }) {
  const w = useWords(operationsWords).move;
  const choose = (choice: Partial<MoveChoice>) =>
    operations.choose(run.id, { ...question, choice: { ...question.choice, ...choice } });
  return (
    <>
      <Fact term={w.to}>
        <MoveTarget question={question} read={read} onChoose={choose} />
      </Fact>
      <Fact term="">
        <Front checked={question.choice.atFront} onChange={(atFront) => choose({ atFront })} />
      </Fact>
    </>
  );
}

function Modes({ mode, onMode }: { mode: RepairMode; onMode: (mode: RepairMode) => void }) {
  const w = useWords(operationsWords).repair;
  const id = useId();
  return (
    <fieldset className="flex flex-col overflow-hidden rounded-card border border-line">
      <legend className="sr-only">{w.how}</legend>
      {REPAIR_MODES.map((one) => (
        <div
          key={one}
          className={clsx(
            "flex gap-3 border-line border-t px-3 py-2 first:border-t-0",
            one === mode && "bg-raised",
          )}
        >
          <input
            type="radio"
            id={`${id}-${one}`}
            name={id}
            checked={one === mode}
            aria-describedby={`${id}-${one}-why`}
            onChange={() => onMode(one)}
            className="mt-0.5 size-4 flex-none accent-accent touch:mt-3 touch:size-5"
          />
          <div className="min-w-0 flex-1">
            <label
              htmlFor={`${id}-${one}`}
              className="flex flex-wrap items-center gap-2 font-medium touch:min-h-11"
            >
              {w.mode[one]}
              {one === "enqueue" && <Badge tone="accent">{w.recommended}</Badge>}
            </label>
            <div id={`${id}-${one}-why`} className="text-muted">
              {w.why[one]}
            </div>
          </div>
        </div>
      ))}
    </fieldset>
  );
}

function How({ run, question }: { run: ChoiceRun; question: RepairQuestion }) {
  return <Modes mode={question.mode} onMode={(mode) => operations.choose(run.id, { ...question, mode })} />;
}

/** Everything somebody should know before saying yes to a move or a repair; and what can be chosen. */
export function ChoiceView({ run }: { run: ChoiceRun }) {
  const w = useWords(operationsWords);
  const format = useFormat();
  const { overview } = useOverview();
  const read = useChoice(run);
  const { question } = run;
  const preview = read.lack === null ? read.preview : undefined;
  const uncounted = read.lack !== null;
  return (
    <div className="flex flex-col gap-3">
      <Facts>
        <Fact term={w.what}>
          <Scope action={question.kind} selector={question.selector} />
        </Fact>
        <Fact term={w.where}>
          <Code>{overview?.connection.label ?? preview?.connection ?? "–"}</Code>
        </Fact>
        <Fact term={w.howMany}>
          {uncounted ? w.matched(run.count, format.count(run.count)) : <Counts preview={preview} />}
        </Fact>
        {question.kind === "move" && <Where run={run} question={question} read={read} />}
      </Facts>
      {question.kind === "repair" && <How run={run} question={question} />}
      <Facts>
        {preview !== undefined && Object.keys(preview.skipped).length > 0 && (
          <Fact term={w.left}>
            <LeftAlone skipped={preview.skipped} />
          </Fact>
        )}
        {question.kind === "move" && (
          <Fact term={w.happens}>
            {w.effect.move}
            {preview !== undefined && preview.matched >= PACED_FROM && (
              <span className="text-muted"> {w.paced}</span>
            )}
          </Fact>
        )}
        <Fact term={w.final}>{w.irreversible[question.kind]}</Fact>
      </Facts>
      {question.kind === "repair" && question.mode === "enqueue" && (
        <Banner tone="degraded" title={w.repair.twice} />
      )}
      {preview !== undefined && preview.dependents > 0 && (
        <Banner tone="degraded" title={w.dependents(preview.dependents, format.count(preview.dependents))} />
      )}
      {preview !== undefined && !read.counting && preview.eligible === 0 && (
        <Banner tone="unknown" title={preview.matched === 0 ? w.nothing : w.none} />
      )}
      <Refusal run={run} error={read.error} retry={read.retry} />
    </div>
  );
}
