"use client";

import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { useOverview } from "@/components/live/provider";
import { streamQuery } from "@/components/streams/queries";
import { Banner } from "@/components/ui/banner";
import { Checkbox } from "@/components/ui/checkbox";
import { Code } from "@/components/ui/code";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { Skeleton } from "@/components/ui/skeleton";
import { entryActionWords } from "@/lib/i18n/words/entry-actions";
import { operationsWords } from "@/lib/i18n/words/operations";
import { Counts, LeftAlone } from "./counts";
import { type EntryChoice, POISON_DELIVERIES } from "./entry-question";
import { Fact, Facts } from "./facts";
import { MinIdle } from "./min-idle";
import type { EntryRun } from "./operation-store";
import { Refusal } from "./refusal";
import { RescueModes } from "./rescue-modes";
import { Scope } from "./scope";
import { operations } from "./store";
import { type EntryPlanRead, useEntryPlan } from "./use-entry-plan";

const PACED_FROM = 2;
const NOTE_MAX = 200;

interface PartProps {
  run: EntryRun;
  read: EntryPlanRead;
}

function choose(run: EntryRun, change: Partial<EntryChoice>): void {
  const { question } = run;
  operations.choose(run.id, { ...question, choice: { ...question.choice, ...change } });
}

function How({ run, read }: PartProps) {
  const w = useWords(entryActionWords);
  const { pick } = run.question;
  const { data: stream } = useQuery(streamQuery(pick.stream));
  // As high as the three ways: nothing below moves when they come.
  if (read.looking)
    return (
      <div role="status" aria-label={w.evidence.loading}>
        <Skeleton className="h-56 w-full" />
      </div>
    );
  return (
    <RescueModes
      pick={pick}
      plan={read.plan}
      detail={read.detail}
      groups={stream?.groups.map(({ group }) => group) ?? null}
      onMode={(mode) => choose(run, { mode })}
      onHeir={(to) => choose(run, { mode: "claim", to })}
    />
  );
}

function Poison({ run, read }: PartProps) {
  const w = useWords(entryActionWords);
  const format = useFormat();
  const id = useId();
  const { withPoison } = run.question.choice;
  const left = read.preview?.skipped.poison ?? 0;
  return (
    <div className="flex items-center gap-2 touch:min-h-11">
      <Checkbox
        id={id}
        checked={withPoison}
        onChange={(event) => choose(run, { withPoison: event.target.checked })}
      />
      <label htmlFor={id}>
        {w.poison(String(POISON_DELIVERIES))}
        {left > 0 && <span className="tabular text-warn"> · {w.poisonLeft(left, format.exact(left))}</span>}
      </label>
    </div>
  );
}

function Note({ run }: { run: EntryRun }) {
  const w = useWords(entryActionWords);
  return (
    <label className="flex flex-col gap-0.5">
      <span className="sr-only">{w.note}</span>
      <input
        type="text"
        maxLength={NOTE_MAX}
        value={run.question.choice.note}
        placeholder={w.noteHint}
        onChange={(event) => choose(run, { note: event.target.value })}
        className="field h-8 w-full px-2 text-13 touch:h-11 touch:text-[16px]"
      />
    </label>
  );
}

/** Where dead letters of this stream go: the server's name for it once it exists. */
function Target({ read, stream }: { read: EntryPlanRead; stream: string }) {
  const known = read.detail?.dead_letters?.stream;
  return <Code>{known === undefined ? `${plainName(stream)}:dlq` : <Name name={known} />}</Code>;
}

/** Everything somebody should know before saying yes to a rescue, an ack or a dead-letter; and what can be chosen. */
export function EntryQuestionView({ run }: { run: EntryRun }) {
  const w = useWords(operationsWords);
  const e = useWords(entryActionWords);
  const { overview } = useOverview();
  const read = useEntryPlan(run);
  const { kind, pick, choice } = run.question;
  const { plan, preview } = read;
  const { action } = plan.asked;
  const target = <Target read={read} stream={pick.stream} />;
  const rescue = kind === "rescue";
  return (
    <div className="flex flex-col gap-3">
      <Facts>
        <Fact term={w.what}>
          <Scope action={plan.asked.action} selector={plan.asked.selector} />
        </Fact>
        <Fact term={w.where}>
          <Code>{overview?.connection.label ?? preview?.connection ?? "–"}</Code>
        </Fact>
        <Fact term={w.howMany}>
          <Counts preview={preview} />
        </Fact>
      </Facts>
      {rescue && <How run={run} read={read} />}
      <Facts>
        <Fact term={e.minIdle}>
          <MinIdle valueMs={choice.minIdleMs} onChange={(minIdleMs) => choose(run, { minIdleMs })} />
          <p className="mt-1 text-12 text-faint">{e.minIdleWhy}</p>
        </Fact>
        {rescue && (
          <Fact term="">
            <Poison run={run} read={read} />
          </Fact>
        )}
        {kind === "dead-letter" && <Fact term={e.target}>{target}</Fact>}
        {kind === "dead-letter" && (
          <Fact term={e.note}>
            <Note run={run} />
          </Fact>
        )}
        {preview !== undefined && Object.keys(preview.skipped).length > 0 && (
          <Fact term={w.left}>
            <LeftAlone skipped={preview.skipped} />
          </Fact>
        )}
        <Fact term={w.happens}>
          <Rich text={e.effect[action]} parts={{ target }} />
          {preview !== undefined && preview.matched >= PACED_FROM && (
            <span className="text-muted"> {e.paced}</span>
          )}
        </Fact>
        <Fact term={w.final}>{e.final[action]}</Fact>
      </Facts>
      {!plan.sound && !read.looking && read.detail !== null && (
        <Banner
          tone="degraded"
          title={
            action === "claim" && plan.to !== null ? (
              <Rich text={e.notSoundClaim} parts={{ consumer: <Name name={plan.to} /> }} />
            ) : (
              e.notSoundRelease
            )
          }
        />
      )}
      {preview !== undefined && !read.counting && preview.eligible === 0 && (
        <Banner tone="unknown" title={preview.matched === 0 ? w.nothing : w.none} />
      )}
      <Refusal run={run} error={read.error} retry={read.retry} />
    </div>
  );
}
