"use client";

import Link from "next/link";
import { useWords } from "@/components/i18n/provider";
import { Dialog } from "@/components/ui/dialog";
import { shellWords } from "@/lib/i18n/words/shell";
import { useWithWindow } from "./nav";
import { ALL } from "./nav-items";
import { Preferences } from "./preferences";
import { WindowSwitch } from "./window-switch";

export interface MoreProps {
  open: boolean;
  onClose: () => void;
  canSignOut: boolean;
}

/** On a phone: the other pages, and what the header has no room for. */
export function More({ open, onClose, canSignOut }: MoreProps) {
  const w = useWords(shellWords);
  const withWindow = useWithWindow();
  return (
    <Dialog open={open} onClose={onClose} title={w.more}>
      <div className="flex flex-col gap-4">
        <ul className="grid grid-cols-2 gap-2">
          {ALL.map((item) => (
            <li key={item.id}>
              <Link
                href={withWindow(item.href)}
                prefetch={false}
                onClick={onClose}
                className="flex min-h-11 items-center gap-2.5 rounded-[7px] border border-line px-3"
              >
                <item.icon size={16} aria-hidden="true" className="text-faint" />
                {w[item.id]}
              </Link>
            </li>
          ))}
        </ul>
        <div>
          <p className="mb-1 text-12 text-muted">{w.window}</p>
          <WindowSwitch />
        </div>
        <Preferences canSignOut={canSignOut} />
      </div>
    </Dialog>
  );
}
