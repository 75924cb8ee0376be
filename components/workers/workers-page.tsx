"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { resumeCommand, workerCommand } from "@/components/jobs/rq-command";
import { useLiveInterval, useOverview } from "@/components/live/provider";
import { PageHead } from "@/components/shell/page-head";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Command } from "@/components/ui/command";
import { Empty } from "@/components/ui/empty";
import { SearchBox } from "@/components/ui/search-box";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { WorkerList } from "@/lib/api/schemas/jobs";
import { uiWords } from "@/lib/i18n/words/ui";
import { workersWords } from "@/lib/i18n/words/workers";
import { workersQuery } from "./queries";
import { fitsFilter, isTroubled, worstFirst } from "./worker-order";
import { WorkerTable } from "./worker-table";

const REFRESH_MS = 2_000;

function Summary({ list }: { list: WorkerList }) {
  const w = useWords(workersWords);
  const format = useFormat();
  const alive = list.items.filter((worker) => worker.alive).length;
  const busy = list.items.filter((worker) => worker.state === "busy").length;
  const troubled = list.items.filter(isTroubled).length;
  return (
    <>
      {w.summary(format.count(alive), format.count(busy))}
      {troubled > 0 && <span className="text-crit">, {w.troubled(troubled, format.count(troubled))}</span>}
    </>
  );
}

function Suspended() {
  const w = useWords(workersWords);
  const { overview } = useOverview();
  return (
    <Banner tone="degraded" title={w.suspendedTitle}>
      <div className="flex flex-col gap-2">
        {w.suspendedWhy}
        {overview !== null && <Command text={resumeCommand(overview.connection.label)} what={w.command} />}
      </div>
    </Banner>
  );
}

/** Who is alive and doing what; those that need a look come first. */
export function WorkersPage() {
  const w = useWords(workersWords);
  const ui = useWords(uiWords);
  const format = useFormat();
  const { overview, stale } = useOverview();
  const [filter, setFilter] = useQueryState("q", parseAsString.withDefault(""));
  const { data, error, refetch } = useQuery({
    ...workersQuery,
    refetchInterval: useLiveInterval(REFRESH_MS),
  });
  const workers = useMemo(
    () => data && worstFirst(data.items.filter((worker) => fitsFilter(worker, filter))),
    [data, filter],
  );
  const command = overview === null ? null : workerCommand(overview.connection.label, "default");
  return (
    <>
      <PageHead title={w.heading} hint={data === undefined ? null : <Summary list={data} />}>
        <SearchBox
          label={w.filter}
          placeholder={w.filter}
          value={filter}
          onChange={(event) => void setFilter(event.target.value || null)}
          boxClassName="w-72 max-tablet:w-[calc(100vw-28px)]"
        />
      </PageHead>
      {data?.suspended === true && <Suspended />}
      {error !== null && (
        <Banner
          tone="failing"
          title={w.loadFailed}
          action={<Button onClick={() => void refetch()}>{ui.retryLoad}</Button>}
        >
          {error.message}
        </Banner>
      )}
      <Card flush>
        {workers === undefined || data === undefined ? (
          error === null && <SkeletonRows rows={6} />
        ) : data.items.length === 0 ? (
          <Empty
            title={w.emptyHeading}
            action={command !== null && <Command text={command} what={w.command} />}
          >
            {w.emptyWhy}
          </Empty>
        ) : workers.length === 0 ? (
          <Empty
            title={w.noMatch}
            action={<Button onClick={() => void setFilter(null)}>{w.clearFilter}</Button>}
          />
        ) : (
          <WorkerTable workers={workers} dim={stale !== null} />
        )}
      </Card>
      {data?.truncated === true && (
        <p className="text-12 text-muted">
          {w.truncated(format.exact(data.items.length), format.exact(data.total))}
        </p>
      )}
    </>
  );
}
