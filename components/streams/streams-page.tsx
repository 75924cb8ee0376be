"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { parseAsInteger, parseAsString, useQueryState } from "nuqs";
import { useDeferredValue, useMemo } from "react";
import { useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { useLiveInterval, useOverview } from "@/components/live/provider";
import { PageHead } from "@/components/shell/page-head";
import { sorted, useSort } from "@/components/shell/sort";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Code } from "@/components/ui/code";
import { Command } from "@/components/ui/command";
import { Empty } from "@/components/ui/empty";
import { SearchBox } from "@/components/ui/search-box";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { Discovery, StreamList, StreamRow } from "@/lib/api/schemas/streams";
import { streamsWords } from "@/lib/i18n/words/streams";
import { uiWords } from "@/lib/i18n/words/ui";
import { DiscoveryNotes, SETTING, SearchProgress } from "./discovery-line";
import { streamsFoundQuery, streamsQuery } from "./queries";
import { redisCli } from "./redis-cli";
import { matching } from "./stream-filter";
import { SORTABLE, StreamTable, sortValue } from "./stream-table";

const EVERY_MS = 4_000;
const PAGE_SIZE = 100;
/** As many as the route gives at most. */
const FOUND_MAX = 1_000;

function Pager({ page, total, onPage }: { page: number; total: number; onPage: (page: number) => void }) {
  const w = useWords(streamsWords);
  const from = (page - 1) * PAGE_SIZE + 1;
  const to = Math.min(total, page * PAGE_SIZE);
  if (total <= PAGE_SIZE) return null;
  return (
    <nav
      aria-label={w.pages}
      className="flex items-center justify-end gap-2 border-line border-t px-4 py-2.5"
    >
      <span className="tabular text-muted">{w.page(from, to, total)}</span>
      <Button aria-disabled={page <= 1} onClick={() => onPage(Math.max(1, page - 1))}>
        {w.prev}
      </Button>
      <Button aria-disabled={to >= total} onClick={() => to < total && onPage(page + 1)}>
        {w.next}
      </Button>
    </nav>
  );
}

/** No stream: whether the search still runs, was denied, or found none; and how to add a first entry. */
function None({ discovery }: { discovery: Discovery }) {
  const w = useWords(streamsWords);
  const { overview } = useOverview();
  const label = overview?.connection.label ?? null;
  if (discovery.denied)
    return (
      <Empty
        title={w.noneKnown}
        action={<Command text={`${SETTING}=orders,events npm start`} what={w.one.command} />}
      >
        <Rich text={w.discovery.deniedNone} parts={{ setting: <Code>{SETTING}</Code> }} />
      </Empty>
    );
  if (!discovery.complete)
    return (
      <Empty title={w.noneSearching}>
        <SearchProgress discovery={discovery} />
      </Empty>
    );
  const command = label === null ? null : redisCli(label, "XADD", "my_stream", "*", "hello", "world");
  return (
    <Empty title={w.noneTitle} action={command !== null && <Command text={command} what={w.one.command} />}>
      {w.noneText}
    </Empty>
  );
}

const NONE: readonly StreamRow[] = [];

function Hint({ list, shown, filtered }: { list: StreamList; shown: number; filtered: boolean }) {
  const w = useWords(streamsWords);
  const groups = list.items.reduce((sum, row) => sum + row.groups.length, 0);
  return (
    <>
      {filtered
        ? w.filtered(shown, list.total)
        : list.total > list.items.length
          ? w.worst(list.items.length, list.total)
          : w.count(list.total, groups)}
      {!list.discovery.complete && !list.discovery.denied && list.items.length > 0 && (
        <>
          {" · "}
          <SearchProgress discovery={list.discovery} />
        </>
      )}
    </>
  );
}

/** Every stream with its groups, worst first: filtered, sorted, a hundred at a time, all in the URL. */
export function StreamsPage() {
  const w = useWords(streamsWords);
  const ui = useWords(uiWords);
  const { stale } = useOverview();
  const known = stale === null;
  const refetchInterval = useLiveInterval(EVERY_MS);
  const { data, error, refetch } = useQuery({ ...streamsQuery, refetchInterval });
  const [sort, setSort] = useSort(SORTABLE);
  const [filter, setFilter] = useQueryState("q", parseAsString.withDefault(""));
  const [asked, setPage] = useQueryState("page", parseAsInteger.withDefault(1));

  // What one answer holds is filtered at once; beyond that the server looks through all of them.
  const wanted = useDeferredValue(filter.trim());
  const cut = data !== undefined && data.total > data.items.length;
  const { data: beyond } = useQuery({
    ...streamsFoundQuery(wanted, FOUND_MAX),
    enabled: cut && wanted !== "",
    refetchInterval,
    placeholderData: keepPreviousData,
  });
  const items = cut && filter.trim() !== "" ? (beyond?.items ?? data.items) : (data?.items ?? NONE);
  const found = useMemo(() => matching(items, filter), [items, filter]);
  const rows = useMemo(() => sorted(found, sort, sortValue), [found, sort]);
  const page = Math.min(Math.max(1, asked), Math.max(1, Math.ceil(rows.length / PAGE_SIZE)));
  const shown = useMemo(() => rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), [rows, page]);

  return (
    <>
      <PageHead
        title={w.title}
        hint={
          data === undefined ? null : data.total === 0 && filter === "" ? undefined : (
            <Hint list={data} shown={found.length} filtered={filter.trim() !== ""} />
          )
        }
      >
        <SearchBox
          label={w.filter}
          placeholder={w.filter}
          value={filter}
          onChange={(event) => {
            void setFilter(event.target.value === "" ? null : event.target.value);
            void setPage(null);
          }}
          boxClassName="w-64 max-tablet:w-full"
        />
      </PageHead>
      {error !== null && (
        <Banner
          tone={data === undefined ? "failing" : "unknown"}
          title={w.failedTitle}
          action={<Button onClick={() => void refetch()}>{ui.retryLoad}</Button>}
        >
          {error.message}
        </Banner>
      )}
      {(data !== undefined || error === null) && (
        <Card flush>
          {data === undefined ? (
            <SkeletonRows rows={10} />
          ) : data.items.length === 0 ? (
            <None discovery={data.discovery} />
          ) : shown.length === 0 ? (
            <Empty
              title={w.noMatchTitle}
              action={<Button onClick={() => void setFilter(null)}>{w.clear}</Button>}
            >
              {w.noMatchText}
            </Empty>
          ) : (
            <>
              <StreamTable rows={shown} sort={sort} onSort={setSort} known={known && error === null} />
              <Pager
                page={page}
                total={rows.length}
                onPage={(next) => void setPage(next === 1 ? null : next)}
              />
            </>
          )}
        </Card>
      )}
      {data !== undefined && (data.items.length > 0 || !data.discovery.denied) && (
        <DiscoveryNotes discovery={data.discovery} />
      )}
    </>
  );
}
