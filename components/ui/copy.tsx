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

/** One click copies; the button itself says whether it worked. */
export function Copy({ text, what, label }: CopyProps) {
  const w = useWords(uiWords);
  const [state, setState] = useState<"idle" | "done" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 1_500);
    return () => clearTimeout(timer);
  }, [state]);
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
        onClick={async () => setState((await copyText(text)) ? "done" : "failed")}
      >
        {label}
      </Button>
      <span role="status" className="sr-only">
        {state === "idle" ? "" : said}
      </span>
    </>
  );
}
