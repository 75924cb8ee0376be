"use client";

import { useEffect, useRef } from "react";

const SEQUENCE_MS = 1_200;

/** Whether a key press belongs to what is being typed in. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return target instanceof HTMLInputElement && target.type !== "checkbox" && target.type !== "radio";
}

/**
 * Single keys and `g` sequences of the whole page. Silent while somebody types, with a modifier held, and
 * under an open dialog.
 * @param keys by what is pressed: `"/"`, `"f"`, `"g o"`
 */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    let lead: { key: string; atMs: number } | null = null;
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
      const fresh = lead !== null && event.timeStamp - lead.atMs < SEQUENCE_MS;
      const pressed = fresh ? `${lead?.key} ${event.key}` : event.key;
      lead = null;
      const run = current.current[pressed];
      if (run !== undefined) {
        event.preventDefault();
        run();
      } else if (Object.keys(current.current).some((key) => key.startsWith(`${event.key} `))) {
        lead = { key: event.key, atMs: event.timeStamp };
      }
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}
