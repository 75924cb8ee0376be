"use client";

import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useCallback, useMemo, useState } from "react";
import { ChartPanelSkeleton } from "@/components/charts/chart-skeleton";
import { Histogram } from "@/components/charts/histogram";
import { StackedArea, TimeChart } from "@/components/charts/time-chart";
import { useFormat, useWords } from "@/components/i18n/provider";
import { useLiveInterval } from "@/components/live/provider";
import { useWindow } from "@/components/shell/window";
import { plainName } from "@/components/ui/name-text";
import type { History } from "@/lib/api/schemas/history";
import type { GroupDetail } from "@/lib/api/schemas/streams";
import { groupsWords } from "@/lib/i18n/words/groups";
import { backlogData, bars, goneOf, partsData } from "./chart-data";
import { groupHistoryQuery } from "./queries";

const REFRESH_MS = 5_000;
const SHOWN = ["held", "oldest_ms"] as const;
type Shown = (typeof SHOWN)[number];

/** Two views of the same consumers, in the title of their panel. */
function Switch({ shown, onShow }: { shown: Shown; onShow: (next: Shown) => void }) {
  const w = useWords(groupsWords).chart;
  const labels = { held: w.toHeld, oldest_ms: w.toAge };
  return (
    <fieldset className="flex">
      <legend className="sr-only">{w.show}</legend>
      {SHOWN.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === shown}
          onClick={() => onShow(one)}
          className={clsx(
            "min-h-8 px-1.5 text-12 touch:min-h-11",
            one === shown
              ? "text-text underline decoration-accent underline-offset-4"
              : "text-faint hover:text-text",
          )}
        >
          {labels[one]}
        </button>
      ))}
    </fieldset>
  );
}

function Parts({ history, gone }: { history: History; gone: ReadonlySet<string> }) {
  const w = useWords(groupsWords).chart;
  const format = useFormat();
  const [shown, setShown] = useState<Shown>("held");
  const data = useMemo(
    () => partsData(history, shown, gone, { other: w.other, write: plainName }),
    [history, shown, gone, w],
  );
  const writeCount = useCallback((n: number) => format.count(n), [format]);
  const writeAge = useCallback((ms: number) => format.span(ms), [format]);
  const aside = useMemo(() => <Switch shown={shown} onShow={setShown} />, [shown]);
  const empty = history.parts.length === 0 ? w.none : w.empty;
  return shown === "held" ? (
    <StackedArea
      title={w.held}
      unit={w.heldUnit}
      data={data}
      write={writeCount}
      empty={empty}
      aside={aside}
      named
    />
  ) : (
    <TimeChart
      title={w.age}
      unit={w.ageUnit}
      data={data}
      write={writeAge}
      empty={empty}
      aside={aside}
      named
    />
  );
}

function Ages({ detail }: { detail: GroupDetail }) {
  const w = useWords(groupsWords).chart;
  const format = useFormat();
  const { histogram } = detail;
  const sampled = histogram !== null && histogram.sampled < histogram.total;
  const empty =
    histogram === null ? w.notRead : histogram.total + detail.pending === 0 ? w.nothing : undefined;
  return (
    <Histogram
      title={w.histogram}
      unit={w.histogramUnit}
      hint={sampled ? w.sampled(format.count(histogram.sampled), format.count(histogram.total)) : undefined}
      bars={bars(detail)}
      write={(n) => format.count(n)}
      say={(n) => w.messages(n)}
      empty={empty}
      named
    />
  );
}

/** Lag and pending over time, what each consumer held, and how old it is now. */
export function GroupCharts({
  stream,
  group,
  detail,
}: {
  stream: string;
  group: string;
  detail: GroupDetail | undefined;
}) {
  const w = useWords(groupsWords);
  const format = useFormat();
  const [window] = useWindow();
  const interval = useLiveInterval(REFRESH_MS);
  const { data: history } = useQuery({
    ...groupHistoryQuery(stream, group, window),
    refetchInterval: interval,
  });
  const backlog = useMemo(
    () => history && backlogData(history, { lag: w.chart.lag, pending: w.chart.pending }),
    [history, w],
  );
  // The same set while the same consumers are gone: charts draw again only for something new.
  const goneKey = JSON.stringify([...goneOf(detail?.consumers ?? [])].sort());
  const gone = useMemo<ReadonlySet<string>>(() => new Set<string>(JSON.parse(goneKey)), [goneKey]);
  const write = useCallback((n: number) => format.count(n), [format]);
  return (
    <div className="flex flex-col gap-2">
      <div className="grid gap-4 tablet:grid-cols-2 desktop:grid-cols-3 tablet:max-desktop:*:last:col-span-2">
        {backlog === undefined ? (
          <ChartPanelSkeleton named />
        ) : (
          <StackedArea
            title={w.chart.backlog}
            unit={w.chart.backlogUnit}
            data={backlog}
            write={write}
            empty={w.chart.empty}
            named
          />
        )}
        {history === undefined ? <ChartPanelSkeleton named /> : <Parts history={history} gone={gone} />}
        {detail === undefined ? <ChartPanelSkeleton named /> : <Ages detail={detail} />}
      </div>
      <p className="text-12 text-faint">{w.lagBelongs}</p>
    </div>
  );
}
