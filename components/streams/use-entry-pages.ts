"use client";

import { useMemo } from "react";
import { type Hold, type ListSource, type Pages, usePages } from "@/components/live/use-pages";
import type { Entry, EntryPage } from "@/lib/api/schemas/streams";
import { type EntrySeek, entriesKey, fetchEntries } from "./queries";

const COLUMNS_MAX = 12;

export interface EntryPages extends Pages<Entry, EntryPage> {
  /** `undefined` = not read yet. */
  entries: readonly Entry[] | undefined;
  /** Names of the fields that have a column, in the order of their first appearance. */
  columns: readonly string[];
  total: number | null;
}

const idOf = (entry: Entry) => entry.id;

/** Field names of all pages, as many as one page may have. Pure. */
export function columnsOf(pages: readonly Pick<EntryPage, "columns">[]): string[] {
  return [...new Set(pages.flatMap(({ columns }) => columns))].slice(0, COLUMNS_MAX);
}

/** Pages of a stream's entries. @param pulse changes when entries were added or went away */
export function useEntryPages(
  stream: string,
  { at, order }: EntrySeek,
  hold: Hold,
  pulse: string,
): EntryPages {
  const source = useMemo((): ListSource<EntryPage> => {
    const seek = { at, order };
    return {
      key: entriesKey(stream, seek),
      read: (cursor, signal) => fetchEntries(stream, seek, cursor, signal),
    };
  }, [stream, at, order]);
  const list = usePages<Entry, EntryPage>(source, idOf, hold, pulse);
  const { pages, newest } = list;
  const entries = useMemo(() => pages?.flatMap(({ items }) => items), [pages]);
  const columns = useMemo(() => columnsOf(pages ?? []), [pages]);
  return { ...list, entries, columns, total: (newest ?? pages?.[0])?.total ?? null };
}
