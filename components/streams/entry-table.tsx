"use client";

import { clsx } from "clsx";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Foreign } from "@/components/ui/name";
import { Time } from "@/components/ui/time";
import type { Entry } from "@/lib/api/schemas/streams";
import { streamsWords } from "@/lib/i18n/words/streams";
import { FieldsLine, FieldText } from "./field-text";

export interface EntryTableProps {
  caption: string;
  entries: readonly Entry[];
  /** Names of the fields that have a column. */
  columns: readonly string[];
  dim: boolean;
  onOpen: (id: string) => void;
}

/** Longer than this a cell says how much there is. */
const LONG_BYTES = 120;
const HEAD =
  "h-9 whitespace-nowrap border-line border-b bg-panel px-3 text-left font-normal text-12 text-muted";
const CELL = "h-9 border-line border-b px-3 group-last/row:border-b-0 touch:h-11";
/** Stays in sight while the fields scroll below it. */
const STUCK = "sticky left-0 z-[1] bg-panel group-hover/row:bg-raised";

/** The value of one field; of several with that name the first, with how many there are. */
function Cell({ entry, column }: { entry: Entry; column: string }) {
  const w = useWords(streamsWords).entry;
  const format = useFormat();
  const values = entry.fields.filter(({ name }) => name.text === column && !name.cut);
  const [first] = values;
  if (first === undefined) return <span className="text-faint">–</span>;
  return (
    <span className="flex items-baseline gap-2 font-mono text-12">
      <span className="max-w-[36ch] flex-none truncate">
        <FieldText part={first.value} sized={false} />
      </span>
      {first.value.bytes > LONG_BYTES && (
        <span className="flex-none text-faint">{format.bytes(first.value.bytes)}</span>
      )}
      {values.length > 1 && <span className="flex-none text-faint">{w.repeated(values.length)}</span>}
    </span>
  );
}

/** How many fields of an entry have no column. Pure. */
export function beyondColumns(entry: Entry, columns: readonly string[]): number {
  const shown = entry.fields.filter(
    ({ name }) => name.text !== null && !name.cut && columns.includes(name.text),
  );
  return entry.fields_total - shown.length;
}

/** Entries with their fields as columns, scrolling inside the card; on phones one line below another. */
export function EntryTable({ caption, entries, columns, dim, onOpen }: EntryTableProps) {
  const w = useWords(streamsWords).entry;
  const timed = entries.some(({ at_ms }) => at_ms !== null);
  const rest = entries.some((entry) => beyondColumns(entry, columns) > 0);
  const opener = (id: string) => (
    <button
      type="button"
      aria-label={w.open(id)}
      onClick={() => onOpen(id)}
      className="min-h-8 whitespace-nowrap font-mono text-12 text-accent hover:underline touch:min-h-11"
    >
      {id}
    </button>
  );
  return (
    <section
      aria-label={caption}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="relative overflow-x-auto rounded-card -outline-offset-2"
    >
      <table className={clsx("w-full border-separate border-spacing-0", dim && "text-muted")}>
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            <th scope="col" className={clsx(HEAD, STUCK, "pl-4")}>
              {w.id}
            </th>
            {timed && (
              <th scope="col" className={clsx(HEAD, "max-tablet:hidden")}>
                {w.time}
              </th>
            )}
            {columns.map((column) => (
              <th key={column} scope="col" className={clsx(HEAD, "max-tablet:hidden")}>
                <span className="block max-w-[36ch] truncate font-mono">
                  <Foreign text={column} />
                </span>
              </th>
            ))}
            {rest ? (
              <th scope="col" className={clsx(HEAD, "w-full pr-4 max-tablet:hidden")}>
                <span className="sr-only">{w.fields}</span>
              </th>
            ) : (
              <td className={clsx(HEAD, "w-full pr-4 max-tablet:hidden")} />
            )}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => {
            const beyond = beyondColumns(entry, columns);
            return (
              <tr key={entry.id} className="group/row hover:bg-raised">
                <td
                  className={clsx(CELL, STUCK, "pl-4 max-tablet:w-full max-tablet:max-w-0 max-tablet:py-1")}
                >
                  <span className="flex items-baseline justify-between gap-3">
                    {opener(entry.id)}
                    <span className="text-12 text-muted tablet:hidden">
                      <Time ms={entry.at_ms} />
                    </span>
                  </span>
                  <span className="line-clamp-3 pb-1 tablet:hidden">
                    <FieldsLine fields={entry.fields} total={entry.fields_total} />
                  </span>
                </td>
                {timed && (
                  <td className={clsx(CELL, "text-muted max-tablet:hidden")}>
                    <Time ms={entry.at_ms} as="exact" />
                  </td>
                )}
                {columns.map((column) => (
                  <td key={column} className={clsx(CELL, "max-tablet:hidden")}>
                    <Cell entry={entry} column={column} />
                  </td>
                ))}
                <td className={clsx(CELL, "whitespace-nowrap pr-4 max-tablet:hidden")}>
                  {beyond > 0 && (
                    <button
                      type="button"
                      onClick={() => onOpen(entry.id)}
                      className="min-h-8 text-12 text-accent hover:underline touch:min-h-11"
                    >
                      {w.moreColumns(beyond)}
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
