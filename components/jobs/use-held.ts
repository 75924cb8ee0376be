"use client";

import { type FocusEvent, type PointerEvent, useMemo, useState } from "react";

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
