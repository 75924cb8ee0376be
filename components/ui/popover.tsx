"use client";

import { type ReactNode, useId, useRef } from "react";

export interface PopoverProps {
  /** What is on the button. */
  button: ReactNode;
  label: string;
  children: ReactNode;
  buttonClassName: string;
  className?: string;
}

const GAP_PX = 6;
const MARGIN_PX = 8;

/** A panel below its button, in the browser's top layer; Escape or a click elsewhere closes it. */
export function Popover({ button, label, children, buttonClassName, className }: PopoverProps) {
  const id = useId();
  const anchor = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  function place(): void {
    if (anchor.current === null || panel.current === null) return;
    const at = anchor.current.getBoundingClientRect();
    const size = panel.current.getBoundingClientRect();
    const left = Math.max(
      MARGIN_PX,
      Math.min(at.right - size.width, window.innerWidth - size.width - MARGIN_PX),
    );
    const below = at.bottom + GAP_PX;
    const top =
      below + size.height > window.innerHeight ? Math.max(MARGIN_PX, at.top - size.height - GAP_PX) : below;
    panel.current.style.left = `${left}px`;
    panel.current.style.top = `${top}px`;
  }

  return (
    <>
      <button
        ref={anchor}
        type="button"
        popoverTarget={id}
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        className={buttonClassName}
      >
        {button}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        onToggle={place}
        className={`fixed inset-auto m-0 rounded-card border border-line bg-panel p-3 text-text ${className ?? ""}`}
      >
        {children}
      </div>
    </>
  );
}
