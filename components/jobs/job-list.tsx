"use client";

import type { ReactNode } from "react";
import { useState } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { useOverview } from "@/components/live/provider";
import { ActionButton } from "@/components/operations/action-button";
import { BulkBar } from "@/components/operations/bulk-bar";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { JobPage, JobSummary, Place } from "@/lib/api/schemas/jobs";
import { operationsWords } from "@/lib/i18n/words/operations";
import { queueWords } from "@/lib/i18n/words/queue";
import { uiWords } from "@/lib/i18n/words/ui";
import { ACTION_OF, JobTable, type Parts } from "./job-table";
import type { JobListSource } from "./queries";
import { useFinger, useHeld } from "./use-held";
import { type JobPages, useJobPages } from "./use-job-pages";

export interface JobListProps<Page extends JobPage> {
  source: JobListSource<Page>;
  place: Place;
  caption: string;
  /** Changes when the list has probably changed. */
  pulse: string;
  parts?: Partial<Parts>;
  empty: ReactNode;
  loadFailed: string;
  /** Above the rows: order, filter, actions on all. */
  head?: (pages: JobPages<Page>, selecting: boolean) => ReactNode;
  /** Further buttons for chosen rows: given their ids and their number as it is written. */
  bulk?: ((ids: readonly string[], count: string) => ReactNode) | undefined;
  /** Rows to leave out of those that were loaded; with what to say when none is left. */
  filter?: { fits: (job: JobSummary) => boolean; none: ReactNode } | undefined;
}

const SKELETON_ROWS = 8;
const PASSING: ReadonlySet<Place> = new Set(["queued", "started"]);

/** A list of jobs in every state: on its way, empty, wrong, old, longer than a page; with rows that can be chosen. */
export function JobList<Page extends JobPage>(props: JobListProps<Page>) {
  const { source, place, caption, pulse, parts, empty, loadFailed, head, bulk, filter } = props;
  const q = useWords(queueWords);
  const operation = useWords(operationsWords);
  const ui = useWords(uiWords);
  const format = useFormat();
  const { stale } = useOverview();
  const { held, area } = useHeld();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const finger = useFinger();
  // Where jobs only pass through, a list that waited would soon be all past.
  const hold = { held: held || selected.size > 0, finger: finger && !PASSING.has(place) };
  const pages = useJobPages(source, hold, pulse);
  const jobs = filter === undefined ? pages.jobs : pages.jobs?.filter(filter.fits);
  const action = ACTION_OF[place];
  // What has left the list can no longer be acted on.
  const listed = new Set(pages.jobs?.map((job) => job.job_id));
  const chosen = new Set([...selected].filter((id) => listed.has(id)));

  return (
    <>
      <Card flush className="relative" {...area}>
        {head?.(pages, chosen.size > 0)}
        {pages.fresh > 0 && (
          <div className="pointer-events-none absolute inset-x-0 top-1.5 z-10 flex justify-center">
            <button
              type="button"
              onClick={() => {
                setSelected(new Set());
                pages.showFresh();
              }}
              className="pointer-events-auto min-h-8 rounded-full border border-line bg-raised px-3 text-12 text-accent hover:border-accent touch:min-h-11"
            >
              {q.newRows(pages.fresh, format.count(pages.fresh))} · {q.showNew}
            </button>
          </div>
        )}
        {pages.error !== null && pages.jobs !== undefined && (
          <div className="p-3">
            <Banner
              tone="degraded"
              title={loadFailed}
              action={<Button onClick={pages.retry}>{ui.retryLoad}</Button>}
            >
              {pages.error.message}
            </Banner>
          </div>
        )}
        {jobs === undefined ? (
          pages.error === null ? (
            <SkeletonRows rows={SKELETON_ROWS} />
          ) : (
            <div className="p-3">
              <Banner
                tone="failing"
                title={loadFailed}
                action={<Button onClick={pages.retry}>{ui.retryLoad}</Button>}
              >
                {pages.error.message}
              </Banner>
            </div>
          )
        ) : pages.jobs?.length === 0 ? (
          empty
        ) : jobs.length === 0 && filter !== undefined ? (
          filter.none
        ) : (
          <JobTable
            caption={caption}
            jobs={jobs}
            place={place}
            parts={parts}
            dim={stale !== null}
            {...(action === null ? {} : { selected: chosen, onSelect: setSelected })}
          />
        )}
        {jobs !== undefined && jobs.length > 0 && <Foot pages={pages} shown={jobs.length} />}
      </Card>
      {action !== null && (
        <BulkBar selected={chosen} onClear={() => setSelected(new Set())}>
          {(ids, count) => (
            <>
              {bulk?.(ids, count)}
              <ActionButton
                action={action}
                selector={{ ids: [...ids] }}
                count={ids.length}
                label={operation.selected[action](count)}
                variant={action === "retry" ? "primary" : "secondary"}
              />
            </>
          )}
        </BulkBar>
      )}
    </>
  );
}

function Foot<Page extends JobPage>({ pages, shown }: { pages: JobPages<Page>; shown: number }) {
  const q = useWords(queueWords);
  const format = useFormat();
  return (
    <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-line border-t px-4 py-1.5 text-12 text-muted">
      <span className="tabular">
        {pages.total === null || (pages.total <= shown && !pages.hasMore)
          ? q.shownAll(shown, format.exact(shown))
          : q.shown(format.exact(shown), format.exact(pages.total))}
      </span>
      {pages.hasMore && (
        <Button busy={pages.loadingMore} onClick={pages.loadMore}>
          {q.loadMore}
        </Button>
      )}
    </div>
  );
}
