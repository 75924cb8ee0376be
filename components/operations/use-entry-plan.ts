"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { groupQuery } from "@/components/groups/queries";
import type { OperationPreview } from "@/lib/api/schemas/operations";
import type { GroupDetail } from "@/lib/api/schemas/streams";
import { type EntryPlan, planOf } from "./entry-question";
import type { EntryRun } from "./operation-store";
import { previewQuery } from "./queries";

export interface EntryPlanRead {
  plan: EntryPlan;
  /** The group as it is now; null = not read yet, or it cannot be. */
  detail: GroupDetail | null;
  /** The evidence is still on its way: what is proposed may change. */
  looking: boolean;
  preview: OperationPreview | undefined;
  /** `preview` is of the choice before. */
  counting: boolean;
  error: Error | null;
  retry: () => void;
}

/** What a question about pending entries comes to now: by its choices, what was seen of the group, and a dry run. */
export function useEntryPlan(run: EntryRun): EntryPlanRead {
  const { stream, group } = run.question.pick;
  const { data, isPending } = useQuery(groupQuery(stream, group));
  const detail = data ?? null;
  const plan = planOf(run.question, detail);
  // A note changes nothing that is counted.
  const { note: _, ...selector } = plan.asked.selector;
  const preview = useQuery({
    ...previewQuery(run.id, { action: plan.asked.action, selector }),
    enabled: !isPending,
    // The dialog keeps its size while it counts anew.
    placeholderData: keepPreviousData,
  });
  return {
    plan,
    detail,
    looking: isPending,
    preview: preview.data,
    counting: preview.isFetching,
    error: preview.error,
    retry: () => void preview.refetch(),
  };
}
