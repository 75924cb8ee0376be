"use client";

import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import Link from "next/link";
import { parseAsInteger, parseAsString, useQueryState } from "nuqs";
import { useMemo } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { useLiveInterval, useOverview } from "@/components/live/provider";
import { queueInfoQuery } from "@/components/live/queries";
import { queueHref } from "@/components/shell/hrefs";
import { PageHead } from "@/components/shell/page-head";
import { sorted, useSort } from "@/components/shell/sort";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Empty } from "@/components/ui/empty";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { SearchBox } from "@/components/ui/search-box";
import { SkeletonRows } from "@/components/ui/skeleton";
import { StateMark } from "@/components/ui/state-mark";
import type { QueueInfo } from "@/lib/api/schemas/overview";
import { queuesWords } from "@/lib/i18n/words/queues";
import { uiWords } from "@/lib/i18n/words/ui";

const EVERY_MS = 4_000;
const PAGE_SIZE = 100;

type Count =
  | "length"
  | "started_count"
  | "failed_count"
  | "scheduled_count"
  | "deferred_count"
  | "finished_count"
  | "canceled_count"
  | "workers";

const FIELDS: Readonly<Record<string, keyof QueueInfo>> = {
  waiting: "length",
  running: "started_count",
  failed: "failed_count",
  scheduled: "scheduled_count",
  deferred: "deferred_count",
  finished: "finished_count",
  canceled: "canceled_count",
  oldest: "oldest_ms",
  in: "in_per_s",
  out: "out_per_s",
  workers: "workers",
};

function sortValue(row: QueueInfo, column: string): number | string | null {
  const field = FIELDS[column];
  return field === undefined ? plainName(row.name) : row[field];
}

const rowKey = (row: QueueInfo) => row.name;

function useColumns(known: boolean): readonly Column<QueueInfo>[] {
  const w = useWords(queuesWords);
  const format = useFormat();
  function number(id: keyof typeof w.col, field: Count, wide: boolean | "desktop"): Column<QueueInfo> {
    return {
      id,
      header: w.col[id],
      align: "right",
      sortable: true,
      wide,
      cell: (row) => {
        const value = row[field];
        if (value === null) return <span className="text-faint">?</span>;
        const bad = field === "failed_count" && value > 0 && known;
        return (
          <span
            title={format.exact(value)}
            className={clsx(bad && "font-bold text-crit", value === 0 && "text-faint")}
          >
            {format.count(value)}
          </span>
        );
      },
    };
  }
  function rate(id: "in" | "out", field: "in_per_s" | "out_per_s"): Column<QueueInfo> {
    return {
      id,
      header: w.col[id],
      align: "right",
      sortable: true,
      wide: true,
      cell: (row) => {
        const value = row[field];
        return (
          <span className={clsx((value === null || value === 0) && "text-faint")}>
            {value === null ? "?" : format.perSecond(value)}
          </span>
        );
      },
    };
  }
  return [
    {
      id: "name",
      header: w.col.name,
      sortable: true,
      className: "w-full max-w-0",
      cell: (row) => (
        <span className="flex min-w-0 items-center gap-2">
          <StateMark state={known ? row.state : "unknown"} compact />
          <Link
            href={queueHref(row.name)}
            prefetch={false}
            title={plainName(row.name)}
            className="min-w-0 truncate font-medium hover:underline max-tablet:whitespace-normal max-tablet:[overflow-wrap:anywhere]"
          >
            <Name name={row.name} />
          </Link>
        </span>
      ),
    },
    number("waiting", "length", false),
    number("running", "started_count", true),
    number("failed", "failed_count", false),
    number("scheduled", "scheduled_count", true),
    number("deferred", "deferred_count", "desktop"),
    number("finished", "finished_count", "desktop"),
    number("canceled", "canceled_count", "desktop"),
    {
      id: "oldest",
      header: w.col.oldest,
      align: "right",
      sortable: true,
      cell: ({ oldest_ms }) => (
        <span className={clsx((oldest_ms === null || oldest_ms === 0) && "text-faint")}>
          {oldest_ms === null ? "?" : oldest_ms === 0 ? "–" : format.duration(oldest_ms)}
        </span>
      ),
    },
    rate("in", "in_per_s"),
    rate("out", "out_per_s"),
    number("workers", "workers", true),
  ];
}

interface PagerProps {
  page: number;
  total: number;
  onPage: (page: number) => void;
}

function Pager({ page, total, onPage }: PagerProps) {
  const w = useWords(queuesWords);
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

/** Every queue of this Redis with its counts: filtered by name, sorted, a hundred at a time, all in the URL. */
export function QueueTable() {
  const w = useWords(queuesWords);
  const ui = useWords(uiWords);
  const { stale } = useOverview();
  const known = stale === null;
  const refetchInterval = useLiveInterval(EVERY_MS);
  const { data, isError, refetch } = useQuery({ ...queueInfoQuery, refetchInterval });
  const columns = useColumns(known);
  const [sort, setSort] = useSort(columns.map(({ id }) => id));
  const [filter, setFilter] = useQueryState("q", parseAsString.withDefault(""));
  const [asked, setPage] = useQueryState("page", parseAsInteger.withDefault(1));

  const matching = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    const all = data ?? [];
    return wanted === "" ? all : all.filter(({ name }) => plainName(name).toLowerCase().includes(wanted));
  }, [data, filter]);
  const rows = useMemo(
    () => sorted(matching, sort ?? { column: "name", descending: false }, sortValue),
    [matching, sort],
  );
  const page = Math.min(Math.max(1, asked), Math.max(1, Math.ceil(rows.length / PAGE_SIZE)));
  const shown = useMemo(() => rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), [rows, page]);
  const hint =
    data === undefined
      ? null
      : matching.length === data.length
        ? w.count(data.length)
        : w.filtered(matching.length, data.length);

  return (
    <>
      <PageHead title={w.title} hint={hint}>
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
      {isError && (
        <Banner
          tone="unknown"
          title={w.failedTitle}
          action={<Button onClick={() => refetch()}>{ui.retryLoad}</Button>}
        />
      )}
      <Card flush>
        {data === undefined ? (
          isError ? null : (
            <SkeletonRows rows={10} />
          )
        ) : data.length === 0 ? (
          <Empty title={w.noneTitle}>{w.noneText}</Empty>
        ) : shown.length === 0 ? (
          <Empty
            title={w.noMatchTitle}
            action={<Button onClick={() => void setFilter(null)}>{w.clear}</Button>}
          >
            {w.noMatchText}
          </Empty>
        ) : (
          <>
            <DataTable
              caption={w.caption}
              columns={columns}
              rows={shown}
              rowKey={rowKey}
              sort={sort}
              onSort={setSort}
              steady
              dim={!known || isError}
            />
            <Pager
              page={page}
              total={rows.length}
              onPage={(next) => void setPage(next === 1 ? null : next)}
            />
          </>
        )}
      </Card>
    </>
  );
}
