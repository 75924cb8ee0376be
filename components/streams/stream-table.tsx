"use client";

import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { groupHref, streamHref } from "@/components/shell/hrefs";
import { type Column, DataTable, type Sort } from "@/components/ui/data-table";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { StateMark } from "@/components/ui/state-mark";
import type { StreamRow } from "@/lib/api/schemas/streams";
import { streamsWords } from "@/lib/i18n/words/streams";
import { Known, type StreamGroup } from "./group-table";
import { LagValue } from "./lag-value";

/** More lines than this make a stream hide the next ones; its page has all. */
const GROUPS_SHOWN = 6;
/** One line of a row: as high for a name as for a figure, so that the columns stand level. */
const LINE = "flex h-9 min-w-0 items-center touch:h-11";

const rowKey = (row: StreamRow) => row.stream;

export const SORTABLE = ["stream", "length", "in", "lag", "pending", "behind"] as const;

/** Redis did not tell anything of it: whether it has groups is not known either. */
function isUnread(row: StreamRow): boolean {
  return row.length === null;
}

/** Largest of its groups; null when one of them is unknown. */
function behindOf(row: StreamRow): number | null {
  const known = row.groups.map(({ behind_ms }) => behind_ms).filter((ms) => ms !== null);
  return known.length < row.groups.length ? null : Math.max(0, ...known);
}

/** What a stream is ordered by. Pure. */
export function sortValue(row: StreamRow, column: string): number | string | null {
  switch (column) {
    case "length":
      return row.length;
    case "in":
      return row.in_per_s;
    case "lag":
      return row.groups.length === 0 ? null : row.lag;
    case "pending":
      return row.groups.length === 0 ? null : row.pending;
    case "behind":
      return row.groups.length === 0 ? null : behindOf(row);
    default:
      return plainName(row.stream);
  }
}

/** The same cell of each group, one below the other. */
function Stack({
  row,
  cell,
  right = false,
}: {
  row: StreamRow;
  cell: (group: StreamGroup) => ReactNode;
  right?: boolean;
}) {
  const shown = row.groups.slice(0, GROUPS_SHOWN);
  const line = clsx(LINE, right && "justify-end");
  if (shown.length === 0) return <div className={clsx(line, "text-faint")}>{isUnread(row) ? "?" : "–"}</div>;
  return (
    <>
      {shown.map((group) => (
        <div key={group.group} className={line}>
          {cell(group)}
        </div>
      ))}
      {row.groups.length > shown.length && <div className={line} />}
    </>
  );
}

function GroupLink({ stream, group, known }: { stream: string; group: StreamGroup; known: boolean }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <StateMark state={known ? group.state : "unknown"} compact />
      <Link
        href={groupHref(stream, group.group)}
        prefetch={false}
        title={plainName(group.group)}
        className="min-w-0 truncate hover:underline touch:leading-[44px]"
      >
        <Name name={group.group} />
      </Link>
    </span>
  );
}

function Groups({ row, known }: { row: StreamRow; known: boolean }) {
  const w = useWords(streamsWords);
  const more = row.groups.length - GROUPS_SHOWN;
  if (row.groups.length === 0)
    return (
      <div className={clsx(LINE, "text-faint")} title={isUnread(row) ? w.notKnown : w.noGroupWhy}>
        <span className="truncate">{isUnread(row) ? "?" : w.noGroup}</span>
      </div>
    );
  return (
    <>
      {row.groups.slice(0, GROUPS_SHOWN).map((group) => (
        <div key={group.group} className={LINE}>
          <GroupLink stream={row.stream} group={group} known={known} />
        </div>
      ))}
      {more > 0 && (
        <div className={LINE}>
          <Link
            href={streamHref(row.stream)}
            prefetch={false}
            className="text-muted hover:text-text hover:underline touch:inline-flex touch:min-h-11 touch:items-center"
          >
            {w.moreGroups(more)}
          </Link>
        </div>
      )}
    </>
  );
}

function StreamLink({ row, known }: { row: StreamRow; known: boolean }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <StateMark state={known ? row.state : "unknown"} compact />
      <Link
        href={streamHref(row.stream)}
        prefetch={false}
        title={plainName(row.stream)}
        className="min-w-0 truncate font-medium hover:underline touch:leading-[44px]"
      >
        <Name name={row.stream} />
      </Link>
    </span>
  );
}

