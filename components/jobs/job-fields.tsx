"use client";

import { useState } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Card } from "@/components/ui/card";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Foreign } from "@/components/ui/name";
import type { JobDetail } from "@/lib/api/schemas/jobs";
import { jobsWords } from "@/lib/i18n/words/jobs";
import { hexPairs } from "./value-view";

type Field = JobDetail["fields"][number];

/** The hash as it stands in Redis, field by field; folded, for it is long and seldom needed. */
export function JobFields({ job }: { job: JobDetail }) {
  const w = useWords(jobsWords);
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const columns: Column<Field>[] = [
    {
      id: "name",
      header: w.field,
      className: "align-top py-1.5",
      cell: (field) => <Foreign text={field.name} className="font-mono text-12" />,
    },
    {
      id: "value",
      header: w.fieldValue,
      className: "w-full max-w-0 py-1.5",
      cell: (field) => (
        <div className="max-h-40 overflow-auto font-mono text-12 text-muted [overflow-wrap:anywhere]">
          {field.text === null ? hexPairs(field.hex ?? "") : <Foreign text={field.text} />}
        </div>
      ),
    },
    {
      id: "size",
      header: w.fieldSize,
      align: "right",
      wide: true,
      className: "align-top py-1.5",
      cell: (field) => format.bytes(field.size),
    },
  ];
  return (
    <Card flush>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="min-h-10 px-4 py-2.5 font-medium touch:min-h-11">
          {w.raws} <span className="ml-1 font-normal text-faint">{w.rawsHint}</span>
        </summary>
        {open && (
          <div className="border-line border-t">
            <DataTable caption={w.raws} columns={columns} rows={job.fields} rowKey={(field) => field.name} />
            {job.fields_truncated && <p className="px-4 py-2 text-12 text-warn">{w.rawsCut}</p>}
          </div>
        )}
      </details>
    </Card>
  );
}
