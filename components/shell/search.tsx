"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useRouter } from "next/navigation";
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type RefObject,
  useDeferredValue,
  useId,
  useState,
} from "react";
import { useWords } from "@/components/i18n/provider";
import { queueInfoQuery } from "@/components/live/queries";
import { BacklogName, plainBacklog } from "@/components/streams/backlog-name";
import { streamsFoundQuery } from "@/components/streams/queries";
import { Kbd } from "@/components/ui/code";
import { SearchBox } from "@/components/ui/search-box";
import { shellWords } from "@/lib/i18n/words/shell";
import { groupHref, jobHref, queueHref, streamHref } from "./hrefs";
import { bestNamed, looksLikeJobId, placesOf } from "./search-match";

/** As many streams as a list of hits can use; more would only be sorted away. */
const FOUND_MAX = 50;

interface Hit {
  href: string;
  kind: string;
  name: string;
}

export interface SearchProps {
  inputRef?: RefObject<HTMLInputElement | null>;
  /** Shows which key focuses it. */
  hint?: boolean;
  autoFocus?: boolean;
  /** After it has gone somewhere. */
  onDone?: () => void;
}

/** Finds queues, streams and groups by name and opens jobs by id; a pasted id opens at once. */
export function Search({ inputRef, hint = false, autoFocus = false, onDone }: SearchProps) {
  const w = useWords(shellWords);
  const router = useRouter();
  const listId = useId();
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const { data: queues } = useQuery({ ...queueInfoQuery, enabled: open });
  const wanted = text.trim();
  const asked = useDeferredValue(wanted);
  const { data: streams } = useQuery({
    ...streamsFoundQuery(asked, FOUND_MAX),
    enabled: open && asked !== "",
    placeholderData: keepPreviousData,
  });
  const named = [
    ...(queues ?? []).map(({ name }) => ({ href: queueHref(name), kind: w.goToQueue, name })),
    ...placesOf(streams?.items ?? []).map(({ stream, group, name }) =>
      group === null
        ? { href: streamHref(stream), kind: w.goToStream, name }
        : { href: groupHref(stream, group), kind: w.goToGroup, name },
    ),
  ];
  const hits: Hit[] = wanted === "" ? [] : bestNamed(named, wanted);
  const job: Hit = { href: jobHref(wanted), kind: w.goToJob, name: wanted };
  // What has the shape of an id is one, even if a queue has it in its name.
  if (wanted !== "") looksLikeJobId(wanted) ? hits.unshift(job) : hits.push(job);
  const shown = open && wanted !== "";
  const active = hits[Math.min(at, hits.length - 1)];

  function go(href: string): void {
    setText("");
    setOpen(false);
    inputRef?.current?.blur();
    onDone?.();
    router.push(href);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (hits.length > 0) setAt((current) => (current + step + hits.length) % hits.length);
    } else if (event.key === "Enter" && active !== undefined) {
      go(active.href);
    } else if (event.key === "Escape") {
      setText("");
      setOpen(false);
      event.currentTarget.blur();
    }
  }

  function onPaste(event: ClipboardEvent<HTMLInputElement>): void {
    const pasted = event.clipboardData.getData("text").trim();
    if (text !== "" || !looksLikeJobId(pasted)) return;
    event.preventDefault();
    go(jobHref(pasted));
  }

  return (
    <search className="relative block min-w-0">
      <SearchBox
        ref={inputRef}
        label={w.searchHelp}
        placeholder={w.searchHint}
        hint={hint ? <Kbd>/</Kbd> : undefined}
        autoFocus={autoFocus}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        aria-autocomplete="list"
        aria-controls={shown ? listId : undefined}
        aria-activedescendant={
          shown && active !== undefined ? `${listId}-${hits.indexOf(active)}` : undefined
        }
      />
      {shown && (
        <div
          id={listId}
          role="listbox"
          aria-label={w.search}
          className="absolute inset-x-0 top-full z-30 mt-1.5 max-h-80 min-w-60 overflow-y-auto rounded-card border border-line bg-panel py-1"
        >
          {hits.map((hit, i) => (
            // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field, which names the active option
            <div
              key={hit.href}
              id={`${listId}-${i}`}
              role="option"
              aria-selected={hit === active}
              title={plainBacklog(hit.name)}
              onPointerEnter={() => setAt(i)}
              onPointerDown={(event) => {
                event.preventDefault();
                go(hit.href);
              }}
              className={clsx(
                "flex min-h-8 cursor-pointer items-center gap-2 px-3 touch:min-h-11",
                hit === active && "bg-raised",
              )}
            >
              <span className="w-14 flex-none text-12 text-faint">{hit.kind}</span>
              <span className="min-w-0 truncate font-medium">
                <BacklogName name={hit.name} />
              </span>
            </div>
          ))}
        </div>
      )}
    </search>
  );
}
