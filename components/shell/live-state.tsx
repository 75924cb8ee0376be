"use client";

import { clsx } from "clsx";
import { Snowflake } from "lucide-react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { useFreeze, useLink, useOverview } from "@/components/live/provider";
import { shellWords } from "@/lib/i18n/words/shell";
import { neverRead } from "./stale-banner";

type Shown = "live" | "late" | "lost" | "frozen" | "stale" | "blind";

const DOTS: Record<Exclude<Shown, "frozen">, string> = {
  live: "bg-ok shadow-[0_0_0_3px_color-mix(in_srgb,var(--ok)_25%,transparent)]",
  late: "bg-warn",
  lost: "bg-transparent border-2 border-muted",
  stale: "bg-transparent border-2 border-muted",
  blind: "bg-transparent border-2 border-muted",
};

/** How current the page is; a click freezes it or lets it go on. */
export function LiveState() {
  const w = useWords(shellWords);
  const format = useFormat();
  const link = useLink();
  const [frozen, setFrozen] = useFreeze();
  const { overview, stale } = useOverview();
  const blind = overview !== null && neverRead(overview);
  const shown: Shown =
    link.state !== "live" ? link.state : stale !== null ? "stale" : blind ? "blind" : "live";
  const since = stale === null ? "" : ` ${format.clock(stale.sinceMs, true)}`;
  return (
    <button
      type="button"
      onClick={() => setFrozen(!frozen)}
      aria-label={frozen ? w.thaw : shown === "live" ? w.freeze : w[shown]}
      title={frozen ? w.frozenTitle : w.liveTitle}
      className={clsx(
        "inline-flex h-8 min-w-[74px] items-center justify-center gap-2 whitespace-nowrap rounded-[7px] px-2 text-13 hover:bg-raised touch:h-11",
        shown === "live" ? "text-muted" : "text-text",
        frozen && "bg-raised",
      )}
    >
      {shown === "frozen" ? (
        <Snowflake size={14} aria-hidden="true" className="text-accent" />
      ) : (
        <span aria-hidden="true" className={clsx("size-2 rounded-full", DOTS[shown])} />
      )}
      <span className="tabular">
        {w[shown]}
        {shown === "stale" || shown === "lost" ? since : ""}
      </span>
    </button>
  );
}
