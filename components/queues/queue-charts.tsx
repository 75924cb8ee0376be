"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { ChartPanelSkeleton } from "@/components/charts/chart-skeleton";
import type { ChartData } from "@/components/charts/series";
import { StackedArea, TimeChart } from "@/components/charts/time-chart";
import { useFormat, useWords } from "@/components/i18n/provider";
import { useLiveInterval } from "@/components/live/provider";
import { useWindow } from "@/components/shell/window";
import type { History } from "@/lib/api/schemas/history";
import { queueWords } from "@/lib/i18n/words/queue";
import { queueHistoryQuery } from "./queries";

const REFRESH_MS = 5_000;

const COLORS = {
  waiting: "var(--accent)",
  running: "var(--ok)",
  in_per_s: "var(--accent)",
  out_per_s: "var(--ok)",
  failed_per_s: "var(--crit)",
} as const;
type Key = keyof typeof COLORS;

function chartOf(history: History, parts: readonly { key: Key; label: string }[]): ChartData {
  return {
    startMs: history.start_ms,
    stepMs: history.step_ms,
    watchedMs: history.watched_since_ms,
    series: parts.map(({ key, label }) => ({
      key,
      label,
      color: COLORS[key],
      values: history.series.find((one) => one.key === key)?.values ?? [],
    })),
  };
}

/** Backlog (waiting and running) and throughput (in, out, failed) of one queue. What nobody saw is hatched. */
export function QueueCharts({ queue }: { queue: string }) {
  const w = useWords(queueWords).chart;
  const format = useFormat();
  const [window] = useWindow();
  const interval = useLiveInterval(REFRESH_MS);
  const { data } = useQuery({ ...queueHistoryQuery(queue, window), refetchInterval: interval });
  const backlog = useMemo(
    () =>
      data &&
      chartOf(data, [
        { key: "running", label: w.running },
        { key: "waiting", label: w.waiting },
      ]),
    [data, w],
  );
  const throughput = useMemo(
    () =>
      data &&
      chartOf(data, [
        { key: "in_per_s", label: w.in },
        { key: "out_per_s", label: w.out },
        { key: "failed_per_s", label: w.failed },
      ]),
    [data, w],
  );
  const writeCount = useCallback((n: number) => format.count(n), [format]);
  // A queue of one job a minute has marks below a tenth.
  const writeRate = useCallback(
    (n: number) => (n < 1 ? format.decimal(n, 3) : format.perSecond(n)),
    [format],
  );
  const empty = w.empty;
  return (
    <div className="grid gap-4 desktop:grid-cols-2">
      {backlog === undefined ? (
        <ChartPanelSkeleton />
      ) : (
        <StackedArea title={w.backlog} unit={w.backlogUnit} data={backlog} write={writeCount} empty={empty} />
      )}
      {throughput === undefined ? (
        <ChartPanelSkeleton />
      ) : (
        <TimeChart
          title={w.throughput}
          unit={w.throughputUnit}
          data={throughput}
          write={writeRate}
          empty={empty}
        />
      )}
    </div>
  );
}
