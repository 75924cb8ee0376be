"use client";

import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { backlogHref } from "@/components/shell/hrefs";
import { BacklogName, plainBacklog } from "@/components/streams/backlog-name";
import type { Column } from "@/components/ui/data-table";
import { Sparkline } from "@/components/ui/sparkline";
import { StateMark } from "@/components/ui/state-mark";
import type { Sparks } from "@/lib/api/schemas/history";
import type { BacklogRow } from "@/lib/api/schemas/overview";
import { overviewWords } from "@/lib/i18n/words/overview";
import { streamsWords } from "@/lib/i18n/words/streams";
import { qualityMark } from "./figures";

type Field = "waiting" | "running" | "failed" | "oldest_ms" | "in_per_s" | "out_per_s" | "workers_live";

/** A stream whose readers keep their place themselves; where the groups may not be asked for, nothing is known. */
function isUngrouped({ stream }: BacklogRow): boolean {
  return stream !== null && stream.group === null && stream.lag_reason !== "denied";
}

/** Whether nobody could know a figure of this row: Redis counts no failures of a stream, and no progress without a group. */
function isWithout(row: BacklogRow, field: Field): boolean {
  if (row.stream === null) return false;
  return field === "failed" || (isUngrouped(row) && field !== "in_per_s");
}

/** A figure of a row: `?` when it is not known, `–` when there is no such thing, a mark when it is not exact. */
function Figure({ row, field, write }: { row: BacklogRow; field: Field; write: (value: number) => string }) {
  const w = useWords(overviewWords);
  const s = useWords(streamsWords);
  const value = row[field];
  if (isWithout(row, field))
    return (
      <span title={isUngrouped(row) ? w.noProgress : w.noFailures} className="text-faint">
        –
      </span>
    );
  const reason = field === "waiting" ? (row.stream?.lag_reason ?? null) : null;
  if (value === null)
    return (
      <span title={reason === null ? w.notKnown : w.lagUnknown(s.lagReason[reason])} className="text-faint">
        ?
      </span>
    );
  const mark = qualityMark(row.quality[field]);
  return (
    <span
      title={
        mark === "" ? undefined : reason === null ? w.estimated : `${w.estimated}: ${s.lagReason[reason]}`
      }
      className={clsx(value === 0 && "text-faint")}
    >
      {mark}
      {write(value)}
    </span>
  );
}

/** What a row must be read with: why its lag is not known, or that nobody can see how far the readers are. */
function useNote(row: BacklogRow): string | null {
  const w = useWords(overviewWords);
  const s = useWords(streamsWords);
  const { stream, waiting } = row;
  if (stream === null) return null;
  if (isUngrouped(row)) {
    const length = stream.length === null ? [] : [s.entries(stream.length)];
    const cap = stream.trimming === "unknown" ? [] : [s.trimming[stream.trimming]];
    return [...length, ...cap, w.noGroup].join(" · ");
  }
  return waiting === null && stream.lag_reason !== null
    ? w.lagUnknown(s.lagReasonShort[stream.lag_reason])
    : null;
}

function NameCell({ row }: { row: BacklogRow }) {
  const w = useWords(overviewWords);
  const note = useNote(row);
  return (
    <span className="flex min-w-0 items-center gap-2">
      <StateMark state={row.state} compact />
      <span className="flex min-w-0 flex-1 items-baseline gap-x-2 max-tablet:flex-col max-tablet:py-1">
        <Link
          href={backlogHref(row)}
          prefetch={false}
          title={plainBacklog(row.name)}
          className="min-w-0 font-medium hover:underline max-tablet:w-full tablet:truncate"
        >
          <BacklogName name={row.name} stacked />
        </Link>
        <span className="flex-none text-faint max-tablet:sr-only">{w.tag[row.source]}</span>
        {note !== null && (
          <span
            title={note}
            className="min-w-0 flex-1 text-12 text-faint max-tablet:line-clamp-2 tablet:truncate"
          >
            {note}
          </span>
        )}
      </span>
    </span>
  );
}

/** Live workers of a queue; of a group those of its consumers that are alive, of all that it knows. */
function WorkersCell({ row }: { row: BacklogRow }) {
  const w = useWords(overviewWords);
  const format = useFormat();
  const total = row.stream?.consumers ?? null;
  if (row.stream?.group == null || total === null || row.workers_live === total)
    return <Figure row={row} field="workers_live" write={format.count} />;
  return (
    <span className={clsx(total === 0 && "text-faint")}>
      {w.aliveOf(row.workers_live === null ? "?" : format.count(row.workers_live), format.count(total))}
    </span>
  );
}

/**
 * Age of the oldest job or message that is not done: of a group the larger of what it was not given yet and what is
 * pending, milliseconds. What is known of one of them is a lower bound where the other is not. Pure.
 */
export function oldestOf({ oldest_ms, stream }: Pick<BacklogRow, "oldest_ms" | "stream">): {
  ms: number | null;
  atLeast: boolean;
} {
  if (stream === null) return { ms: oldest_ms, atLeast: false };
  const known = [oldest_ms, stream.pending_oldest_ms].filter((ms) => ms !== null);
  const ms = Math.max(0, ...known);
  if (known.length === 2) return { ms, atLeast: false };
  return ms === 0 ? { ms: null, atLeast: false } : { ms, atLeast: true };
}

function OldestCell({ row }: { row: BacklogRow }) {
  const format = useFormat();
  const { ms, atLeast } = oldestOf(row);
  // A queue's own mark stays its own.
  const quality = row.stream === null ? row.quality : atLeast ? { oldest_ms: "at_least" as const } : {};
  return (
    <Figure
      row={{ ...row, oldest_ms: ms, quality }}
      field="oldest_ms"
      write={(value) => (value === 0 ? "–" : format.duration(value))}
    />
  );
}

function DrainCell({ row }: { row: BacklogRow }) {
  const w = useWords(overviewWords);
  const format = useFormat();
  if (isUngrouped(row))
    return (
      <span title={w.noProgress} className="text-faint">
        –
      </span>
    );
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

/** The line says which system it is; the state has its own mark at the name. */
const LINE: Readonly<Record<BacklogRow["source"], string>> = {
  rq: "var(--accent)",
  streams: "var(--stream)",
};

/** The columns of the overview's table, worst first by default. */
export function useBacklogColumns(window: string, sparks: Sparks | undefined): readonly Column<BacklogRow>[] {
  const w = useWords(overviewWords);
  const format = useFormat();
  return [
    {
      id: "name",
      header: w.col.queue,
      cell: (row) => <NameCell row={row} />,
      sortable: true,
      className: "w-full max-w-0",
    },
    {
      id: "spark",
      header: w.col.backlog(window),
      cell: (row) => (
        <Sparkline
          values={sparks?.rows[row.id]}
          label={w.waitingIn(plainBacklog(row.name))}
          color={row.state === "unknown" ? "var(--muted)" : LINE[row.source]}
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
      cell: (row) => <OldestCell row={row} />,
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
      cell: (row) => <WorkersCell row={row} />,
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
      return plainBacklog(row.name);
    case "waiting":
      return row.waiting;
    case "running":
      return row.running;
    case "failed":
      return row.failed;
    case "oldest":
      return oldestOf(row).ms;
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
