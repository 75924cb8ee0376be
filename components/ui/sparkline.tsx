"use client";

import { memo } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { uiWords } from "@/lib/i18n/words/ui";

const WIDTH = 84;
const HEIGHT = 20;
const PAD = 2;

/** One path for all stretches between gaps; a lone point becomes a short dash, so that it can be seen. */
export function sparkPath(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return "";
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  const step = values.length > 1 ? (WIDTH - 2 * PAD) / (values.length - 1) : 0;
  let path = "";
  values.forEach((value, i) => {
    if (value === null) return;
    const x = PAD + i * step;
    // A flat line of zeros lies on the floor, any other flat line in the middle.
    const height = span === 0 ? (value === 0 ? 0 : 0.5) : (value - low) / span;
    const y = HEIGHT - PAD - height * (HEIGHT - 2 * PAD);
    const begins = i === 0 || values[i - 1] === null;
    const alone = begins && (i === values.length - 1 || values[i + 1] === null);
    path += `${begins ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    if (alone) path += `h${Math.max(1, step).toFixed(1)}`;
  });
  return path;
}

export interface SparklineProps {
  /** Oldest first; `null` breaks the line. */
  values: readonly (number | null)[] | undefined;
  /** What is drawn, in words: "waiting in default". */
  label: string;
  /** A CSS colour of the tokens: `var(--accent)`. */
  color?: string;
}

/** A line without axes, stretched to its own lowest and highest; both stand in its title. */
export const Sparkline = memo(function Sparkline({ values, label, color = "var(--accent)" }: SparklineProps) {
  const w = useWords(uiWords);
  const format = useFormat();
  const known = (values ?? []).filter((value) => value !== null);
  const latest = values?.at(-1) ?? null;
  const text =
    known.length === 0
      ? `${label}: ${w.noData}`
      : `${label}: ${w.latest} ${latest === null ? w.noData : format.count(latest)}, ${w.max} ${format.count(Math.max(...known))}`;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={text}
      className="block"
    >
      <title>{text}</title>
      {known.length === 0 ? (
        <path
          d={`M${PAD} ${HEIGHT / 2}H${WIDTH - PAD}`}
          stroke="var(--faint)"
          strokeWidth="1"
          strokeDasharray="2 4"
        />
      ) : (
        <path
          d={sparkPath(values ?? [])}
          fill="none"
          stroke={color}
          strokeWidth="1.4"
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      )}
    </svg>
  );
});
