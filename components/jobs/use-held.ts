"use client";

import { type FocusEvent, type PointerEvent, useMemo, useState, useSyncExternalStore } from "react";

const NO_HOVER = "(hover: none)";

function subscribeHover(changed: () => void): () => void {
  const list = matchMedia(NO_HOVER);
  list.addEventListener("change", changed);
  return () => list.removeEventListener("change", changed);
}

/** Whether there is only a finger: nobody can see where it will land. */
export function useFinger(): boolean {
  return useSyncExternalStore(
    subscribeHover,
    () => matchMedia(NO_HOVER).matches,
    () => false,
  );
}

/** Whether somebody points at an area with a mouse or has the focus in it; spread `area` on its element. */
export function useHeld() {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const area = useMemo(
    () => ({
      onPointerEnter: (event: PointerEvent) => {
        if (event.pointerType === "mouse") setHovered(true);
      },
      onPointerLeave: () => setHovered(false),
      onFocus: () => setFocused(true),
      onBlur: (event: FocusEvent<HTMLElement>) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false);
      },
    }),
    [],
  );
  return { held: hovered || focused, area };
}
