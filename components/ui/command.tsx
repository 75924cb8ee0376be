"use client";

import { Copy } from "./copy";

/** A command that can be copied: for the terminal, shown whole, on its own line. */
export function Command({ text, what }: { text: string; what: string }) {
  return (
    <div className="flex min-w-0 items-center gap-2 rounded-[7px] border border-line bg-raised py-0.5 pr-1 pl-3">
      <code className="min-w-0 flex-1 whitespace-pre-wrap py-1 font-mono text-12 [overflow-wrap:anywhere]">
        {text}
      </code>
      <Copy text={text} what={what} />
    </div>
  );
}
