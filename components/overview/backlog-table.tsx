"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo } from "react";
import { useWords } from "@/components/i18n/provider";
import { useLiveInterval } from "@/components/live/provider";
import { HISTORY_EVERY_MS, sparksQuery } from "@/components/live/queries";
import { sorted, useSort } from "@/components/shell/sort";
import { useWindow } from "@/components/shell/window";
import { Card } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import type { BacklogRow, Overview } from "@/lib/api/schemas/overview";
import { overviewWords } from "@/lib/i18n/words/overview";
import { sortValue, useBacklogColumns } from "./backlog-columns";

const rowKey = (row: BacklogRow) => row.id;

/** All backlogs in one table, worst first; it keeps its order while somebody points at it. */
export function BacklogTable({ overview, known }: { overview: Overview; known: boolean }) {
  const w = useWords(overviewWords);
  const [window] = useWindow();
  const refetchInterval = useLiveInterval(HISTORY_EVERY_MS);
  const { data: sparks } = useQuery({
    ...sparksQuery(window),
    refetchInterval,
    placeholderData: keepPreviousData,
  });
  const columns = useBacklogColumns(window, sparks);
  const [sort, setSort] = useSort(columns.filter(({ sortable }) => sortable === true).map(({ id }) => id));
  const rows = useMemo(() => sorted(overview.rows, sort, sortValue), [overview.rows, sort]);
  const more = overview.rows_total > overview.rows.length;
  return (
    <Card flush aria-label={w.tableTitle}>
      <DataTable
        caption={w.tableCaption}
        columns={columns}
        rows={rows}
        rowKey={rowKey}
        sort={sort}
        onSort={setSort}
        steady
        dim={!known}
      />
      {more && (
        <p className="border-line border-t px-4 py-2.5 text-muted">
          {w.shownOf(overview.rows.length, overview.rows_total)}
          {overview.totals.queues > 0 && (
            <>
              {" · "}
              <Link href="/queues" prefetch={false} className="text-accent underline">
                {w.allQueues(overview.totals.queues)}
              </Link>
            </>
          )}
          {overview.discovery.streams > 0 && (
            <>
              {" · "}
              <Link href="/streams" prefetch={false} className="text-accent underline">
                {w.allStreams}
              </Link>
            </>
          )}
        </p>
      )}
    </Card>
  );
}
