"use client";

import { createParser, useQueryState } from "nuqs";
import type { Sort } from "@/components/ui/data-table";

/** `sort=waiting` ascending, `sort=-waiting` descending. A column that the table lacks counts as no order. */
const parser = createParser<Sort>({
  parse: (text) => {
    const descending = text.startsWith("-");
    const column = descending ? text.slice(1) : text;
    return /^\w+$/.test(column) ? { column, descending } : null;
  },
  serialize: ({ column, descending }) => `${descending ? "-" : ""}${column}`,
  eq: (a, b) => a.column === b.column && a.descending === b.descending,
});

/** The order of a table, in the URL; `null` = the table's own. */
export function useSort(columns: readonly string[]): [Sort | null, (next: Sort | null) => void] {
  const [sort, setSort] = useQueryState("sort", parser);
  const known = sort !== null && columns.includes(sort.column) ? sort : null;
  return [known, (next) => void setSort(next)];
}

/** Rows in another order; what is not known goes last, whichever way; equal rows keep their places. Pure. */
export function sorted<Row>(
  rows: readonly Row[],
  sort: Sort | null,
  value: (row: Row, column: string) => number | string | null,
): readonly Row[] {
  if (sort === null) return rows;
  const way = sort.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a, sort.column), value(b, sort.column)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    if (typeof x === "string" || typeof y === "string") return way * String(x).localeCompare(String(y));
    return way * (x - y);
  });
}
