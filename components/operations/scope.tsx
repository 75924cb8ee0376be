"use client";

import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { shortId } from "@/components/jobs/short-id";
import { Code } from "@/components/ui/code";
import { Name } from "@/components/ui/name";
import type { Selector } from "@/lib/api/schemas/operations";
import { operationsWords } from "@/lib/i18n/words/operations";

const NAMED_MAX = 3;

/** What a selector means, in words, with the names it holds. `null` = everything that is left behind (a cleanup). */
export function Scope({ selector }: { selector: Selector | null }) {
  const w = useWords(operationsWords).scope;
  const format = useFormat();
  if (selector === null) return w.cleanup;
  if ("ids" in selector) {
    const named = selector.ids.slice(0, NAMED_MAX);
    return (
      <>
        {w.ids(selector.ids.length, format.count(selector.ids.length))}:{" "}
        {named.map((id, i) => (
          <span key={id}>
            {i > 0 && ", "}
            <Code title={id}>
              <Name name={selector.ids.length === 1 ? id : shortId(id)} />
            </Code>
          </span>
        ))}
        {selector.ids.length > NAMED_MAX && " …"}
      </>
    );
  }
  const queue =
    selector.queue === undefined ? null : (
      <Code>
        <Name name={selector.queue} />
      </Code>
    );
  if (selector.fingerprint !== undefined)
    return queue === null ? w.cause : <Rich text={w.causeOf} parts={{ queue }} />;
  const place = w.place[selector.place];
  return queue === null ? (
    <Rich text={w.everywhere} parts={{ place }} />
  ) : (
    <Rich text={w.placeOf} parts={{ place, queue }} />
  );
}
