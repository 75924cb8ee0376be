"use client";

import { useFormat, useWords } from "@/components/i18n/provider";
import { Foreign } from "@/components/ui/name";
import type { Entry, FieldPart } from "@/lib/api/schemas/streams";
import { streamsWords } from "@/lib/i18n/words/streams";

/** Enough for one line of a table; the rest is in the dialog of the entry. */
const LINE_CHARS = 160;

/** `0a1bff` as `0a 1b ff`. */
function hexPairs(hex: string): string {
  return hex.replace(/(..)(?=.)/g, "$1 ");
}

/**
 * A name or value on one line: text as it is, bytes as hex, and what was left out.
 * @param sized whether what was cut says how large it is
 */
export function FieldText({ part, sized = true }: { part: FieldPart; sized?: boolean }) {
  const w = useWords(streamsWords).entry;
  const format = useFormat();
  const full = part.text ?? hexPairs(part.hex ?? "");
  // By code points: half a surrogate pair is no character.
  const shown = full.length > LINE_CHARS ? [...full.slice(0, LINE_CHARS + 1)].slice(0, -1).join("") : full;
  const cut = part.cut || shown.length < full.length;
  return (
    <span title={part.text === null ? w.bytes(format.bytes(part.bytes)) : undefined}>
      {part.text === null && <span className="mr-1 text-faint">hex</span>}
      <Foreign text={shown} />
      {cut && (
        <span className="text-faint" title={w.cut(format.bytes(part.bytes))}>
          …{sized && <span className="whitespace-nowrap"> ({format.bytes(part.bytes)})</span>}
        </span>
      )}
    </span>
  );
}

/** Fields in one line, names quieter than values: `id 20 · tipo ocorrencia · valor 318.90`. */
export function FieldsLine({ fields, total }: { fields: Entry["fields"]; total: number }) {
  const w = useWords(streamsWords).entry;
  const more = total - fields.length;
  return (
    <span className="font-mono text-12">
      {fields.map(({ name, value }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an entry never changes, and its field names may repeat
        <span key={i}>
          {i > 0 && <span className="text-faint"> · </span>}
          <span className="text-muted">
            <FieldText part={name} />
          </span>{" "}
          <FieldText part={value} />
        </span>
      ))}
      {more > 0 && <span className="text-faint"> · {w.moreColumns(more)}</span>}
    </span>
  );
}
