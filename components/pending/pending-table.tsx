"use client";

import Link from "next/link";
import { useFormat, useWords } from "@/components/i18n/provider";
import { RescueButton } from "@/components/operations/entry-buttons";
import { POISON_DELIVERIES } from "@/components/operations/entry-question";
import { groupHref } from "@/components/shell/hrefs";
import { BacklogName, plainBacklog } from "@/components/streams/backlog-name";
import { FieldsLine } from "@/components/streams/field-text";
import { Copy } from "@/components/ui/copy";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { Elapsed } from "@/components/ui/time";
import type { PendingEntry } from "@/lib/api/schemas/streams";
import { pendingWords } from "@/lib/i18n/words/pending";
import { streamsWords } from "@/lib/i18n/words/streams";

/** One entry may be pending in several groups. */
const rowKey = (row: PendingEntry) => `${row.stream}/${row.group}/${row.id}`;

function Where({ row }: { row: PendingEntry }) {
  const name = `${row.stream}/${row.group}`;
  return (
    <Link
      href={groupHref(row.stream, row.group, { tab: "pending" })}
      prefetch={false}
      title={plainBacklog(name)}
      className="block min-w-0 max-w-[34ch] truncate hover:underline touch:leading-[44px]"
    >
      <BacklogName name={name} />
    </Link>
  );
}

function Consumer({ row }: { row: PendingEntry }) {
  const w = useWords(pendingWords);
  if (row.consumer === null)
    return (
      <span title={w.unownedWhy} className="text-faint">
        {w.unowned}
      </span>
    );
  return (
    <Link
      href={groupHref(row.stream, row.group, { tab: "pending", consumer: row.consumer })}
      prefetch={false}
      title={plainName(row.consumer)}
      className="inline-block max-w-[20ch] truncate align-bottom hover:underline touch:leading-[44px]"
    >
      <Name name={row.consumer} />
    </Link>
  );
}

function Deliveries({ n }: { n: number }) {
  const w = useWords(pendingWords);
  const format = useFormat();
  const poison = n >= POISON_DELIVERIES;
  return (
    <span title={poison ? w.poison : format.exact(n)} className={poison ? "font-bold text-crit" : undefined}>
      {format.count(n)}
    </span>
  );
}

function Fields({ row, denied }: { row: PendingEntry; denied: boolean }) {
  const w = useWords(pendingWords);
  if (row.fields !== null) return <FieldsLine fields={row.fields} total={row.fields_total} />;
  return (
    <span title={denied ? undefined : w.goneWhy} className="text-faint">
      {denied ? w.fieldsDenied : w.gone}
    </span>
  );
}

/** How long ago it was delivered; counts on from the moment it was read. */
function Idle({ row, atMs }: { row: PendingEntry; atMs: number }) {
  return <Elapsed sinceMs={row.idle_ms === null ? null : atMs - row.idle_ms} />;
}

function Rescue({ row }: { row: PendingEntry }) {
  return <RescueButton stream={row.stream} group={row.group} ids={[row.id]} count={1} />;
}

interface RowProps {
  row: PendingEntry;
  atMs: number;
  denied: boolean;
}

/** On a phone: where, who and since when, what, and the button. */
function PhoneCard({ row, atMs, denied }: RowProps) {
  const w = useWords(pendingWords);
  return (
    <div className="flex flex-col gap-1 py-2.5 tablet:hidden">
      <div className="flex items-baseline justify-between gap-3">
        <span className="min-w-0 font-medium">
          <Where row={row} />
        </span>
        <span className="flex-none whitespace-nowrap text-muted">
          <Elapsed sinceMs={row.at_ms} />
        </span>
      </div>
      <span className="font-mono text-12 text-muted">{row.id}</span>
      <span className="line-clamp-3">
        <Fields row={row} denied={denied} />
      </span>
      <div className="flex items-center justify-between gap-3">
        <span className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-12 text-muted">
          <Consumer row={row} />
          <span className="whitespace-nowrap">
            · {w.col.idle.toLowerCase()} <Idle row={row} atMs={atMs} /> · {w.deliveries(row.deliveries)}
          </span>
        </span>
        <Rescue row={row} />
      </div>
    </div>
  );
}

export interface PendingTableProps {
  rows: readonly PendingEntry[];
  /** When they were read. */
  atMs: number;
  /** The Redis user may not read entries. */
  denied: boolean;
  dim: boolean;
}

/** Pending messages of several groups, in the order they are given. */
export function PendingTable({ rows, atMs, denied, dim }: PendingTableProps) {
  const w = useWords(pendingWords);
  const s = useWords(streamsWords);
  const columns: Column<PendingEntry>[] = [
    {
      id: "message",
      header: w.col.message,
      className: "max-tablet:w-full max-tablet:max-w-0",
      cell: (row) => (
        <>
          <PhoneCard row={row} atMs={atMs} denied={denied} />
          <span className="flex items-center whitespace-nowrap font-mono text-12 max-tablet:hidden">
            {row.id}
            <span className="opacity-0 focus-within:opacity-100 group-hover/row:opacity-100 touch:hidden">
              <Copy text={row.id} what={s.entry.copyId} />
            </span>
          </span>
        </>
      ),
    },
    { id: "where", header: w.col.where, wide: true, cell: (row) => <Where row={row} /> },
    {
      id: "fields",
      header: w.col.fields,
      wide: "desktop",
      className: "w-full max-w-0",
      cell: (row) => (
        <span className="block truncate">
          <Fields row={row} denied={denied} />
        </span>
      ),
    },
    { id: "consumer", header: w.col.consumer, wide: true, cell: (row) => <Consumer row={row} /> },
    {
      id: "age",
      header: w.col.age,
      title: w.colTitle.age,
      align: "right",
      wide: true,
      cell: (row) => (
        <span className="inline-block min-w-16">
          <Elapsed sinceMs={row.at_ms} />
        </span>
      ),
    },
    {
      id: "idle",
      header: w.col.idle,
      title: w.colTitle.idle,
      align: "right",
      wide: true,
      cell: (row) => (
        <span className="inline-block min-w-16">
          <Idle row={row} atMs={atMs} />
        </span>
      ),
    },
    {
      id: "deliveries",
      header: w.col.deliveries,
      title: w.colTitle.deliveries,
      align: "right",
      wide: true,
      cell: (row) => <Deliveries n={row.deliveries} />,
    },
    {
      id: "actions",
      header: <span className="sr-only">{w.col.actions}</span>,
      align: "right",
      wide: true,
      cell: (row) => <Rescue row={row} />,
    },
  ];
  return <DataTable caption={w.caption} columns={columns} rows={rows} rowKey={rowKey} steady dim={dim} />;
}
