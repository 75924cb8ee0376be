"use client";

import { useWords } from "@/components/i18n/provider";
import { useOverview } from "@/components/live/provider";
import { actionButtonWords } from "@/lib/i18n/words/action-buttons";

/** Why nothing can be changed from this page now; null when it can. */
export function useWriteOff(): string | null {
  const w = useWords(actionButtonWords).off;
  const { overview } = useOverview();
  const connection = overview?.connection;
  if (connection === undefined) return null;
  if (connection.read_only !== null) return w[connection.read_only];
  return connection.phase === "down" || connection.phase === "denied" ? w.down : null;
}
