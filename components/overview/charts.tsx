"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ChartPanelSkeleton } from "@/components/charts/chart-skeleton";
import { FailureBars, StackedArea, TimeChart } from "@/components/charts/time-chart";
import { useFormat, useWords } from "@/components/i18n/provider";
import { useLiveInterval } from "@/components/live/provider";
import { HISTORY_EVERY_MS, historyQuery } from "@/components/live/queries";
import { useWindow } from "@/components/shell/window";
import { plainBacklog } from "@/components/streams/backlog-name";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import type { History } from "@/lib/api/schemas/history";
import { overviewWords } from "@/lib/i18n/words/overview";
import { uiWords } from "@/lib/i18n/words/ui";
import { backlogOf, failuresOf, throughputOf } from "./history-data";

function Drawn({ history }: { history: History }) {
  const w = useWords(overviewWords);
  const format = useFormat();
  const throughput = useMemo(
    () => throughputOf(history, { in: w.enqueued, out: w.finished, failed: w.failed }),
    [history, w],
  );
  const backlog = useMemo(() => backlogOf(history, w.other, plainBacklog), [history, w]);
  const failures = useMemo(() => failuresOf(history, w.failed), [history, w]);
  return (
    <>
      <TimeChart
        title={w.throughput}
        unit={w.perSecond}
        data={throughput}
        write={format.perSecond}
        empty={w.chartEmpty}
      />
      <StackedArea
        title={w.backlog}
        unit={w.jobsWaiting}
        data={backlog}
        named
        write={format.count}
        empty={w.chartEmpty}
      />
      <FailureBars
        title={w.failures}
        unit={w.perMinute}
        data={failures}
        write={format.decimal}
        empty={w.chartEmpty}
      />
    </>
  );
}

/** Throughput, backlog, failures over the chosen window. Their places are reserved before they are read. */
export function Charts() {
  const w = useWords(overviewWords);
  const ui = useWords(uiWords);
  const [window] = useWindow();
  const refetchInterval = useLiveInterval(HISTORY_EVERY_MS);
  const { data, isError, refetch } = useQuery({
    ...historyQuery(window),
    refetchInterval,
    placeholderData: keepPreviousData,
  });
  if (data === undefined && isError)
    return (
      <Banner
        tone="unknown"
        title={w.historyFailed}
        action={<Button onClick={() => refetch()}>{ui.retryLoad}</Button>}
      />
    );
  return (
    <div className="grid gap-4 tablet:grid-cols-2 desktop:grid-cols-[9fr_10fr_7fr] max-desktop:[&>*:last-child]:col-span-full">
      {data === undefined ? (
        <>
          <ChartPanelSkeleton />
          <ChartPanelSkeleton named />
          <ChartPanelSkeleton />
        </>
      ) : (
        <Drawn history={data} />
      )}
    </div>
  );
}
