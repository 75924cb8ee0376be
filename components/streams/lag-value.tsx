"use client";

import { clsx } from "clsx";
import { useFormat, useWords } from "@/components/i18n/provider";
import type { Lag } from "@/lib/api/schemas/streams";
import type { Format } from "@/lib/i18n/format";
import { streamsWords } from "@/lib/i18n/words/streams";

type StreamsText = (typeof streamsWords)["en"];

/** A lag as it stands in a cell: exact, `≈`, `≥`, its bounds, or `?`. Pure. */
export function lagText(lag: Lag, format: Format): string {
  const { value, low, high } = lag;
  if (value !== null) {
    const mark = lag.quality === "estimated" ? "≈\u202f" : lag.quality === "at_least" ? "≥\u202f" : "";
    return mark + format.count(value);
  }
  if (low !== null && high !== null) return `${format.count(low)}–${format.count(high)}`;
  if (high !== null) return `≤\u202f${format.count(high)}`;
  return low !== null && low > 0 ? `≥\u202f${format.count(low)}` : "?";
}

/** Why a lag is not exact, with all digits of what is known; `undefined` for an exact one. Pure. */
export function lagWhy(lag: Lag, w: StreamsText, format: Format): string | undefined {
  if (lag.value !== null && lag.quality === "exact" && lag.reason === null) return undefined;
  const known =
    lag.value !== null
      ? w.estimated
      : lag.low !== null && lag.high !== null
        ? w.lagAbout(format.exact(lag.low), format.exact(lag.high))
        : lag.low !== null && lag.low > 0
          ? w.lagAtLeast(format.exact(lag.low))
          : w.lagUnknown;
  return lag.reason === null ? known : `${known}: ${w.lagReason[lag.reason]}`;
}

/** How much a group was not given yet; what is not exact says why on hover and to screen readers. */
export function LagValue({ lag }: { lag: Lag }) {
  const w = useWords(streamsWords);
  const format = useFormat();
  const why = lagWhy(lag, w, format);
  return (
    <span
      title={why ?? (lag.value === null ? undefined : format.exact(lag.value))}
      className={clsx((lag.value === null || lag.value === 0) && "text-faint")}
    >
      {lagText(lag, format)}
      {why !== undefined && <span className="sr-only"> ({why})</span>}
    </span>
  );
}
