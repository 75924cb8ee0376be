"use client";

import { clsx } from "clsx";
import { useWords } from "@/components/i18n/provider";
import { uiWords } from "@/lib/i18n/words/ui";

/** A quiet block in the size of what will stand here. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={clsx("block animate-pulse rounded bg-raised", className)} />;
}

/** Rows of a table that is on its way; the height of each is that of the real one. */
export function SkeletonRows({ rows = 8 }: { rows?: number }) {
  const w = useWords(uiWords);
  return (
    <div role="status" aria-label={w.loading} className="px-4 py-1">
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key) => (
        <div key={key} className="flex h-9 items-center gap-6">
          <Skeleton className="h-3 w-1/3" />
          <Skeleton className="h-3 w-1/6" />
          <Skeleton className="ml-auto h-3 w-16" />
          <Skeleton className="h-3 w-12" />
        </div>
      ))}
    </div>
  );
}
