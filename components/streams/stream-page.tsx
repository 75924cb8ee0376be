"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { ApiError } from "@/components/live/api";
import { useLiveInterval, useOverview } from "@/components/live/provider";
import { streamHref } from "@/components/shell/hrefs";
import { PageHead } from "@/components/shell/page-head";
import { Banner } from "@/components/ui/banner";
import { Button, LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Command } from "@/components/ui/command";
import { Empty } from "@/components/ui/empty";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { StreamDetail } from "@/lib/api/schemas/streams";
import { streamsWords } from "@/lib/i18n/words/streams";
import { uiWords } from "@/lib/i18n/words/ui";
import { EntryList } from "./entry-list";
import { GroupTable } from "./group-table";
import { streamQuery } from "./queries";
import { redisCli } from "./redis-cli";
import { StreamFigures } from "./stream-figures";

const REFRESH_MS = 2_000;

/** What a read of a stream ended in, where asking again would not help. */
type Refusal = "missing" | "wrongType" | "denied";

function refusalOf(error: Error | null): Refusal | null {
  if (!(error instanceof ApiError)) return null;
  switch (error.details?.code) {
    case "NOT_FOUND":
    case "INVALID_INPUT":
      return "missing";
    case "UNSUPPORTED":
      return "wrongType";
    case "FORBIDDEN":
      return "denied";
    default:
      return null;
  }
}

/** Where its dead letters are, or what these are the dead letters of. */
function DeadLetters({ detail }: { detail: StreamDetail }) {
  const w = useWords(streamsWords).one;
  const format = useFormat();
  const { dead_letters: dead, dead_letters_of: origin } = detail;
  return (
    <>
      {origin !== null && (
        <Link
          href={streamHref(origin.stream)}
          prefetch={false}
          className="text-accent hover:underline touch:inline-flex touch:min-h-11 touch:items-center"
        >
          <Rich text={w.deadLettersOf} parts={{ stream: <Name name={origin.stream} /> }} />
        </Link>
      )}
      {dead !== null && dead.length > 0 && (
        <LinkButton href={streamHref(dead.stream)}>
          {dead.length === 1 ? w.deadLetterOne : w.deadLetters(format.count(dead.length))}
        </LinkButton>
      )}
    </>
  );
}

function Expires({ seconds }: { seconds: number }) {
  const w = useWords(streamsWords).one;
  const format = useFormat();
  return (
    <Banner tone="degraded" title={w.expires(format.duration(seconds * 1_000))}>
      {w.expiresWhy}
    </Banner>
  );
}

function Groups({ detail, known }: { detail: StreamDetail; known: boolean }) {
  const w = useWords(streamsWords).one;
  const { overview } = useOverview();
  const command =
    overview === null || detail.dead_letters_of !== null
      ? null
      : // From the start: what is in the stream already is the group's too.
        redisCli(overview.connection.label, "XGROUP", "CREATE", detail.stream, "my_group", "0");
  return (
    <section aria-label={w.groups} className="flex flex-col gap-2">
      <h2 className="font-bold text-15">{w.groups}</h2>
      <Card flush>
        {detail.groups.length > 0 ? (
          <GroupTable stream={detail.stream} groups={detail.groups} known={known} />
        ) : (
          <Empty
            title={w.groupsNone}
            action={command !== null && <Command text={command} what={w.command} />}
          >
            {w.groupsNoneWhy}
          </Empty>
        )}
      </Card>
    </section>
  );
}

function Refused({ stream, refusal, message }: { stream: string; refusal: Refusal; message: string | null }) {
  const w = useWords(streamsWords).one;
  const why = { missing: w.missingWhy, wrongType: w.wrongTypeWhy, denied: message }[refusal];
  return (
    <>
      <PageHead title={plainName(stream)} heading={<Name name={stream} />} />
      <Card>
        <Empty title={w[refusal]} action={<LinkButton href="/streams">{w.toStreams}</LinkButton>}>
          {why}
        </Empty>
      </Card>
    </>
  );
}

/**
 * One stream: figures, groups, entries.
 * @param malformed the address holds no name at all
 */
export function StreamPage({ stream, malformed = false }: { stream: string; malformed?: boolean }) {
  const w = useWords(streamsWords);
  const ui = useWords(uiWords);
  const { stale } = useOverview();
  const interval = useLiveInterval(REFRESH_MS);
  const {
    data: detail,
    error,
    refetch,
  } = useQuery({
    ...streamQuery(stream),
    enabled: !malformed,
    // A key that is gone may come back with the next entry; one of another type or a refusal stays.
    refetchInterval: ({ state }) => {
      const refusal = refusalOf(state.error);
      return refusal === null || refusal === "missing" ? interval : false;
    },
  });
  const refusal = malformed ? "missing" : refusalOf(error);
  return (
    <>
      <nav aria-label={w.title} className="-mb-3 text-12 text-muted">
        <Link
          href="/streams"
          prefetch={false}
          className="hover:underline touch:inline-flex touch:min-h-11 touch:items-center"
        >
          {w.title}
        </Link>
      </nav>
      {refusal !== null ? (
        <Refused stream={stream} refusal={refusal} message={error?.message ?? null} />
      ) : (
        <>
          <PageHead title={plainName(stream)} heading={<Name name={stream} />}>
            {detail !== undefined && <DeadLetters detail={detail} />}
          </PageHead>
          {error !== null && (
            <Banner
              tone={detail === undefined ? "failing" : "degraded"}
              title={w.one.failed}
              action={<Button onClick={() => void refetch()}>{ui.retryLoad}</Button>}
            >
              {error.message}
            </Banner>
          )}
          {detail === undefined ? (
            error === null && (
              <Card flush>
                <SkeletonRows rows={6} />
              </Card>
            )
          ) : (
            <>
              {detail.expires_s !== null && <Expires seconds={detail.expires_s} />}
              <StreamFigures detail={detail} />
              <Groups detail={detail} known={stale === null} />
            </>
          )}
          <EntryList stream={stream} pulse={`${detail?.last_id} ${detail?.length}`} />
        </>
      )}
    </>
  );
}
