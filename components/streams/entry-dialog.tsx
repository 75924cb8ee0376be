"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { ApiError } from "@/components/live/api";
import { useOverview } from "@/components/live/provider";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code";
import { Command } from "@/components/ui/command";
import { Copy } from "@/components/ui/copy";
import { Dialog } from "@/components/ui/dialog";
import { Empty } from "@/components/ui/empty";
import { Foreign } from "@/components/ui/name";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Time } from "@/components/ui/time";
import type { Entry, FieldPart } from "@/lib/api/schemas/streams";
import { streamsWords } from "@/lib/i18n/words/streams";
import { uiWords } from "@/lib/i18n/words/ui";
import { entryQuery } from "./queries";
import { readable, SHOWN_CHARS } from "./readable";
import { redisCli } from "./redis-cli";

function Value({ name, value }: { name: string; value: FieldPart }) {
  const w = useWords(streamsWords).entry;
  const format = useFormat();
  const text = readable(value);
  return (
    <CodeBlock label={name} className="max-h-96 overflow-y-auto">
      <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">
        {text
          .slice(0, SHOWN_CHARS)
          .split("\n")
          .map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one value never change places
            <span key={i} className="block min-h-[1lh]">
              <Foreign text={line} />
            </span>
          ))}
        {(value.cut || text.length > SHOWN_CHARS) && (
          <span className="text-faint">… {w.cut(format.bytes(value.bytes))}</span>
        )}
      </span>
    </CodeBlock>
  );
}

function Field({ field: { name, value } }: { field: Entry["fields"][number] }) {
  const w = useWords(streamsWords).entry;
  const format = useFormat();
  const label = name.text ?? name.hex ?? "";
  return (
    <div className="flex flex-col gap-1">
      <dt className="flex min-h-8 items-center gap-2">
        <span className="min-w-0 font-mono text-12 [overflow-wrap:anywhere]">
          <Foreign text={label} />
        </span>
        <span className="ml-auto whitespace-nowrap text-12 text-faint">
          {format.bytes(value.bytes)}
          {value.text === null && ` · ${w.notText}`}
        </span>
        {value.text !== null && !value.cut && <Copy text={value.text} what={w.copyValue} />}
      </dt>
      <dd>
        <Value name={label} value={value} />
      </dd>
    </div>
  );
}

/** What one answer is too small for, for a terminal. */
function Whole({ stream, id }: { stream: string; id: string }) {
  const w = useWords(streamsWords).entry;
  const { overview } = useOverview();
  const command = overview === null ? null : redisCli(overview.connection.label, "XRANGE", stream, id, id);
  if (command === null) return null;
  return (
    <div className="flex flex-col gap-1">
      <span className="text-muted">{w.whole}</span>
      <Command text={command} what={w.command} />
    </div>
  );
}

function Found({ stream, entry }: { stream: string; entry: Entry }) {
  const w = useWords(streamsWords).entry;
  const fewer = entry.fields_total > entry.fields.length;
  return (
    <div className="flex flex-col gap-3">
      {entry.at_ms !== null && (
        <p className="text-muted">
          <Time ms={entry.at_ms} as="exact" />
        </p>
      )}
      <dl className="flex flex-col gap-3">
        {entry.fields.map((field, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an entry never changes, and its field names may repeat
          <Field key={i} field={field} />
        ))}
      </dl>
      {fewer && <p className="text-muted">{w.cutFields(entry.fields.length, entry.fields_total)}</p>}
      {(fewer || entry.fields.some(({ value }) => value.cut)) && <Whole stream={stream} id={entry.id} />}
    </div>
  );
}

function Body({ stream, id }: { stream: string; id: string }) {
  const w = useWords(streamsWords).entry;
  const ui = useWords(uiWords);
  const { data, error, refetch } = useQuery(entryQuery(stream, id));
  if (data !== undefined) return <Found stream={stream} entry={data} />;
  if (error === null) return <SkeletonRows rows={4} />;
  if (error instanceof ApiError && error.status === 404) return <Empty title={w.gone}>{error.message}</Empty>;
  return (
    <Banner
      tone="failing"
      title={w.failed}
      action={<Button onClick={() => void refetch()}>{ui.retryLoad}</Button>}
    >
      {error.message}
    </Banner>
  );
}

export interface EntryDialogProps {
  stream: string;
  /** null = closed. */
  id: string | null;
  onClose: () => void;
}

/** One entry with all its fields and whole values, as far as one answer may hold. */
export function EntryDialog({ stream, id, onClose }: EntryDialogProps) {
  const w = useWords(streamsWords).entry;
  return (
    <Dialog
      open={id !== null}
      onClose={onClose}
      wide
      title={
        id !== null && (
          <span className="flex items-center gap-2">
            <Rich text={w.dialog} parts={{ id: <span className="font-mono text-13">{id}</span> }} />
            <Copy text={id} what={w.copyId} />
          </span>
        )
      }
    >
      {id !== null && <Body stream={stream} id={id} />}
    </Dialog>
  );
}
