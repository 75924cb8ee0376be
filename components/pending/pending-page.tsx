"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { useLiveInterval, useOverview } from "@/components/live/provider";
import { PageHead } from "@/components/shell/page-head";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { SearchBox } from "@/components/ui/search-box";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { PendingAll } from "@/lib/api/schemas/streams";
import { pendingWords } from "@/lib/i18n/words/pending";
import { uiWords } from "@/lib/i18n/words/ui";
import { pendingFits } from "./filter";
import { PendingTable } from "./pending-table";
import { pendingQuery } from "./queries";

const EVERY_MS = 4_000;

/** How much of everything is shown, where it is not all. */
function Foot({ data }: { data: PendingAll }) {
  const w = useWords(pendingWords);
  const format = useFormat();
  const shown = data.items.length;
  return (
    <div className="tabular flex flex-col gap-0.5 border-line border-t px-4 py-2.5 text-12 text-muted">
      <p>{data.total <= shown ? w.shownAll(shown) : w.shown(shown, format.exact(data.total))}</p>
      {data.asked < data.groups && <p>{w.asked(data.asked, data.groups)}</p>}
    </div>
  );
}

/** What has been pending for longest, over all groups. */
export function PendingPage() {
  const w = useWords(pendingWords);
  const ui = useWords(uiWords);
  const format = useFormat();
  const { overview, stale } = useOverview();
  const [filter, setFilter] = useQueryState("q", parseAsString.withDefault(""));
  const { data, error, refetch } = useQuery({ ...pendingQuery, refetchInterval: useLiveInterval(EVERY_MS) });
  const rows = useMemo(() => data?.items.filter((entry) => pendingFits(entry, filter)), [data, filter]);
  return (
    <>
      <PageHead
        title={w.title}
        hint={data === undefined ? null : data.total > 0 && w.hint(format.count(data.total), data.groups)}
      >
        <SearchBox
          label={w.filter}
          placeholder={w.filter}
          value={filter}
          onChange={(event) => void setFilter(event.target.value || null)}
          boxClassName="w-64 max-tablet:w-full"
        />
      </PageHead>
      {error !== null && (
        <Banner
          tone={data === undefined ? "failing" : "degraded"}
          title={w.failed}
          action={<Button onClick={() => void refetch()}>{ui.retryLoad}</Button>}
        >
          {error.message}
        </Banner>
      )}
      {(data !== undefined || error === null) && (
        <Card flush>
          {data === undefined || rows === undefined ? (
            <SkeletonRows rows={10} />
          ) : data.items.length === 0 ? (
            <Empty title={w.noneTitle}>{overview?.totals.groups === 0 ? w.noGroups : w.noneText}</Empty>
          ) : rows.length === 0 ? (
            <Empty
              title={w.noMatch}
              action={<Button onClick={() => void setFilter(null)}>{w.clear}</Button>}
            />
          ) : (
            <>
              <PendingTable
                rows={rows}
                atMs={data.at_ms}
                denied={data.fields_denied}
                dim={stale !== null || error !== null}
              />
              <Foot data={data} />
            </>
          )}
        </Card>
      )}
    </>
  );
}
