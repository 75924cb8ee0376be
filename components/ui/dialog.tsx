"use client";

import { clsx } from "clsx";
import { X } from "lucide-react";
import { type MouseEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { useWords } from "@/components/i18n/provider";
import { uiWords } from "@/lib/i18n/words/ui";
import { Button } from "./button";

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  /** Buttons, the one that acts last. */
  footer?: ReactNode;
  wide?: boolean;
  /** While true neither Escape nor a click outside closes it. */
  locked?: boolean;
}

/** The browser's own modal dialog: it traps focus, makes the rest inert and gives focus back when it closes. */
export function Dialog({
  open,
  onClose,
  title,
  children,
  footer,
  wide = false,
  locked = false,
}: DialogProps) {
  const w = useWords(uiWords);
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);

  function outside(event: MouseEvent<HTMLDialogElement>): void {
    if (event.target === event.currentTarget && !locked) onClose();
  }

  return (
    // A click on the backdrop arrives at the dialog itself; Escape is its keyboard twin.
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, handled by the browser
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onClick={outside}
      onCancel={(event) => {
        event.preventDefault();
        if (!locked) onClose();
      }}
      onClose={onClose}
      className={clsx(
        "w-[calc(100vw-2rem)] overflow-hidden rounded-card border border-line bg-panel text-text",
        // What is chosen in a wide one changes its height: it hangs from the top, so that nothing moves under the pointer.
        wide ? "mx-auto mt-[6dvh] mb-auto max-w-[760px]" : "m-auto max-w-[520px]",
      )}
    >
      {open && (
        <div
          className={clsx("flex flex-col", wide ? "max-h-[calc(92dvh-2px)]" : "max-h-[calc(100dvh-2rem)]")}
        >
          <header className="flex items-center justify-between gap-4 border-line border-b py-2 pr-2 pl-4">
            <h2 id={titleId} className="min-w-0 font-bold text-15 [overflow-wrap:anywhere]">
              {title}
            </h2>
            <Button
              variant="quiet"
              aria-label={w.close}
              icon={<X size={16} aria-hidden="true" />}
              onClick={() => {
                if (!locked) onClose();
              }}
            />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">{children}</div>
          {footer !== undefined && (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-line border-t px-4 py-3">
              {footer}
            </footer>
          )}
        </div>
      )}
    </dialog>
  );
}
