"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useQueryState } from "nuqs";
import { useFormat, useWords } from "@/components/i18n/provider";
import { ApiError } from "@/components/live/api";
import { useLiveInterval, useOverview } from "@/components/live/provider";
import { PageHead } from "@/components/shell/page-head";
import { useWindow } from "@/components/shell/window";
import { LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { StateMark } from "@/components/ui/state-mark";
import { type Tab, Tabs } from "@/components/ui/tabs";
import type { QueueDetail } from "@/lib/api/schemas/jobs";
import { queueWords } from "@/lib/i18n/words/queue";
import { queueQuery } from "./queries";
import { QueueCharts } from "./queue-charts";
import { QueueFigures } from "./queue-figures";
import { QueueJobs } from "./queue-jobs";
import { QueueListeners } from "./queue-listeners";
import { TABS, tabParser } from "./url-state";
import { verdictLine } from "./verdict";

const REFRESH_MS = 2_000;

function PlaceTabs({ queue, detail }: { queue: string; detail: QueueDetail | undefined }) {
  const q = useWords(queueWords);
  const format = useFormat();
  const [tab] = useQueryState("tab", tabParser);
  const [window] = useWindow();
  const tabs: Tab[] = TABS.map((place) => {
    const count = detail?.counts[place] ?? null;
    const failed = place === "failed" && (count ?? 0) > 0;
    return {
      id: place,
      label: q.place[place],
      count: (
        <span
          className={failed ? "text-crit" : undefined}
          title={count === null ? undefined : format.exact(count)}
        >
          {count === null ? "–" : format.count(count)}
        </span>
      ),
      href: `/queues/${encodeURIComponent(queue)}?tab=${place}${window === "1h" ? "" : `&w=${window}`}`,
    };
  });
  return <Tabs tabs={tabs} current={tab} label={q.places} />;
}

function isMissing(error: Error | null): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 400);
}

/** One queue: its verdict, figures, charts, who listens, and the jobs of each of its places. */
export function QueuePage({ queue, missing = false }: { queue: string; missing?: boolean }) {
  const q = useWords(queueWords);
  const format = useFormat();
  const { overview, stale } = useOverview();
  const interval = useLiveInterval(REFRESH_MS);
  const [tab] = useQueryState("tab", tabParser);
  const { data: detail, error } = useQuery({
    ...queueQuery(queue),
    enabled: !missing,
    // A queue that is gone does not come back by being asked for.
    refetchInterval: ({ state }) => (isMissing(state.error) ? false : interval),
  });
  const row = overview?.rows.find((one) => one.source === "rq" && one.name === queue);
  const line = verdictLine(row, detail, q, format);
  if (missing || isMissing(error))
    return (
      <>
        <PageHead title={plainName(queue)} heading={<Name name={queue} />} />
        <Card>
          <Empty title={q.notFound} action={<LinkButton href="/queues">{q.seeQueues}</LinkButton>}>
            {q.notFoundWhy}
          </Empty>
        </Card>
      </>
    );
  return (
    <>
      <nav aria-label={q.queues} className="-mb-3 text-12 text-muted">
        <Link href="/queues" className="hover:underline touch:inline-flex touch:min-h-11 touch:items-center">
          {q.queues}
        </Link>
      </nav>
      <PageHead
        title={plainName(queue)}
        heading={<Name name={queue} />}
        hint={
          <StateMark
            state={stale === null ? line.state : "unknown"}
            word={stale === null ? line.text : q.stateLine.unknown}
          />
        }
      />
      <QueueFigures queue={queue} row={row} detail={detail} />
      <QueueCharts queue={queue} />
      <QueueListeners queue={queue} detail={detail} />
      <div className="flex flex-col gap-3">
        <PlaceTabs queue={queue} detail={detail} />
        <QueueJobs queue={queue} place={tab} detail={detail} />
      </div>
    </>
  );
}
