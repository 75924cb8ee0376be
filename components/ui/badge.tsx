import { clsx } from "clsx";
import type { ReactNode } from "react";

export type BadgeTone = "plain" | "crit" | "warn" | "accent";

const TONES: Record<BadgeTone, string> = {
  plain: "bg-raised text-muted",
  crit: "bg-[color-mix(in_srgb,var(--crit)_12%,var(--panel))] text-crit",
  warn: "bg-[color-mix(in_srgb,var(--warn)_12%,var(--panel))] text-warn",
  accent: "bg-[color-mix(in_srgb,var(--accent)_12%,var(--panel))] text-accent",
};

/** A small count or word in a pill. */
export function Badge({
  children,
  tone = "plain",
  title,
}: {
  children: ReactNode;
  tone?: BadgeTone;
  title?: string;
}) {
  return (
    <span
      title={title}
      className={clsx(
        "tabular inline-block rounded-full px-1.5 font-bold text-12 leading-[18px]",
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}
