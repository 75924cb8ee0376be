"use client";

import { useQueryStates } from "nuqs";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { useHeld } from "@/components/jobs/use-held";
import { useOverview } from "@/components/live/provider";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { plainName } from "@/components/ui/name-text";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Time } from "@/components/ui/time";
import { streamsWords } from "@/lib/i18n/words/streams";
import { uiWords } from "@/lib/i18n/words/ui";
import { EntryDialog } from "./entry-dialog";
import { EntryTable } from "./entry-table";
import type { EntrySeek } from "./queries";
import { placeMs } from "./seek";
import { SeekForm } from "./seek-form";
import { atParser, entryParser, orderParser } from "./url-state";
import { type EntryPages, useEntryPages } from "./use-entry-pages";

const SKELETON_ROWS = 10;

function Where({ seek, timed }: { seek: EntrySeek; timed: boolean }) {
  const w = useWords(streamsWords).entry;
  const order = w[seek.order];
  if (seek.at === null) return order;
  return (
    <Rich
      text={w.seekFrom(order)}
      parts={{
        at: timed ? (
          <Time ms={placeMs(seek.at)} as="exact" />
        ) : (
          <span className="font-mono text-12">{seek.at}</span>
        ),
      }}
    />
  );
}

function Foot({ pages, shown, seek }: { pages: EntryPages; shown: number; seek: EntrySeek }) {
  const w = useWords(streamsWords).entry;
  const all = useWords(streamsWords);
  const format = useFormat();
  const text =
    pages.total === null
      ? all.entries(shown)
      : pages.total <= shown && !pages.hasMore
        ? w.shownAll(shown)
        : w.shown(format.exact(shown), format.exact(pages.total));
  return (
    <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-line border-t px-4 py-1.5 text-12 text-muted">
      <span className="tabular">{text}</span>
      {pages.hasMore && (
        <Button busy={pages.loadingMore} onClick={pages.loadMore}>
          {seek.order === "newest" ? w.loadOlder : w.loadNewer}
        </Button>
      )}
    </div>
  );
}

/**
 * A stream's entries: newest first unless asked otherwise, from its end or from an ID or time; all in the URL.
 * @param pulse changes when entries were added or went away
 */
export function EntryList({ stream, pulse }: { stream: string; pulse: string }) {
  const w = useWords(streamsWords).entry;
  const ui = useWords(uiWords);
  const format = useFormat();
  const { stale } = useOverview();
  const { held, area } = useHeld();
  const [{ at, order, entry }, setState] = useQueryStates({
    at: atParser,
    order: orderParser,
    entry: entryParser,
  });
  const seek: EntrySeek = { at, order };
  // A stream may get hundreds of entries a second: nobody could read a list that moves so. New ones are counted.
  const pages = useEntryPages(stream, seek, { held, finger: true }, pulse);
  const { entries } = pages;
  const timed = entries?.some(({ at_ms }) => at_ms !== null) === true;
  const failed = pages.error !== null && (
    <div className="p-3">
      <Banner
        tone={entries === undefined ? "failing" : "degraded"}
        title={w.failed}
        action={<Button onClick={pages.retry}>{ui.retryLoad}</Button>}
      >
        {pages.error.message}
      </Banner>
    </div>
  );
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 className="font-bold text-15">
          {w.title}{" "}
          <span className="tabular ml-1 font-normal text-13 text-muted">
            <Where seek={seek} timed={timed} />
          </span>
        </h2>
        <div className="flex min-w-0 flex-wrap items-center gap-2 max-tablet:w-full">
          {at !== null && <Button onClick={() => void setState({ at: null })}>{w.seekClear}</Button>}
          <Button
            variant="quiet"
            title={w.order}
            onClick={() => void setState({ order: order === "newest" ? "oldest" : "newest" })}
          >
            {order === "newest" ? w.toOldest : w.toNewest}
          </Button>
          <SeekForm onSeek={(place) => void setState({ at: place })} />
        </div>
      </div>
      <Card flush className="relative" {...area}>
        {pages.fresh > 0 && (
          <div className="pointer-events-none absolute inset-x-0 top-1.5 z-10 flex justify-center">
            <button
              type="button"
              onClick={pages.showFresh}
              className="pointer-events-auto min-h-8 rounded-full border border-line bg-raised px-3 text-12 text-accent hover:border-accent touch:min-h-11"
            >
              {w.newRows(format.count(pages.fresh))} · {w.showNew}
            </button>
          </div>
        )}
        {failed}
        {entries === undefined ? (
          pages.error === null && <SkeletonRows rows={SKELETON_ROWS} />
        ) : entries.length === 0 ? (
          at === null ? (
            <Empty title={w.empty}>{w.emptyWhy}</Empty>
          ) : (
            <Empty
              title={w.emptyFrom}
              action={<Button onClick={() => void setState({ at: null })}>{w.seekClear}</Button>}
            />
          )
        ) : (
          <>
            <EntryTable
              caption={w.caption(plainName(stream))}
              entries={entries}
              columns={pages.columns}
              dim={stale !== null}
              onOpen={(id) => void setState({ entry: id })}
            />
            <Foot pages={pages} shown={entries.length} seek={seek} />
          </>
        )}
      </Card>
      <EntryDialog stream={stream} id={entry} onClose={() => void setState({ entry: null })} />
    </>
  );
}
