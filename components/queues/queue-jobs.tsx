"use client";

import { useQueryState } from "nuqs";
import { useMemo } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { JobList } from "@/components/jobs/job-list";
import { queueJobs } from "@/components/jobs/queries";
import { useOverview } from "@/components/live/provider";
import { ActionButton } from "@/components/operations/action-button";
import { MoveButton, RepairButton } from "@/components/operations/job-buttons";
import type { OperationsText } from "@/components/operations/report-text";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { plainName } from "@/components/ui/name-text";
import type { Place, QueueDetail } from "@/lib/api/schemas/jobs";
import { actionButtonWords } from "@/lib/i18n/words/action-buttons";
import { operationsWords } from "@/lib/i18n/words/operations";
import { queueWords } from "@/lib/i18n/words/queue";
import { orderParser } from "./url-state";

/** Places whose whole content may be acted on at once from here. */
const ALL_ACTIONS = { failed: "retry", queued: "cancel", scheduled: "cancel", deferred: "cancel" } as const;

function OrderSwitch({ place }: { place: Place }) {
  const q = useWords(queueWords);
  const [order, setOrder] = useQueryState("order", orderParser);
  const oldest = place === "queued" || place === "scheduled" ? q.nextFirst : q.oldest;
  return (
    <Button
      variant="quiet"
      title={q.order}
      onClick={() => void setOrder(order === "newest" ? "oldest" : "newest")}
    >
      {order === "newest" ? q.newest : oldest}
    </Button>
  );
}

/** What the open problems know of a queue: a name that was probably meant, and how many of its jobs lost their workers. */
function useTrouble(queue: string, place: Place): { similar: string | null; lost: number } {
  const { overview } = useOverview();
  const trouble: { similar: string | null; lost: number } = { similar: null, lost: 0 };
  for (const { evidence } of overview?.problems ?? []) {
    if (evidence.kind === "queue-no-worker" && evidence.queue === queue) trouble.similar = evidence.similar;
    if (place === "started" && evidence.kind === "job-worker-gone" && evidence.queue === queue)
      trouble.lost = evidence.total;
  }
  return trouble;
}

/** What can be done with chosen jobs besides the one action that every list has. */
function bulkOf(place: Place, from: string, similar: string | null, w: OperationsText) {
  if (place !== "queued" && place !== "started") return undefined;
  return (ids: readonly string[], count: string) => {
    const selection = { selector: { ids: [...ids] }, count: ids.length };
    return place === "queued" ? (
      <MoveButton {...selection} from={from} similar={similar} label={w.selected.move(count)} />
    ) : (
      <RepairButton {...selection} label={w.selected.repair(count)} />
    );
  };
}

/** Jobs of the chosen place, newest first unless asked otherwise. */
export function QueueJobs({
  queue,
  place,
  detail,
}: {
  queue: string;
  place: Place;
  detail: QueueDetail | undefined;
}) {
  const q = useWords(queueWords);
  const w = useWords(operationsWords);
  const { mend } = useWords(actionButtonWords);
  const format = useFormat();
  const [order] = useQueryState("order", orderParser);
  const source = useMemo(() => queueJobs(queue, place, order), [queue, place, order]);
  const count = detail?.counts[place] ?? null;
  const all = place in ALL_ACTIONS ? ALL_ACTIONS[place as keyof typeof ALL_ACTIONS] : null; // `in` says so
  const trouble = useTrouble(queue, place);
  const abandoned = place === "started" ? (detail?.counts.abandoned ?? 0) : 0;
  const lost = Math.max(abandoned, trouble.lost);
  return (
    <JobList
      // Another place is another list: nothing of the selection stays.
      key={`${place} ${order}`}
      source={source}
      place={place}
      caption={`${plainName(queue)}: ${q.place[place]}`}
      pulse={String(count)}
      loadFailed={q.loadFailed}
      bulk={bulkOf(place, queue, trouble.similar, w)}
      empty={<Empty title={q.empty[place]}>{q.emptyNext[place]}</Empty>}
      head={(pages, selecting) => (
        <div className="flex min-h-12 flex-wrap items-center justify-between gap-2 border-line border-b px-2 py-1.5">
          <OrderSwitch place={place} />
          {abandoned > 0 && (
            <span className="tabular mr-auto text-warn">
              {q.abandoned(abandoned, format.count(abandoned))}
            </span>
          )}
          <div className="flex flex-wrap items-center gap-2">
            {place === "queued" && (pages.total ?? 0) > 0 && (
              <MoveButton
                selector={{ queue, place }}
                from={queue}
                similar={trouble.similar}
                count={pages.total ?? 0}
                label={w.all.move(format.count(pages.total ?? 0))}
              />
            )}
            {lost > 0 && (
              <RepairButton
                selector={{ queue, place }}
                count={lost}
                label={mend.repair(lost, format.count(lost))}
              />
            )}
            {all !== null && (pages.total ?? 0) > 0 && (
              <ActionButton
                action={all}
                selector={{ queue, place }}
                count={pages.total ?? 0}
                label={w.all[all](format.count(pages.total ?? 0))}
                variant={all === "retry" && !selecting ? "primary" : "secondary"}
              />
            )}
          </div>
        </div>
      )}
    />
  );
}