/** On a phone: the stream, then each group with what counts most. */
function PhoneCard({ row, known }: { row: StreamRow; known: boolean }) {
  const w = useWords(streamsWords);
  const format = useFormat();
  return (
    <div className="flex flex-col py-1.5 tablet:hidden">
      <div className="flex min-w-0 items-center justify-between gap-3">
        <StreamLink row={row} known={known} />
        <span className="tabular flex-none text-12 text-muted">
          {row.length === null ? "?" : w.entries(row.length)}
        </span>
      </div>
      {row.groups.slice(0, GROUPS_SHOWN).map((group) => (
        <div key={group.group} className="flex min-w-0 items-center justify-between gap-3 pl-5">
          <GroupLink stream={row.stream} group={group} known={known} />
          <span className="tabular flex flex-none gap-3 text-12 text-muted">
            <span>
              {w.col.lag} <LagValue lag={group.lag} />
            </span>
            <span>
              {w.col.pending} <Known value={group.pending} write={format.count} />
            </span>
          </span>
        </div>
      ))}
      {row.groups.length === 0 && (
        <div className="pb-1 pl-5 text-12 text-faint">{isUnread(row) ? w.notKnown : w.noGroupWhy}</div>
      )}
      {row.groups.length > GROUPS_SHOWN && (
        <div className="pb-1 pl-5 text-12 text-muted">{w.moreGroups(row.groups.length - GROUPS_SHOWN)}</div>
      )}
    </div>
  );
}

export interface StreamTableProps {
  rows: readonly StreamRow[];
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
  known: boolean;
}

/** Streams with their groups, one line a group, in the order they are given. */
export function StreamTable({ rows, sort, onSort, known }: StreamTableProps) {
  const w = useWords(streamsWords);
  const format = useFormat();
  // Of the cells alone: heads stand in the middle.
  const top = "[&:is(td)]:align-top";
  const ofGroup = (
    id: "lag" | "pending" | "behind" | "out" | "consumers",
    cell: (group: StreamGroup) => ReactNode,
    sortable: boolean,
  ): Column<StreamRow> => ({
    id,
    header: w.col[id],
    title: w.colTitle[id],
    align: "right",
    wide: true,
    sortable,
    className: top,
    cell: (row) => <Stack row={row} cell={cell} right />,
  });
  const ofStream = (
    id: "length" | "in",
    value: (row: StreamRow) => number | null,
    write: (value: number) => string,
  ): Column<StreamRow> => ({
    id,
    header: w.col[id],
    title: w.colTitle[id],
    align: "right",
    wide: true,
    sortable: true,
    className: top,
    cell: (row) => (
      <div className={clsx(LINE, "justify-end")}>
        <Known value={value(row)} write={write} />
      </div>
    ),
  });
  const columns: Column<StreamRow>[] = [
    {
      id: "stream",
      header: w.col.stream,
      sortable: true,
      className: clsx(top, "w-1/2 max-w-0 max-tablet:w-full"),
      cell: (row) => (
        <>
          <PhoneCard row={row} known={known} />
          <div className={clsx(LINE, "max-tablet:hidden")}>
            <StreamLink row={row} known={known} />
          </div>
        </>
      ),
    },
    ofStream("length", (row) => row.length, format.count),
    ofStream("in", (row) => row.in_per_s, format.perSecond),
    {
      id: "trimming",
      header: w.col.trimming,
      title: w.colTitle.trimming,
      wide: true,
      className: clsx(top, "max-[1380px]:hidden"),
      cell: (row) => (
        <div
          className={clsx(
            LINE,
            "whitespace-nowrap",
            row.trimming === "unknown" ? "text-faint" : "text-muted",
          )}
          title={w.trimmingWhy[row.trimming]}
        >
          {w.trimming[row.trimming]}
        </div>
      ),
    },
    {
      id: "group",
      header: w.col.group,
      wide: true,
      className: clsx(top, "w-1/2 max-w-0"),
      cell: (row) => <Groups row={row} known={known} />,
    },
    ofGroup("lag", (group) => <LagValue lag={group.lag} />, true),
    ofGroup("pending", (group) => <Known value={group.pending} write={format.count} />, true),
    ofGroup(
      "behind",
      (group) => <Known value={group.behind_ms} write={(ms) => (ms === 0 ? "–" : format.duration(ms))} />,
      true,
    ),
    ofGroup("out", (group) => <Known value={group.out_per_s} write={format.perSecond} />, false),
    ofGroup("consumers", (group) => <Known value={group.consumers} write={format.count} />, false),
  ];
  return (
    <DataTable
      caption={w.caption}
      columns={columns}
      rows={rows}
      rowKey={rowKey}
      sort={sort}
      onSort={onSort}
      steady
      dim={!known}
    />
  );
}
