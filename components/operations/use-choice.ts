"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { queueInfoQuery } from "@/components/live/queries";
import type { OperationPreview } from "@/lib/api/schemas/operations";
import type { QueueInfo } from "@/lib/api/schemas/overview";
import { askedFor, lackOf, type MoveLack } from "./job-question";
import type { ChoiceRun } from "./operation-store";
import { previewQuery } from "./queries";

export interface ChoiceRead {
  /** What has to be chosen first; null = nothing. */
  lack: MoveLack | null;
  /** undefined = not read yet. Empty for what needs no queue. */
  queues: readonly QueueInfo[] | undefined;
  preview: OperationPreview | undefined;
  /** `preview` is of the choice before, or on its way. */
  counting: boolean;
  error: Error | null;
  retry: () => void;
}

/** What a question about jobs comes to now: by its choices, the queues there are, and a dry run. */
export function useChoice(run: ChoiceRun): ChoiceRead {
  const { question } = run;
  const moves = question.kind === "move";
  const { data: queues } = useQuery({ ...queueInfoQuery, enabled: moves });
  const lack = moves ? lackOf(question, queues) : null;
  const preview = useQuery({
    ...previewQuery(run.id, askedFor(question)),
    enabled: lack === null,
    // The dialog keeps its size while it counts anew.
    placeholderData: keepPreviousData,
  });
  return {
    lack,
    queues: moves ? queues : [],
    preview: preview.data,
    counting: preview.isFetching,
    error: lack === null ? preview.error : null,
    retry: () => void preview.refetch(),
  };
}
