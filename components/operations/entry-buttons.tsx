"use client";

import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Button, type ButtonVariant } from "@/components/ui/button";
import { actionButtonWords } from "@/lib/i18n/words/action-buttons";
import { type EntryPick, type EntryQuestion, newQuestion } from "./entry-question";
import { operations } from "./store";
import { useWriteOff } from "./use-write-off";

export interface EntryButtonProps extends EntryPick {
  /** How many the page believes there are; the dialog counts for itself. */
  count: number;
  /** `count` is a lower bound. */
  atLeast?: boolean;
  /** Replaces the button's own words. */
  label?: ReactNode;
  variant?: ButtonVariant;
  className?: string;
}

function EntryButton({
  kind,
  stream,
  group,
  consumer,
  ids,
  minDeliveries,
  count,
  atLeast = false,
  label,
  variant = "secondary",
  className,
}: EntryButtonProps & { kind: EntryQuestion["kind"] }) {
  const { entry: w, off } = useWords(actionButtonWords);
  const format = useFormat();
  const writeOff = useWriteOff();
  const only = ids?.length === 1 ? ids[0] : undefined;
  const name = only === undefined ? undefined : w.named[kind](only);
  const number = `${atLeast ? "≥ " : ""}${format.count(count)}`;
  const pick = { stream, group, consumer, ids, minDeliveries };
  return (
    <Button
      variant={variant}
      off={writeOff ?? (count === 0 ? off.nothing : null)}
      aria-label={label === undefined ? name : undefined}
      title={name}
      className={className}
      onClick={() => operations.askEntries(newQuestion(kind, pick), count)}
    >
      {label ?? (only === undefined ? w.button[kind](number) : w.button[`${kind}One`])}
    </Button>
  );
}

/** Brings pending entries back to work: of a consumer, a selection, or one. Opens the dialog with the ways to do it. */
export function RescueButton(props: EntryButtonProps) {
  return <EntryButton kind="rescue" {...props} />;
}

/** Marks pending entries as done for their group without processing them. Opens the dialog that says what it means. */
export function AckButton(props: EntryButtonProps) {
  return <EntryButton kind="ack" {...props} />;
}

/** Moves pending entries to the dead letters of their stream. Opens the dialog. */
export function DeadLetterButton(props: EntryButtonProps) {
  return <EntryButton kind="dead-letter" {...props} />;
}
