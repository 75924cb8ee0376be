"use client";

import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Button, type ButtonVariant } from "@/components/ui/button";
import { plainName } from "@/components/ui/name-text";
import type { ActionName, Selector } from "@/lib/api/schemas/operations";
import { actionButtonWords } from "@/lib/i18n/words/action-buttons";
import { isUnderWay, type Wish, wishKey } from "./operation-store";
import { operations, useRunOf } from "./store";
import { useWriteOff } from "./use-write-off";

export interface ActionButtonProps {
  action: ActionName;
  selector: Selector;
  /** How many the page believes there are; the dialog counts for itself. */
  count: number;
  /** `count` is a lower bound. */
  atLeast?: boolean;
  /** Replaces the button's own words, e.g. `Retry all 134…`. */
  label?: ReactNode;
  variant?: ButtonVariant;
  /** Why this one cannot be done now. */
  off?: string | null;
  className?: string;
}

/** Taking one failed job back into its queue can be repeated and harms nobody by itself: no question asked. */
function goesAtOnce(action: ActionName, selector: Selector): boolean {
  return action === "retry" && "ids" in selector && selector.ids.length === 1;
}

/**
 * The one way to change jobs: verb, object and count on the button, then the dialog of `OperationsHost`
 * (or no question at all for a retry of one). Off, with its reason, while nothing may be changed.
 */
export function ActionButton({
  action,
  selector,
  count,
  atLeast = false,
  label,
  variant = "secondary",
  off = null,
  className,
}: ActionButtonProps) {
  const w = useWords(actionButtonWords);
  const format = useFormat();
  const writeOff = useWriteOff();
  const wish: Wish = { action, selector, count };
  const run = useRunOf(wishKey(wish));
  const only = "ids" in selector && selector.ids.length === 1 ? selector.ids[0] : undefined;
  const number = `${atLeast ? "≥ " : ""}${format.count(count)}`;
  const busy = isUnderWay(run);
  const atOnce = goesAtOnce(action, selector);
  const name = only === undefined ? undefined : w.oneNamed[action](plainName(only));
  return (
    <Button
      variant={variant === "secondary" && action !== "retry" ? "danger" : variant}
      // A dialog can be opened again to see how far it is; a retry of one has none.
      busy={busy && atOnce}
      off={writeOff ?? off ?? (count === 0 ? w.off.nothing : null)}
      aria-label={label === undefined ? name : undefined}
      title={name}
      className={className}
      onClick={() => (atOnce ? operations.startNow(wish) : operations.ask(wish))}
    >
      {label ?? (only === undefined ? w.many[action](number) : w.one[action])}
    </Button>
  );
}
