"use client";

import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { queueHref } from "@/components/shell/hrefs";
import type { Column } from "@/components/ui/data-table";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { Sparkline } from "@/components/ui/sparkline";
import { StateMark } from "@/components/ui/state-mark";
import type { Sparks } from "@/lib/api/schemas/history";
import type { BacklogRow } from "@/lib/api/schemas/overview";
import { overviewWords } from "@/lib/i18n/words/overview";
import { qualityMark } from "./figures";

type Field = "waiting" | "running" | "failed" | "oldest_ms" | "in_per_s" | "out_per_s" | "workers_live";

/** A figure of a row: `?` when it is not known, a mark when it is not exact. */
function Figure({ row, field, write }: { row: BacklogRow; field: Field; write: (value: number) => string }) {
  const w = useWords(overviewWords);
  const value = row[field];
  if (value === null)
    return (
      <span title={w.notKnown} className="text-faint">
        ?
      </span>
    );
  const mark = qualityMark(row.quality[field]);
  return (
    <span title={mark === "" ? undefined : w.estimated} className={clsx(value === 0 && "text-faint")}>
      {mark}
      {write(value)}
    </span>
  );
}

function QueueCell({ row }: { row: BacklogRow }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <StateMark state={row.state} compact />
      <Link
        href={queueHref(row.name)}
        prefetch={false}
        title={plainName(row.name)}
        className="min-w-0 truncate font-medium hover:underline"
      >
        <Name name={row.name} />
      </Link>
    </span>
  );
}

function DrainCell({ row }: { row: BacklogRow }) {
  const w = useWords(overviewWords);
  const format = useFormat();
  const draining = row.drain === "draining" && row.drain_s !== null;
  const text: ReactNode =
    draining && row.drain_s !== null
      ? format.duration(row.drain_s * 1_000)
      : row.drain === "draining"
        ? w.drainCell.unknown
        : w.drainCell[row.drain];
  return (
    <span
      title={w.drainTitle[row.drain]}
      className={clsx(
        row.drain === "never" && row.state !== "unknown" ? "text-crit" : !draining && "text-faint",
      )}
    >
      {text}
    </span>
  );
}

const LINE: Readonly<Record<BacklogRow["state"], string>> = {
  ok: "var(--accent)",
  degraded: "var(--warn)",
  failing: "var(--crit)",
  paused: "var(--paused)",
  unknown: "var(--muted)",
};

/** The columns of the overview's table, worst first by default. */
export function useBacklogColumns(window: string, sparks: Sparks | undefined): readonly Column<BacklogRow>[] {
  const w = useWords(overviewWords);
  const format = useFormat();
  return [
    {
      id: "name",
      header: w.col.queue,
      cell: (row) => <QueueCell row={row} />,
      sortable: true,
      className: "w-full max-w-0",
    },
    {
      id: "spark",
      header: w.col.backlog(window),
      cell: (row) => (
        <Sparkline
          values={sparks?.rows[row.id]}
          label={w.waitingIn(plainName(row.name))}
          color={row.state === "ok" ? "var(--accent)" : LINE[row.state]}
        />
      ),
      wide: true,
    },
    {
      id: "waiting",
      header: w.col.waiting,
      title: w.colTitle.waiting,
      cell: (row) => <Figure row={row} field="waiting" write={format.count} />,
      align: "right",
      sortable: true,
    },
    {
      id: "running",
      header: w.col.running,
      title: w.colTitle.running,
      cell: (row) => <Figure row={row} field="running" write={format.count} />,
      align: "right",
      sortable: true,
      wide: true,
    },
    {
      id: "failed",
      header: w.col.failed,
      title: w.colTitle.failed,
      cell: (row) => (
        <span className={clsx((row.failed ?? 0) > 0 && row.state !== "unknown" && "font-bold text-crit")}>
          <Figure row={row} field="failed" write={format.count} />
        </span>
      ),
      align: "right",
      sortable: true,
    },
    {
      id: "oldest",
      header: w.col.oldest,
      title: w.colTitle.oldest,
      cell: (row) => (
        <Figure row={row} field="oldest_ms" write={(ms) => (ms === 0 ? "–" : format.duration(ms))} />
      ),
      align: "right",
      sortable: true,
    },
    {
      id: "in",
      header: w.col.in,
      title: w.colTitle.in,
      cell: (row) => <Figure row={row} field="in_per_s" write={format.perSecond} />,
      align: "right",
      sortable: true,
      wide: true,
    },
    {
      id: "out",
      header: w.col.out,
      title: w.colTitle.out,
      cell: (row) => <Figure row={row} field="out_per_s" write={format.perSecond} />,
      align: "right",
      sortable: true,
      wide: true,
    },
    {
      id: "drains",
      header: w.col.drains,
      title: w.colTitle.drains,
      cell: (row) => <DrainCell row={row} />,
      align: "right",
      sortable: true,
      wide: true,
    },
    {
      id: "workers",
      header: w.col.workers,
      title: w.colTitle.workers,
      cell: (row) => <Figure row={row} field="workers_live" write={format.count} />,
      align: "right",
      sortable: true,
      wide: true,
    },
  ];
}

/** What a row is ordered by; `never` drains after everything that does. */
export function sortValue(row: BacklogRow, column: string): number | string | null {
  switch (column) {
    case "name":
      return plainName(row.name);
    case "waiting":
      return row.waiting;
    case "running":
      return row.running;
    case "failed":
      return row.failed;
    case "oldest":
      return row.oldest_ms;
    case "in":
      return row.in_per_s;
    case "out":
      return row.out_per_s;
    case "drains":
      return row.drain === "never" ? Number.MAX_SAFE_INTEGER : row.drain === "empty" ? 0 : row.drain_s;
    case "workers":
      return row.workers_live;
    default:
      return row.rank;
  }
}
