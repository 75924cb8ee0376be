"use client";

import { useQueryState, useQueryStates } from "nuqs";
import { useMemo, useState } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { useFinger, useHeld } from "@/components/jobs/use-held";
import { useOverview } from "@/components/live/provider";
import { type Pages, usePages } from "@/components/live/use-pages";
import { BulkBar } from "@/components/operations/bulk-bar";
import { AckButton, DeadLetterButton, RescueButton } from "@/components/operations/entry-buttons";
import { EntryDialog } from "@/components/streams/entry-dialog";
import { entryParser } from "@/components/streams/url-state";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { plainName } from "@/components/ui/name-text";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { GroupDetail, PendingEntry, PendingPage } from "@/lib/api/schemas/streams";
import { groupsWords } from "@/lib/i18n/words/groups";
import { uiWords } from "@/lib/i18n/words/ui";
import { goneOf } from "./chart-data";
import { PendingFilters } from "./pending-filters";
import { type PendingRow, PendingTable } from "./pending-table";
import { pendingList } from "./queries";
import { filterParsers } from "./url-state";

const SKELETON_ROWS = 8;
const idOf = (entry: PendingEntry) => entry.id;

/** Rows of all pages; an entry that was read twice is listed once. Pure. */
export function rowsOf(pages: readonly PendingPage[]): PendingRow[] {
  const rows = pages.flatMap((page) =>
    page.items.map(
      (entry): PendingRow => ({
        ...entry,
        given_ms: entry.idle_ms === null ? null : page.at_ms - entry.idle_ms,
        fields_denied: page.fields_denied,
      }),
    ),
  );
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

type List = Pages<PendingEntry, PendingPage>;

function Nothing({ list, narrowed, scanned }: { list: List; narrowed: boolean; scanned: number }) {
  const w = useWords(groupsWords).pending;
  const format = useFormat();
  const [, setFilter] = useQueryStates(filterParsers);
  const clear = <Button onClick={() => void setFilter(null)}>{w.clear}</Button>;
  if (list.hasMore)
    return (
      <Empty
        title={w.noMatchYet}
        action={
          <>
            <Button busy={list.loadingMore} onClick={list.loadMore}>
              {w.goOn}
            </Button>
            {clear}
          </>
        }
      >
        {w.noMatchYetWhy(format.exact(scanned))}
      </Empty>
    );
  if (narrowed) return <Empty title={w.noMatch} action={clear} />;
  return <Empty title={w.empty}>{w.emptyWhy}</Empty>;
}

function Foot({ list, shown, scanned }: { list: List; shown: number; scanned: number | null }) {
  const w = useWords(groupsWords).pending;
  const format = useFormat();
  const total = (list.newest ?? list.pages?.[0])?.total ?? null;
  const text =
    total === null
      ? list.hasMore
        ? w.shownSome(shown)
        : w.shownAll(shown)
      : total <= shown && !list.hasMore
        ? w.shownAll(shown)
        : w.shown(format.exact(shown), format.exact(total));
  return (
    <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-line border-t px-4 py-1.5 text-12 text-muted">
      <span className="tabular">
        {text}
        {scanned !== null && ` · ${w.scanned(format.exact(scanned))}`}
      </span>
      {list.hasMore && (
        <Button busy={list.loadingMore} onClick={list.loadMore}>
          {w.loadMore}
        </Button>
      )}
    </div>
  );
}

/** Pending entries of a group, narrowed and chosen from, with what can be done about them. */
export function PendingList({
  stream,
  group,
  detail,
}: {
  stream: string;
  group: string;
  detail: GroupDetail | undefined;
}) {
  const w = useWords(groupsWords).pending;
  const ui = useWords(uiWords);
  const format = useFormat();
  const { stale } = useOverview();
  const { held, area } = useHeld();
  const finger = useFinger();
  const [{ consumer, idle, deliveries }] = useQueryStates(filterParsers);
  const [open, setOpen] = useQueryState("entry", entryParser);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const source = useMemo(
    () => pendingList(stream, group, { consumer, idleS: idle, deliveries }),
    [stream, group, consumer, idle, deliveries],
  );
  const list = usePages<PendingEntry, PendingPage>(
    source,
    idOf,
    { held: held || selected.size > 0, finger },
    String(detail?.pending),
  );
  const rows = useMemo(() => list.pages && rowsOf(list.pages), [list.pages]);
  const scanned = list.pages?.reduce((sum, page) => sum + page.scanned, 0) ?? 0;
  const narrowed = consumer !== "" || idle > 0 || deliveries > 0;
  // What has left the list can no longer be acted on.
  const listed = new Set(rows?.map(idOf));
  const chosen = new Set([...selected].filter((id) => listed.has(id)));
  // One primary button in a view: a dead consumer has it.
  const rescued = goneOf(detail?.consumers ?? []).size > 0;
  const clear = () => setSelected(new Set());
  return (
    <>
      <Card flush className="relative" {...area}>
        <div className="flex min-h-12 flex-wrap items-center gap-2 border-line border-b px-2 py-1.5">
          <PendingFilters consumers={detail?.consumers ?? []} />
        </div>
        {list.fresh > 0 && (
          <div className="pointer-events-none absolute inset-x-0 top-1.5 z-10 flex justify-center">
            <button
              type="button"
              onClick={() => {
                clear();
                list.showFresh();
              }}
              className="pointer-events-auto min-h-8 rounded-full border border-line bg-raised px-3 text-12 text-accent hover:border-accent touch:min-h-11"
            >
              {w.newRows(format.count(list.fresh))} · {w.showNew}
            </button>
          </div>
        )}
        {list.error !== null && (
          <div className="p-3">
            <Banner
              tone={rows === undefined ? "failing" : "degraded"}
              title={w.failed}
              action={<Button onClick={list.retry}>{ui.retryLoad}</Button>}
            >
              {list.error.message}
            </Banner>
          </div>
        )}
        {rows === undefined ? (
          list.error === null && <SkeletonRows rows={SKELETON_ROWS} />
        ) : rows.length === 0 ? (
          <Nothing list={list} narrowed={narrowed} scanned={scanned} />
        ) : (
          <>
            <PendingTable
              caption={w.caption(plainName(group))}
              rows={rows}
              selected={chosen}
              onSelect={setSelected}
              onOpen={(id) => void setOpen(id)}
              dim={stale !== null}
            />
            <Foot list={list} shown={rows.length} scanned={scanned > rows.length ? scanned : null} />
          </>
        )}
      </Card>
      <BulkBar selected={chosen} onClear={clear}>
        {(ids, count) => {
          const props = { stream, group, ids, count: ids.length };
          return (
            <>
              <RescueButton
                {...props}
                label={w.selectedRescue(count)}
                variant={rescued ? "secondary" : "primary"}
              />
              <AckButton {...props} label={w.selectedAck(count)} />
              <DeadLetterButton {...props} label={w.selectedDead(count)} />
            </>
          );
        }}
      </BulkBar>
      <EntryDialog stream={stream} id={open} onClose={() => void setOpen(null)} />
    </>
  );
}
