"use client";

import { clsx } from "clsx";
import { useWords } from "@/components/i18n/provider";
import { uiWords } from "@/lib/i18n/words/ui";

export type State = "ok" | "degraded" | "failing" | "paused" | "unknown";

export const STATE_TEXT: Readonly<Record<State, string>> = {
  ok: "text-ok",
  degraded: "text-warn",
  failing: "text-crit",
  paused: "text-paused",
  unknown: "text-muted",
};

/** Drawn, not typed: fonts and phones would replace the characters by emoji. */
function Shape({ state }: { state: State }) {
  switch (state) {
    case "ok":
      return <circle cx="6" cy="6" r="3.6" fill="currentColor" />;
    case "degraded":
      return <path d="M6 1.8 10.9 10H1.1Z" fill="currentColor" />;
    case "failing":
      return (
        <path
          d="m2.6 2.6 6.8 6.8m0-6.8-6.8 6.8"
          stroke="currentColor"
          strokeWidth="2.2"
          strokeLinecap="round"
        />
      );
    case "paused":
      return <path d="M4 2.4v7.2M8 2.4v7.2" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />;
    case "unknown":
      return (
        <path
          d="M3.9 4.1a2.1 2.1 0 1 1 3.2 1.9c-.7.4-1.1.8-1.1 1.5M6 9.9v.1"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinecap="round"
          fill="none"
        />
      );
  }
}

export interface StateMarkProps {
  state: State;
  /** Replaces the state's own word: "dead", "late". */
  word?: string | undefined;
  /** Glyph only; the word stays for screen readers and on hover. */
  compact?: boolean;
  className?: string;
}

/** A state as glyph, word and colour together: never colour alone. */
export function StateMark({ state, word, compact = false, className }: StateMarkProps) {
  const words = useWords(uiWords);
  const text = word ?? words.state[state];
  return (
    <span
      className={clsx("inline-flex items-center gap-1.5", STATE_TEXT[state], className)}
      title={compact ? text : undefined}
    >
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <Shape state={state} />
      </svg>
      <span className={clsx(compact && "sr-only")}>{text}</span>
    </span>
  );
}
