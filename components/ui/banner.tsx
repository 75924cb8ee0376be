import { clsx } from "clsx";
import type { ReactNode } from "react";
import { StateMark } from "./state-mark";

export type BannerTone = "failing" | "degraded" | "unknown";

const EDGES: Record<BannerTone, string> = {
  failing: "border-l-crit",
  degraded: "border-l-warn",
  unknown: "border-l-muted",
};

export interface BannerProps {
  tone: BannerTone;
  title: ReactNode;
  /** What it means and what to try. */
  children?: ReactNode;
  action?: ReactNode;
}

/** Something that the whole page or panel must be read with: an error, old data. Announced to screen readers. */
export function Banner({ tone, title, children, action }: BannerProps) {
  return (
    <div
      role="status"
      className={clsx(
        "flex flex-wrap items-center gap-x-4 gap-y-2 rounded-card border border-line border-l-4 bg-panel px-4 py-2.5",
        EDGES[tone],
      )}
    >
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex items-baseline gap-2 font-medium">
          <StateMark state={tone} compact className="relative top-px" />
          <span>{title}</span>
        </p>
        {children !== undefined && <div className="text-muted">{children}</div>}
      </div>
      {action}
    </div>
  );
}
