"use client";

import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Button, type ButtonVariant } from "@/components/ui/button";
import { plainName } from "@/components/ui/name-text";
import type { Selector } from "@/lib/api/schemas/operations";
import { actionButtonWords } from "@/lib/i18n/words/action-buttons";
import { type JobQuestion, newMove, newRepair } from "./job-question";
import { operations } from "./store";
import { useWriteOff } from "./use-write-off";

export interface JobButtonProps {
  selector: Selector;
  /** How many the page believes there are; the dialog counts for itself. */
  count: number;
  /** Replaces the button's own words. */
  label?: ReactNode;
  variant?: ButtonVariant;
  /** Why this one cannot be done now. */
  off?: string | null;
}

function JobButton({
  question,
  selector,
  count,
  label,
  variant = "secondary",
  off = null,
}: JobButtonProps & { question: JobQuestion }) {
  const w = useWords(actionButtonWords);
  const format = useFormat();
  const writeOff = useWriteOff();
  const { kind } = question;
  const only = "ids" in selector && selector.ids.length === 1 ? selector.ids[0] : undefined;
  const name = only === undefined ? undefined : w.oneNamed[kind](plainName(only));
  return (
    <Button
      variant={variant}
      off={writeOff ?? off ?? (count === 0 ? w.off.nothing : null)}
      aria-label={label === undefined ? name : undefined}
      title={name}
      onClick={() => operations.askJobs(question, count)}
    >
      {label ?? (only === undefined ? w.many[kind](format.count(count)) : w.one[kind])}
    </Button>
  );
}

/** Moves waiting jobs to another queue: one, a selection, or all of a queue. Opens the dialog that asks where to. */
export function MoveButton({
  from = null,
  similar = null,
  ...props
}: JobButtonProps & {
  /** The queue that they are in. */
  from?: string | null;
  /** A queue that was probably meant: chosen beforehand. */
  similar?: string | null;
}) {
  return <JobButton question={newMove({ selector: props.selector, from, similar })} {...props} />;
}

/** Repairs started jobs whose worker is gone. Opens the dialog with the two ways to do it. */
export function RepairButton(props: JobButtonProps) {
  return <JobButton question={newRepair(props.selector)} {...props} />;
}
