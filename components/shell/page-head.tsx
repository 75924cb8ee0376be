"use client";

import type { ReactNode } from "react";
import { useOverview } from "@/components/live/provider";

/** `(3) Queues · Vigia`: the number of open problems comes first, where a narrow tab still shows it. */
export function PageTitle({ title }: { title: string }) {
  const { overview, stale } = useOverview();
  const count =
    stale !== null ? "(?) " : (overview?.problems_total ?? 0) > 0 ? `(${overview?.problems_total}) ` : "";
  return <title>{`${count}${title} · Vigia`}</title>;
}

export interface PageHeadProps {
  /** Plain text, for the tab. */
  title: string;
  /** What stands as the heading, where it is more than the title. */
  heading?: ReactNode;
  /** Beside the heading, below it on phones, in a quieter voice. `null` = not known yet: its line is kept. */
  hint?: ReactNode;
  /** At the right end: filters, buttons. */
  children?: ReactNode;
}

/** The one `h1` of a page, its tab title, and room for its actions. */
export function PageHead({ title, heading, hint, children }: PageHeadProps) {
  return (
    <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-6 gap-y-2">
      <PageTitle title={title} />
      <div className="flex min-w-0 flex-wrap items-baseline gap-x-3 gap-y-0.5 max-tablet:w-full">
        <h1 className="min-w-0 font-bold text-19 [overflow-wrap:anywhere]">{heading ?? title}</h1>
        {hint !== undefined && (
          <div className="tabular text-muted max-tablet:min-h-[1lh] max-tablet:w-full">{hint}</div>
        )}
      </div>
      {children !== undefined && (
        <div className="flex min-w-0 flex-wrap items-center gap-2 max-tablet:w-full">{children}</div>
      )}
    </div>
  );
}
