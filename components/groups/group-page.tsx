"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useQueryState } from "nuqs";
import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { ApiError } from "@/components/live/api";
import { useLiveInterval, useOverview } from "@/components/live/provider";
import { groupHref, streamHref } from "@/components/shell/hrefs";
import { PageHead } from "@/components/shell/page-head";
import { useWindow } from "@/components/shell/window";
import { Banner } from "@/components/ui/banner";
import { Button, LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { StateMark } from "@/components/ui/state-mark";
import { type Tab, Tabs } from "@/components/ui/tabs";
import type { GroupDetail } from "@/lib/api/schemas/streams";
import { groupsWords } from "@/lib/i18n/words/groups";
import { uiWords } from "@/lib/i18n/words/ui";
import { ConsumerTable } from "./consumer-table";
import { DeadLetters } from "./dead-letters";
import { GroupCharts } from "./group-charts";
import { GroupFigures } from "./group-figures";
import { PendingList } from "./pending-list";
import { groupQuery } from "./queries";
import { tabParser } from "./url-state";
import { verdictLine } from "./verdict";

const REFRESH_MS = 2_000;

interface Place {
  stream: string;
  group: string;
}

/** What a read of a group ended in, where asking again would not help. */
function refusalOf(error: Error | null): "missing" | "wrongType" | "denied" | null {
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

const CRUMB = "hover:underline touch:inline-flex touch:min-h-11 touch:items-center";

function Path({ stream }: { stream: string }) {
  const w = useWords(groupsWords);
  return (
    <nav aria-label={w.path} className="-mb-3 flex min-w-0 flex-wrap gap-x-1.5 text-12 text-muted">
      <Link href="/streams" prefetch={false} className={CRUMB}>
        {w.streams}
      </Link>
      <span aria-hidden="true" className="text-faint touch:inline-flex touch:items-center">
        ›
      </span>
      <Link href={streamHref(stream)} prefetch={false} className={CRUMB}>
        <Name name={stream} />
      </Link>
    </nav>
  );
}

function GroupTabs({
  stream,
  group,
  detail,
  current,
}: Place & { detail: GroupDetail | undefined; current: string }) {
  const w = useWords(groupsWords).tab;
  const format = useFormat();
  const [window] = useWindow();
  const count = (n: number | null | undefined): ReactNode => (
    <span title={n === null || n === undefined ? undefined : format.exact(n)}>
      {n === null || n === undefined ? "–" : format.count(n)}
    </span>
  );
  const here = (tab: string) => {
    const href = groupHref(stream, group, { tab });
    return window === "1h" ? href : `${href}&w=${window}`;
  };
  const tabs: Tab[] = [
    { id: "pending", label: w.pending, count: count(detail?.pending), href: here("pending") },
    { id: "entries", label: w.entries, count: count(detail?.length), href: streamHref(stream) },
    {
      id: "dead-letters",
      label: w["dead-letters"],
      count: count(detail === undefined ? null : (detail.dead_letters?.length ?? 0)),
      href: here("dead-letters"),
    },
  ];
  return <Tabs tabs={tabs} current={current} label={w.label} />;
}

function Refused({
  stream,
  group,
  refusal,
  message,
}: Place & { refusal: NonNullable<ReturnType<typeof refusalOf>>; message: string | null }) {
  const w = useWords(groupsWords);
  return (
    <>
      <PageHead title={plainName(group)} heading={<Name name={group} />} />
      <Card>
        <Empty
          title={w[refusal]}
          action={
            <>
              <LinkButton href={streamHref(stream)}>{w.toStream}</LinkButton>
              <LinkButton href="/streams">{w.toStreams}</LinkButton>
            </>
          }
        >
          {/* The server says which groups there are instead. */}
          {message ?? undefined}
        </Empty>
      </Card>
    </>
  );
}

/**
 * One consumer group: its verdict, figures, charts, consumers, and its pending messages with what can be done.
 * @param malformed the address holds no names at all
 */
export function GroupPage({ stream, group, malformed = false }: Place & { malformed?: boolean }) {
  const w = useWords(groupsWords);
  const ui = useWords(uiWords);
  const { overview, stale } = useOverview();
  const interval = useLiveInterval(REFRESH_MS);
  const [tab] = useQueryState("tab", tabParser);
  const {
    data: detail,
    error,
    refetch,
  } = useQuery({
    ...groupQuery(stream, group),
    enabled: !malformed,
    // A group that is gone may be made again; a key of another type or a refusal stays.
    refetchInterval: ({ state }) => {
      const refusal = refusalOf(state.error);
      return refusal === null || refusal === "missing" ? interval : false;
    },
  });
  const row = overview?.rows.find((one) => one.source === "streams" && one.name === `${stream}/${group}`);
  const line = verdictLine(stale === null ? detail : undefined, row, w.stateLine);
  const refusal = malformed ? "missing" : refusalOf(error);
  if (refusal !== null)
    return (
      <>
        <Path stream={stream} />
        <Refused stream={stream} group={group} refusal={refusal} message={error?.message ?? null} />
      </>
    );
  return (
    <>
      <Path stream={stream} />
      <PageHead
        title={plainName(group)}
        heading={<Name name={group} />}
        hint={<StateMark state={line.state} word={line.text} />}
      />
      {error !== null && (
        <Banner
          tone={detail === undefined ? "failing" : "degraded"}
          title={w.failed}
          action={<Button onClick={() => void refetch()}>{ui.retryLoad}</Button>}
        >
          {error.message}
        </Banner>
      )}
      <GroupFigures stream={stream} group={group} detail={detail} row={row} />
      <GroupCharts stream={stream} group={group} detail={detail} />
      <ConsumerTable detail={detail} />
      <div className="flex flex-col gap-3">
        <GroupTabs stream={stream} group={group} detail={detail} current={tab} />
        {tab === "pending" ? (
          <PendingList stream={stream} group={group} detail={detail} />
        ) : (
          <DeadLetters stream={stream} detail={detail} />
        )}
      </div>
    </>
  );
}
