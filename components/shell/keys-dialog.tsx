"use client";

import { useWords } from "@/components/i18n/provider";
import { Kbd } from "@/components/ui/code";
import { Dialog } from "@/components/ui/dialog";
import { shellWords } from "@/lib/i18n/words/shell";
import { ALL } from "./nav-items";

/** The list that `?` opens. */
export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const w = useWords(shellWords);
  const rows: [keys: string[], what: string][] = [
    [["/"], w.keySearch],
    [["f"], w.keyFreeze],
    [["?"], w.keyHelp],
    [["Esc"], w.keyClose],
    ...ALL.map((item): [string[], string] => [["g", item.key], w.keyGo(w[item.id])]),
  ];
  return (
    <Dialog open={open} onClose={onClose} title={w.keysTitle}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-2">
        {rows.map(([keys, what]) => (
          <div key={what} className="contents">
            <dt className="flex items-center gap-1.5 text-12 text-faint">
              {keys.map((key, i) => (
                <span key={key} className="flex items-center gap-1.5">
                  {i > 0 && w.keyThen}
                  <Kbd>{key}</Kbd>
                </span>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
