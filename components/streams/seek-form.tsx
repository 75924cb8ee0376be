"use client";

import { type FormEvent, useId, useState } from "react";
import { useFormat, useNow, useWords } from "@/components/i18n/provider";
import { Button } from "@/components/ui/button";
import { streamsWords } from "@/lib/i18n/words/streams";
import { placeOf } from "./seek";

/** Goes to an entry ID or a time; what is neither is said below the field. */
export function SeekForm({ onSeek }: { onSeek: (place: string) => void }) {
  const w = useWords(streamsWords).entry;
  const format = useFormat();
  const nowMs = useNow();
  const errorId = useId();
  const [text, setText] = useState("");
  const [bad, setBad] = useState(false);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (text.trim() === "") return;
    const place = placeOf(text, format.zone, nowMs);
    setBad(place === null);
    if (place === null) return;
    setText("");
    onSeek(place);
  }

  return (
    <form onSubmit={submit} className="flex min-w-0 flex-wrap items-center gap-2 max-tablet:w-full">
      <input
        type="text"
        aria-label={`${w.seek}: ${w.seekHint}`}
        title={w.seekHint}
        placeholder={w.seekPlaceholder}
        value={text}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={bad || undefined}
        aria-describedby={bad ? errorId : undefined}
        onChange={(event) => {
          setText(event.target.value);
          setBad(false);
        }}
        className="field h-8 w-60 px-2.5 text-13 touch:h-11 touch:text-[16px] max-tablet:flex-1"
      />
      <Button type="submit">{w.seekGo}</Button>
      {bad && (
        <span id={errorId} role="alert" className="text-12 text-crit">
          {w.seekBad}
        </span>
      )}
    </form>
  );
}
