import { queryOptions } from "@tanstack/react-query";
import { ApiError, fetchJson, sendJson } from "@/components/live/api";
import type { Asked, Operation, OperationPreview } from "@/lib/api/schemas/operations";
import { askedOf, wishKey } from "./operation-store";

/** What an operation would do now. Read anew each time it is asked. */
export const previewQuery = (runId: string, asked: Asked) =>
  queryOptions({
    queryKey: ["operations", "preview", runId, wishKey(asked)],
    queryFn: () => sendJson<OperationPreview>("POST", "operations", { ...askedOf(asked), dry_run: true }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });

/** One operation by its id, followed while it goes on. */
export const operationQuery = (id: string) =>
  queryOptions({
    queryKey: ["operations", id],
    queryFn: ({ signal }) => fetchJson<Operation>(`operations/${encodeURIComponent(id)}`, signal),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.ended_ms === null ? 700 : false),
    retry: (failed, error) => failed < 3 && !(error instanceof ApiError && error.status === 404),
  });
