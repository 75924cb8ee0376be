"use client";

import { clsx } from "clsx";
import { useState } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { entryActionWords } from "@/lib/i18n/words/entry-actions";
import { MIN_IDLE_FLOOR_MS, MIN_IDLE_MS } from "./entry-question";

const OFFERED_MS = [MIN_IDLE_MS, 5 * MIN_IDLE_MS] as const;
const MAX_S = 31_536_000;

const LOOK =
  "inline-flex min-h-8 items-center rounded-[7px] border px-3 text-13 tabular touch:min-h-11 aria-pressed:border-accent aria-pressed:font-medium aria-pressed:text-text";

/** The least idle time of what may be touched: two usual ones, or any from a second up. */
export function MinIdle({ valueMs, onChange }: { valueMs: number; onChange: (ms: number) => void }) {
  const w = useWords(entryActionWords);
  const format = useFormat();
  const usual = OFFERED_MS.some((ms) => ms === valueMs);
  const [other, setOther] = useState(!usual);
  const [text, setText] = useState(String(valueMs / 1_000));

  function write(next: string): void {
    setText(next);
    const seconds = Number(next);
    if (next.trim() !== "" && Number.isFinite(seconds))
      onChange(Math.round(Math.min(MAX_S, Math.max(MIN_IDLE_FLOOR_MS / 1_000, seconds))) * 1_000);
  }

  return (
    <fieldset className="flex flex-wrap items-center gap-2">
      <legend className="sr-only">{w.minIdle}</legend>
      {OFFERED_MS.map((ms) => (
        <button
          key={ms}
          type="button"
          aria-pressed={!other && ms === valueMs}
          onClick={() => {
            setOther(false);
            onChange(ms);
          }}
          className={clsx(LOOK, "border-line text-muted hover:text-text")}
        >
          {format.span(ms)}
        </button>
      ))}
      <button
        type="button"
        aria-pressed={other}
        onClick={() => {
          setText(String(valueMs / 1_000));
          setOther(true);
        }}
        className={clsx(LOOK, "border-line text-muted hover:text-text")}
      >
        {w.custom}
      </button>
      {other && (
        <label className="inline-flex items-center gap-1.5">
          <span className="sr-only">{w.seconds}</span>
          <input
            type="number"
            min={MIN_IDLE_FLOOR_MS / 1_000}
            max={MAX_S}
            step={1}
            inputMode="numeric"
            value={text}
            onChange={(event) => write(event.target.value)}
            // What is below the floor shows what is taken instead.
            onBlur={() => setText(String(valueMs / 1_000))}
            className="field tabular h-8 w-20 px-2 text-right touch:h-11 touch:text-[16px]"
          />
          <span className="text-faint">{w.secondsUnit}</span>
        </label>
      )}
    </fieldset>
  );
}
