"use client";

import { X } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { useWords } from "@/components/i18n/provider";
import { uiWords } from "@/lib/i18n/words/ui";
import { Button } from "./button";
import { type State, StateMark } from "./state-mark";

export interface Toast {
  state: State;
  /** Replaces the state's word: "done". */
  word?: string;
  text: ReactNode;
  /** Takes back what was done; the toast stays until it has ended. */
  undo?: { label: string; run: () => Promise<void> };
  /** A link to more, e.g. to what was left alone. */
  action?: ReactNode;
  /** 0 = until it is closed. */
  forMs?: number;
}

interface Shown extends Toast {
  id: number;
}

const FOR_MS = 6_000;
const SHOWN_MAX = 4;
let lastId = 0;

const Context = createContext<((toast: Toast) => void) | null>(null);

/** Says what was done, for a few seconds, with room to take it back. */
export function useToast(): (toast: Toast) => void {
  const show = useContext(Context);
  if (show === null) throw new Error("ToastProvider is missing above this component");
  return show;
}

function ToastRow({ toast, onGone }: { toast: Shown; onGone: (id: number) => void }) {
  const w = useWords(uiWords);
  const [busy, setBusy] = useState(false);
  const [held, setHeld] = useState(false);
  const forMs = toast.forMs ?? (toast.undo === undefined ? FOR_MS : 10_000);
  const gone = useCallback(() => onGone(toast.id), [onGone, toast.id]);
  useEffect(() => {
    if (forMs === 0 || busy || held) return;
    const timer = setTimeout(gone, forMs);
    return () => clearTimeout(timer);
  }, [forMs, busy, held, gone]);
  const undo = toast.undo;
  return (
    <li
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex w-full items-center gap-3 rounded-card border border-line bg-raised py-1.5 pr-1.5 pl-4"
    >
      <StateMark state={toast.state} word={toast.word} compact={toast.word === undefined} />
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">{toast.text}</div>
      {toast.action}
      {undo !== undefined && (
        <Button
          busy={busy}
          onClick={async () => {
            setBusy(true);
            await undo.run().finally(gone);
          }}
        >
          {undo.label}
        </Button>
      )}
      <Button variant="quiet" aria-label={w.close} icon={<X size={14} aria-hidden="true" />} onClick={gone} />
    </li>
  );
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const w = useWords(uiWords);
  const [toasts, setToasts] = useState<Shown[]>([]);
  const show = useCallback((toast: Toast) => {
    lastId += 1;
    const shown = { ...toast, id: lastId };
    setToasts((current) => [...current, shown].slice(-SHOWN_MAX));
  }, []);
  const gone = useCallback(
    (id: number) => setToasts((current) => current.filter((toast) => toast.id !== id)),
    [],
  );
  const value = useMemo(() => show, [show]);
  return (
    <Context value={value}>
      {children}
      <section
        aria-label={w.notifications}
        className="pointer-events-none fixed right-4 bottom-20 left-4 z-40 tablet:bottom-4 tablet:left-auto tablet:w-[420px]"
      >
        <ul aria-live="polite" className="flex flex-col gap-2">
          {toasts.map((toast) => (
            <ToastRow key={toast.id} toast={toast} onGone={gone} />
          ))}
        </ul>
      </section>
    </Context>
  );
}
