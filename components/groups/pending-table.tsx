"use client";

import { clsx } from "clsx";
import { useFormat, useWords } from "@/components/i18n/provider";
import { AckButton, DeadLetterButton, RescueButton } from "@/components/operations/entry-buttons";
import { POISON_DELIVERIES } from "@/components/operations/entry-question";
import { FieldsLine } from "@/components/streams/field-text";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Name } from "@/components/ui/name";
import { Elapsed, Time } from "@/components/ui/time";
import type { PendingEntry } from "@/lib/api/schemas/streams";
import { groupsWords } from "@/lib/i18n/words/groups";

/** A pending entry with the moment of its last delivery: its idle time goes on counting after it was read. */
export interface PendingRow extends PendingEntry {
  /** Unix ms; null = nobody owns it. */
  given_ms: number | null;
  fields_denied: boolean;
}

const rowKey = (row: PendingRow) => row.id;

function Fields({ row }: { row: PendingRow }) {
  const w = useWords(groupsWords).pending;
  if (row.fields !== null) return <FieldsLine fields={row.fields} total={row.fields_total} />;
  return row.fields_denied ? (
    <span className="text-faint">{w.denied}</span>
  ) : (
    <span title={w.goneWhy} className="text-warn">
      {w.gone}
    </span>
  );
}

function Owner({ row }: { row: PendingRow }) {
  const w = useWords(groupsWords).pending;
  if (row.consumer === null)
    return (
      <span title={w.nobodyWhy} className="text-faint">
        {w.nobody}
      </span>
    );
  return <Name name={row.consumer} />;
}

function Deliveries({ row }: { row: PendingRow }) {
  const w = useWords(groupsWords).pending;
  const format = useFormat();
  const poison = row.deliveries >= POISON_DELIVERIES;
  return (
    <span
      title={poison ? w.poison : format.exact(row.deliveries)}
      className={clsx(poison && "font-bold text-crit")}
    >
      {format.count(row.deliveries)}
    </span>
  );
}

function Actions({ row }: { row: PendingRow }) {
  const props = { stream: row.stream, group: row.group, ids: [row.id], count: 1 };
  return (
    <span className="inline-flex gap-1.5">
      <RescueButton {...props} />
      <AckButton {...props} />
      <DeadLetterButton {...props} />
    </span>
  );
}

function Opener({ row, onOpen }: { row: PendingRow; onOpen: (id: string) => void }) {
  const w = useWords(groupsWords).pending;
  const format = useFormat();
  return (
    <button
      type="button"
      aria-label={w.open(row.id)}
      title={row.at_ms === null ? undefined : format.exactTime(row.at_ms)}
      onClick={() => onOpen(row.id)}
      className="min-h-8 whitespace-nowrap font-mono text-12 text-accent hover:underline touch:min-h-11"
    >
      {row.id}
    </button>
  );
}

/** All of a row in one cell, as a card, where there is no room for columns. */
function PhoneCard({ row, onOpen }: { row: PendingRow; onOpen: (id: string) => void }) {
  const w = useWords(groupsWords).pending.col;
  return (
    <div className="flex flex-col gap-1 py-2 tablet:hidden">
      <div className="flex items-center justify-between gap-3">
        <Opener row={row} onOpen={onOpen} />
        <span className="text-12 text-muted">
          <Time ms={row.at_ms} />
        </span>
      </div>
      <span className="line-clamp-2">
        <Fields row={row} />
      </span>
      <div className="tabular flex flex-wrap gap-x-3 text-12 text-muted">
        <Owner row={row} />
        {row.given_ms !== null && (
          <span>
            {w.idle.toLowerCase()} <Elapsed sinceMs={row.given_ms} />
          </span>
        )}
        <span>
          {w.deliveries.toLowerCase()} <Deliveries row={row} />
        </span>
      </div>
      <Actions row={row} />
    </div>
  );
}

export interface PendingTableProps {
  caption: string;
  rows: readonly PendingRow[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  onOpen: (id: string) => void;
  dim: boolean;
}

/** Pending entries of one group in the order they are given. */
export function PendingTable({ caption, rows, selected, onSelect, onOpen, dim }: PendingTableProps) {
  const w = useWords(groupsWords).pending;
  const columns: Column<PendingRow>[] = [
    {
      id: "message",
      header: w.col.message,
      className: "max-tablet:w-full max-tablet:max-w-0",
      cell: (row) => (
        <>
          <PhoneCard row={row} onOpen={onOpen} />
          <span className="max-tablet:hidden">
            <Opener row={row} onOpen={onOpen} />
          </span>
        </>
      ),
    },
    {
      id: "fields",
      header: w.col.fields,
      wide: true,
      className: "w-full max-w-0",
      cell: (row) => (
        <span className="block truncate">
          <Fields row={row} />
        </span>
      ),
    },
    {
      id: "consumer",
      header: w.col.consumer,
      wide: true,
      cell: (row) => (
        <span className="block max-w-40 truncate">
          <Owner row={row} />
        </span>
      ),
    },
    {
      id: "idle",
      header: w.col.idle,
      title: w.idleTitle,
      align: "right",
      wide: true,
      // Room for the longest text: a column that grows with the seconds moves all others.
      cell: (row) => (
        <span className="inline-block min-w-18">
          <Elapsed sinceMs={row.given_ms} />
        </span>
      ),
    },
    {
      id: "deliveries",
      header: w.col.deliveries,
      title: w.deliveriesTitle,
      align: "right",
      wide: true,
      cell: (row) => <Deliveries row={row} />,
    },
    {
      id: "actions",
      header: <span className="sr-only">{w.col.actions}</span>,
      align: "right",
      wide: true,
      cell: (row) => <Actions row={row} />,
    },
  ];
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={rows}
      rowKey={rowKey}
      dim={dim}
      selection={{ selected, onChange: onSelect, label: (row) => row.id }}
    />
  );
}
