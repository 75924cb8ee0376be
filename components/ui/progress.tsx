import { clsx } from "clsx";

export interface ProgressProps {
  label: string;
  /** 0 to 1; null = how much there is to do is not known yet. */
  value: number | null;
  tone?: "accent" | "ok" | "crit";
}

const FILLS = { accent: "bg-accent", ok: "bg-ok", crit: "bg-crit" } as const;

export function Progress({ label, value, tone = "accent" }: ProgressProps) {
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      className={clsx("h-1.5 overflow-hidden rounded-full bg-raised", percent === null && "hatched")}
    >
      <div
        className={clsx("h-full origin-left rounded-full transition-transform duration-150", FILLS[tone])}
        style={{ transform: `scaleX(${(percent ?? 0) / 100})` }}
      />
    </div>
  );
}
