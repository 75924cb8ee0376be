"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import type { HistoryWindow } from "@/lib/api/schemas/history";

/** In the order of the switch; the schema of the route accepts the same. */
export const WINDOWS = ["15m", "1h", "6h", "24h"] as const satisfies readonly HistoryWindow[];

const parser = parseAsStringLiteral(WINDOWS).withDefault("1h");

/** The stretch of time that charts and sparklines show: `?w=` in the URL, 1 hour when absent. */
export function useWindow(): [HistoryWindow, (next: HistoryWindow) => void] {
  const [window, setWindow] = useQueryState("w", parser);
  return [window, (next) => void setWindow(next)];
}
