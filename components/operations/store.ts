"use client";

import { useCallback, useSyncExternalStore } from "react";
import { fetchJson, sendJson } from "@/components/live/api";
import type { Operation } from "@/lib/api/schemas/operations";
import { createOperationStore, type Run } from "./operation-store";

const path = (id: string) => `operations/${encodeURIComponent(id)}`;

/** The one store of this tab. Nothing changes it but clicks, so on the server it stays empty. */
export const operations = createOperationStore(
  {
    start: (request) => sendJson<Operation>("POST", "operations", request),
    read: (id) => fetchJson<Operation>(path(id)),
    stop: (id) => sendJson("DELETE", path(id)),
  },
  (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
);

const nothing = () => null;

/** The newest run of one button. */
export function useRunOf(key: string): Run | null {
  return useSyncExternalStore(
    operations.subscribe,
    useCallback(() => operations.runOf(key), [key]),
    nothing,
  );
}

/** What the dialog shows. */
export function useDialogRun(): Run | null {
  return useSyncExternalStore(operations.subscribe, operations.dialog, nothing);
}
