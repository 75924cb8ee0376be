"use client";

import { clsx } from "clsx";
import Link from "next/link";
import { useFormat, useWords } from "@/components/i18n/provider";
import { groupHref } from "@/components/shell/hrefs";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { StateMark } from "@/components/ui/state-mark";
import type { StreamDetail } from "@/lib/api/schemas/streams";
import { streamsWords } from "@/lib/i18n/words/streams";
import { LagValue } from "./lag-value";

export type StreamGroup = StreamDetail["groups"][number];

const rowKey = (row: StreamGroup) => row.group;

/** A figure that may be unknown: `?`, and faint where it is nothing. */
export function Known({ value, write }: { value: number | null; write: (value: number) => string }) {
  const w = useWords(streamsWords);
  return (
    <span
      title={value === null ? w.notKnown : undefined}
      className={clsx((value === null || value === 0) && "text-faint")}
    >
      {value === null ? "?" : write(value)}
    </span>
  );
}

export interface GroupTableProps {
  stream: string;
  groups: readonly StreamGroup[];
  known: boolean;
}

/** The consumer groups of one stream, each leading to its page. */
export function GroupTable({ stream, groups, known }: GroupTableProps) {
  const w = useWords(streamsWords);
  const format = useFormat();
  const number = (
    id: "pending" | "in" | "out" | "consumers",
    value: (row: StreamGroup) => number | null,
    write: (value: number) => string,
    wide: boolean,
  ): Column<StreamGroup> => ({
    id,
    header: w.col[id],
    title: w.colTitle[id],
    align: "right",
    wide,
    cell: (row) => <Known value={value(row)} write={write} />,
  });
  const columns: Column<StreamGroup>[] = [
    {
      id: "group",
      header: w.col.group,
      className: "w-full max-w-0",
      cell: (row) => (
        <span className="flex min-w-0 items-center gap-2">
          <StateMark state={known ? row.state : "unknown"} compact />
          <Link
            href={groupHref(stream, row.group)}
            prefetch={false}
            title={plainName(row.group)}
            className="min-w-0 truncate font-medium hover:underline touch:leading-[44px]"
          >
            <Name name={row.group} />
          </Link>
        </span>
      ),
    },
    {
      id: "lag",
      header: w.col.lag,
      title: w.colTitle.lag,
      align: "right",
      cell: (row) => <LagValue lag={row.lag} />,
    },
    number("pending", (row) => row.pending, format.count, false),
    {
      id: "behind",
      header: w.col.behind,
      title: w.colTitle.behind,
      align: "right",
      cell: (row) => <Known value={row.behind_ms} write={(ms) => (ms === 0 ? "–" : format.duration(ms))} />,
    },
    number("in", (row) => row.in_per_s, format.perSecond, true),
    number("out", (row) => row.out_per_s, format.perSecond, true),
    number("consumers", (row) => row.consumers, format.count, true),
  ];
  return (
    <DataTable
      caption={w.one.groupsCaption(plainName(stream))}
      columns={columns}
      rows={groups}
      rowKey={rowKey}
      steady
      dim={!known}
    />
  );
}
