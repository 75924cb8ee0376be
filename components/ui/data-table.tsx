"use client";

import { clsx } from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type FocusEvent, type ReactNode, useRef, useState } from "react";
import { useWords } from "@/components/i18n/provider";
import { uiWords } from "@/lib/i18n/words/ui";
import { Checkbox } from "./checkbox";
import { useSteadyOrder } from "./steady-order";

export interface Column<Row> {
  id: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Numbers: right, tabular. */
  align?: "right";
  /** Left out under 700 px, or already under 1,180 px. */
  wide?: boolean | "desktop";
  sortable?: boolean;
  /** What the column means, on hover. */
  title?: string;
  className?: string;
}

export interface Sort {
  column: string;
  descending: boolean;
}

export interface Selection<Row> {
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
  /** Names a row for screen readers. */
  label: (row: Row) => string;
}

export interface DataTableProps<Row> {
  /** Says what the table lists; for screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  /** Drawn in this order; sorting is the caller's. */
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  sort?: Sort | null;
  /** `null` = back to the order the rows come in. */
  onSort?: (sort: Sort | null) => void;
  selection?: Selection<Row>;
  /** Keep the order while the table is pointed at, focused or selected in. For live tables. */
  steady?: boolean;
  /** What the figures say is old or not known. */
  dim?: boolean;
}

const hiding = (wide: Column<never>["wide"]) =>
  wide === true ? "max-tablet:hidden" : wide === "desktop" ? "max-desktop:hidden" : null;

/** First click: the largest number, or the first name. Second: the other way. Third: the table's own order. */
function nextSort<Row>(column: Column<Row>, sort: Sort | null | undefined): Sort | null {
  const first = column.align === "right";
  if (sort?.column !== column.id) return { column: column.id, descending: first };
  return sort.descending === first ? { column: column.id, descending: !first } : null;
}

function HeadCell<Row>({
  column,
  sort,
  onSort,
}: { column: Column<Row> } & Pick<DataTableProps<Row>, "sort" | "onSort">) {
  const w = useWords(uiWords);
  const active = sort?.column === column.id;
  const right = column.align === "right";
  const sortable = column.sortable === true && onSort !== undefined;
  const arrow =
    active &&
    (sort.descending ? <ArrowDown size={12} aria-hidden="true" /> : <ArrowUp size={12} aria-hidden="true" />);
  return (
    <th
      scope="col"
      title={column.title}
      aria-sort={active ? (sort.descending ? "descending" : "ascending") : undefined}
      className={clsx(
        "h-9 whitespace-nowrap border-line border-b bg-panel px-3 font-normal text-12 text-muted first:rounded-tl-card first:pl-4 last:rounded-tr-card last:pr-4",
        right ? "text-right" : "text-left",
        hiding(column.wide),
        column.className,
      )}
    >
      {sortable ? (
        <button
          type="button"
          onClick={() => onSort(nextSort(column, sort))}
          className={clsx(
            "-mx-1 inline-flex min-h-8 items-center gap-1 rounded px-1 hover:text-text touch:min-h-11",
            right && "flex-row-reverse",
            active && "text-text",
          )}
        >
          {column.header}
          {arrow}
          {!active && <span className="sr-only">{w.sortBy("")}</span>}
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}

/**
 * A real table: caption, scopes, sort state. Wider content scrolls inside it, the page never sideways; on
 * wide screens its head stays in sight.
 */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  sort = null,
  onSort,
  selection,
  steady = false,
  dim = false,
}: DataTableProps<Row>) {
  const w = useWords(uiWords);
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const lastPicked = useRef<string | null>(null);
  const selecting = selection !== undefined && selection.selected.size > 0;
  const held = steady && (hovered || focused || selecting);
  const order = useSteadyOrder(rows, rowKey, held, `${sort?.column} ${sort?.descending}`);
  const onSortProps = onSort === undefined ? {} : { onSort };

  function pick(key: string, on: boolean, through: boolean): void {
    if (selection === undefined) return;
    const keys = order.rows.map(rowKey);
    const to = keys.indexOf(key);
    const from = through && lastPicked.current !== null ? keys.indexOf(lastPicked.current) : to;
    const range = keys.slice(Math.min(from < 0 ? to : from, to), Math.max(from, to) + 1);
    const next = new Set(selection.selected);
    for (const each of range) on ? next.add(each) : next.delete(each);
    lastPicked.current = key;
    selection.onChange(next);
  }

  const all = order.rows.length > 0 && order.rows.every((row) => selection?.selected.has(rowKey(row)));

  return (
    <div className="relative">
      {order.moved > 0 && (
        <button
          type="button"
          onClick={order.accept}
          title={w.applyOrder}
          className="absolute -top-3.5 right-4 z-10 min-h-7 rounded-full border border-line bg-raised px-3 text-12 text-muted hover:text-text"
        >
          {w.newOrder(order.moved)} · {w.applyOrder}
        </button>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only notices that somebody is busy here */}
      <div
        className="overflow-x-auto desktop:overflow-x-visible"
        onPointerEnter={(event) => {
          if (event.pointerType === "mouse") setHovered(true);
        }}
        onPointerLeave={() => setHovered(false)}
        onFocus={() => setFocused(true)}
        onBlur={(event: FocusEvent<HTMLDivElement>) => {
          if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false);
        }}
      >
        <table className={clsx("w-full border-separate border-spacing-0", dim && "text-muted")}>
          <caption className="sr-only">{caption}</caption>
          <thead className="desktop:sticky desktop:top-(--header) desktop:z-[5]">
            <tr>
              {selection !== undefined && (
                <th scope="col" className="w-8 rounded-tl-card border-line border-b bg-panel pl-4 text-left">
                  <Checkbox
                    aria-label={w.selectAll}
                    checked={all}
                    mixed={selecting && !all}
                    onChange={() => selection.onChange(all ? new Set() : new Set(order.rows.map(rowKey)))}
                  />
                </th>
              )}
              {columns.map((column) => (
                <HeadCell key={column.id} column={column} sort={sort} {...onSortProps} />
              ))}
            </tr>
          </thead>
          <tbody>
            {order.rows.map((row) => {
              const key = rowKey(row);
              const picked = selection?.selected.has(key) === true;
              return (
                <tr key={key} className={clsx("group/row hover:bg-raised", picked && "bg-raised")}>
                  {selection !== undefined && (
                    <td className="w-8 border-line border-b pl-4 group-last/row:border-b-0">
                      <Checkbox
                        aria-label={w.selectRow(selection.label(row))}
                        checked={picked}
                        onChange={() => undefined}
                        onClick={(event) => pick(key, !picked, event.shiftKey)}
                      />
                    </td>
                  )}
                  {columns.map((column) => (
                    <td
                      key={column.id}
                      className={clsx(
                        "h-9 border-line border-b px-3 first:pl-4 last:pr-4 group-last/row:border-b-0 touch:h-11",
                        column.align === "right" && "tabular whitespace-nowrap text-right",
                        hiding(column.wide),
                        column.className,
                      )}
                    >
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}
