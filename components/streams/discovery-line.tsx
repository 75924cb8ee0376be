"use client";

import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { Code } from "@/components/ui/code";
import { Name } from "@/components/ui/name";
import type { Discovery } from "@/lib/api/schemas/streams";
import type { Format } from "@/lib/i18n/format";
import { streamsWords } from "@/lib/i18n/words/streams";

/** The setting that names streams and patterns. */
export const SETTING = "VIGIA_STREAMS";
const NAMES_SHOWN = 8;

type DiscoveryText = (typeof streamsWords)["en"]["discovery"];

/** How far the first search is, in words; null once everything has been seen, or when nothing is searched. Pure. */
export function searchText(discovery: Discovery, w: DiscoveryText, format: Format): string | null {
  if (discovery.complete || discovery.denied) return null;
  return discovery.pass === null
    ? w.first
    : w.searching(format.percent(discovery.pass, 1), discovery.streams);
}

/** Names one after the other, the first few of many. */
export function AwaitedNames({ names }: { names: readonly string[] }) {
  const w = useWords(streamsWords).discovery;
  const more = names.length - NAMES_SHOWN;
  return (
    <>
      {names.slice(0, NAMES_SHOWN).map((name, i) => (
        <span key={name}>
          {i > 0 && ", "}
          <Code>
            <Name name={name} />
          </Code>
        </span>
      ))}
      {more > 0 && <> {w.moreNames(more)}</>}
    </>
  );
}

/** What there is to know about the search for streams: that it was denied, and what is awaited. Often nothing. */
export function DiscoveryNotes({ discovery }: { discovery: Discovery }) {
  const w = useWords(streamsWords).discovery;
  const setting = <Code>{SETTING}</Code>;
  if (!discovery.denied && discovery.awaited.length === 0) return null;
  return (
    <div className="flex flex-col gap-1 text-12 text-muted">
      {discovery.denied && (
        <p>
          <Rich text={w.denied} parts={{ setting }} />
        </p>
      )}
      {discovery.awaited.length > 0 && (
        <p>
          <Rich
            text={w.awaited(discovery.awaited.length)}
            parts={{ setting, names: <AwaitedNames names={discovery.awaited} /> }}
          />
        </p>
      )}
    </div>
  );
}

/** How far the search is, while it runs for the first time. */
export function SearchProgress({ discovery }: { discovery: Discovery }) {
  const w = useWords(streamsWords).discovery;
  const format = useFormat();
  const text = searchText(discovery, w, format);
  return text === null ? null : <span className="tabular">{text}</span>;
}
