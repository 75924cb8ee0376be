"use client";

import { clsx } from "clsx";
import { useWords } from "@/components/i18n/provider";
import { shellWords } from "@/lib/i18n/words/shell";
import { useWindow, WINDOWS } from "./window";

/** Which stretch of time charts show. */
export function WindowSwitch() {
  const w = useWords(shellWords);
  const [window, setWindow] = useWindow();
  return (
    <fieldset className="flex h-8 overflow-hidden rounded-[7px] border border-line touch:h-11">
      <legend className="sr-only">{w.window}</legend>
      {WINDOWS.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === window}
          title={w.windows[one]}
          onClick={() => setWindow(one)}
          className={clsx(
            "min-w-10 flex-1 px-2 text-12 -outline-offset-2",
            one === window ? "bg-raised font-medium text-text" : "text-muted hover:text-text",
          )}
        >
          {one}
        </button>
      ))}
    </fieldset>
  );
}
