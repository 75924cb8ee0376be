"use client";

import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { shortId } from "@/components/jobs/short-id";
import { Code } from "@/components/ui/code";
import { Name } from "@/components/ui/name";
import type { EntrySelector, OperationAction, Selector } from "@/lib/api/schemas/operations";
import { operationsWords } from "@/lib/i18n/words/operations";

const NAMED_MAX = 3;

const named = (name: string) => (
  <Code>
    <Name name={name} />
  </Code>
);

/** The first of several ids. */
function Ids({ ids }: { ids: readonly string[] }) {
  return (
    <>
      {ids.slice(0, NAMED_MAX).map((id, i) => (
        <span key={id}>
          {i > 0 && ", "}
          <Code title={id}>
            <Name name={ids.length === 1 ? id : shortId(id)} />
          </Code>
        </span>
      ))}
      {ids.length > NAMED_MAX && " …"}
    </>
  );
}

function EntryScope({ selector }: { selector: EntrySelector }) {
  const w = useWords(operationsWords).scope;
  const format = useFormat();
  const { stream, group, ids, consumer, min_deliveries } = selector;
  let what: ReactNode;
  if (ids !== undefined)
    what = (
      <>
        {w.messages(ids.length, format.count(ids.length))}: <Ids ids={ids} />
      </>
    );
  else if (consumer !== undefined) what = <Rich text={w.heldBy} parts={{ consumer: named(consumer) }} />;
  else what = w.deliveredOften(format.count(min_deliveries ?? 1));
  return (
    <>
      {what} <Rich text={w.inGroup} parts={{ stream: named(stream), group: named(group) }} />
    </>
  );
}

function JobScope({ selector, action }: { selector: Selector; action: OperationAction }) {
  const w = useWords(operationsWords).scope;
  const format = useFormat();
  if ("ids" in selector)
    return (
      <>
        {w.ids(selector.ids.length, format.count(selector.ids.length))}: <Ids ids={selector.ids} />
      </>
    );
  const queue = selector.queue === undefined ? null : named(selector.queue);
  if (selector.fingerprint !== undefined)
    return queue === null ? w.cause : <Rich text={w.causeOf} parts={{ queue }} />;
  if (action === "repair") return queue === null ? w.lost : <Rich text={w.lostOf} parts={{ queue }} />;
  const place = w.place[selector.place];
  return queue === null ? (
    <Rich text={w.everywhere} parts={{ place }} />
  ) : (
    <Rich text={w.placeOf} parts={{ place, queue }} />
  );
}

/** What a selector means, in words, with the names it holds. `null` = everything that is left behind (a cleanup). */
export function Scope({
  action,
  selector,
}: {
  action: OperationAction;
  selector: Selector | EntrySelector | null;
}) {
  const w = useWords(operationsWords).scope;
  if (selector === null) return w.cleanup;
  return "stream" in selector ? (
    <EntryScope selector={selector} />
  ) : (
    <JobScope selector={selector} action={action} />
  );
}
