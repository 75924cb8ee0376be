"use client";

import { useFormat, useWords } from "@/components/i18n/provider";
import type { OperationPreview } from "@/lib/api/schemas/operations";
import { operationsWords } from "@/lib/i18n/words/operations";
import { reasonText } from "./report-text";

/** How many of those asked for can be done; `undefined` = still being counted. */
export function Counts({ preview }: { preview: OperationPreview | undefined }) {
  const w = useWords(operationsWords);
  const format = useFormat();
  if (preview === undefined) return <span className="text-muted">{w.counting}</span>;
  const atLeast = preview.at_least ? "≥ " : "";
  const partly = preview.inspected < preview.matched;
  return (
    <span className="tabular">
      <span className="font-medium">
        {w.eligible(
          `${partly ? "≤ " : ""}${format.exact(preview.eligible)}`,
          `${atLeast}${format.exact(preview.matched)}`,
        )}
      </span>
      {partly && <span className="text-faint"> · {w.inspected(format.exact(preview.inspected))}</span>}
    </span>
  );
}

/** Reason → how many would be left alone. */
export function LeftAlone({ skipped }: { skipped: OperationPreview["skipped"] }) {
  const w = useWords(operationsWords);
  const format = useFormat();
  return (
    <ul>
      {Object.entries(skipped).map(([reason, n]) => (
        <li key={reason} className="tabular">
          <span className="font-medium">{format.exact(n)}</span> {reasonText(w.reason, reason)}
        </li>
      ))}
    </ul>
  );
}
