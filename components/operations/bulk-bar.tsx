"use client";

import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Button } from "@/components/ui/button";
import { queueWords } from "@/lib/i18n/words/queue";

const SELECTED_MAX = 1_000;

export interface BulkBarProps {
  selected: ReadonlySet<string>;
  onClear: () => void;
  /** The buttons: given what an operation may name at most, and its number as it is written. */
  children: (ids: readonly string[], count: string) => ReactNode;
}

/** What can be done with the chosen rows; stands over the page's end so that no row moves when it appears. */
export function BulkBar({ selected, onClear, children }: BulkBarProps) {
  const q = useWords(queueWords);
  const format = useFormat();
  if (selected.size === 0) return null;
  const ids = [...selected].slice(0, SELECTED_MAX);
  const text = format.count(ids.length);
  return (
    <div
      role="toolbar"
      aria-label={q.selected(text)}
      className="sticky bottom-[calc(64px+env(safe-area-inset-bottom))] z-20 mx-auto mt-3 flex w-fit max-w-full flex-wrap items-center gap-2 rounded-card border border-line bg-raised px-3 py-2 tablet:bottom-4"
    >
      <span className="tabular mr-2 font-medium">{q.selected(text)}</span>
      {children(ids, text)}
      <Button
        variant="quiet"
        aria-label={q.clearSelection}
        icon={<X size={14} aria-hidden="true" />}
        onClick={onClear}
      />
    </div>
  );
}
