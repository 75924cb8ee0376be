"use client";

import { useEffect } from "react";
import { useOverview } from "@/components/live/provider";

type Mark = "none" | "problems" | "unknown";

const SPOT: Record<Mark, string> = {
  none: "",
  problems: '<circle cx="24" cy="24" r="8" fill="#ff5a36"/>',
  unknown:
    '<circle cx="24" cy="24" r="7" fill="#0b0e14" stroke="#9aa4b5" stroke-width="2.5" stroke-dasharray="3 2"/>',
};

function iconOf(mark: Mark): string {
  const eye =
    '<g fill="none" stroke="#3aa0e0" stroke-width="2.8"><circle cx="16" cy="16" r="13"/><circle cx="16" cy="16" r="5"/><path d="M16 6v3.4M16 22.6V26M6 16h3.4M22.6 16H26" stroke-linecap="round"/></g>';
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${eye}${SPOT[mark]}</svg>`)}`;
}

/** A spot on the tab's icon while there are problems, or while nothing is known. */
export function Favicon() {
  const { overview, stale } = useOverview();
  const mark: Mark = stale !== null ? "unknown" : (overview?.problems_total ?? 0) > 0 ? "problems" : "none";
  useEffect(() => {
    const known = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    const link =
      known ?? document.head.appendChild(Object.assign(document.createElement("link"), { rel: "icon" }));
    link.href = iconOf(mark);
  }, [mark]);
  return null;
}
