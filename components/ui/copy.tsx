"use client";

import { Check, Copy as CopyIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { useWords } from "@/components/i18n/provider";
import { uiWords } from "@/lib/i18n/words/ui";
import { Button } from "./button";

/** Works on plain HTTP too, where browsers withhold `navigator.clipboard`. */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Permission was denied: the old way below may still work.
    }
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.className = "fixed top-0 left-0 opacity-0";
  // An open modal makes everything outside it inert: the area has to stand inside.
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

export interface CopyProps {
  text: string;
  /** What is copied, in words: "job id". */
  what: string;
  /** A visible label; without one the button is an icon. */
  label?: string;
}

type CopyState = "idle" | "done" | "failed";

/** Copies, and knows for a moment whether it worked. */
function useCopy(text: string): [CopyState, () => void] {
  const [state, setState] = useState<CopyState>("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 1_500);
    return () => clearTimeout(timer);
  }, [state]);
  return [state, () => void copyText(text).then((done) => setState(done ? "done" : "failed"))];
}

/** One click copies; the button itself says whether it worked. */
export function Copy({ text, what, label }: CopyProps) {
  const w = useWords(uiWords);
  const [state, copy] = useCopy(text);
  const said = state === "done" ? w.copied : state === "failed" ? w.copyFailed : w.copy(what);
  return (
    <>
      <Button
        variant={label === undefined ? "quiet" : "secondary"}
        aria-label={label === undefined ? w.copy(what) : undefined}
        title={said}
        icon={
          state === "done" ? (
            <Check size={14} className="text-ok" aria-hidden="true" />
          ) : (
            <CopyIcon size={14} aria-hidden="true" />
          )
        }
        onClick={copy}
      >
        {label}
      </Button>
      <span role="status" className="sr-only">
        {state === "idle" ? "" : said}
      </span>
    </>
  );
}

/** A command or id inside a sentence: a click on it copies it. */
export function CopyCode({ text, what }: { text: string; what: string }) {
  const w = useWords(uiWords);
  const [state, copy] = useCopy(text);
  const said = state === "done" ? w.copied : state === "failed" ? w.copyFailed : w.copy(what);
  return (
    <button
      type="button"
      onClick={copy}
      title={said}
      aria-label={`${w.copy(what)}: ${text}`}
      className="rounded border border-line bg-raised px-1 text-left font-mono text-12 outline-offset-0 hover:border-faint hover:text-text"
    >
      {text}
      {state === "done" ? (
        <Check size={11} className="ml-1 inline text-ok" aria-hidden="true" />
      ) : (
        <CopyIcon size={11} className="ml-1 inline text-faint" aria-hidden="true" />
      )}
      <span role="status" className="sr-only">
        {state === "idle" ? "" : said}
      </span>
    </button>
  );
}
