"use client";

import { clsx } from "clsx";
import { ArrowLeft } from "lucide-react";
import { useMemo, useState } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { JobList } from "@/components/jobs/job-list";
import { failedJobs } from "@/components/jobs/queries";
import { useListHead } from "@/components/jobs/use-job-pages";
import { useOverview } from "@/components/live/provider";
import { PageHead } from "@/components/shell/page-head";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { plainName } from "@/components/ui/name-text";
import { SearchBox } from "@/components/ui/search-box";
import { Skeleton } from "@/components/ui/skeleton";
import { useSteadyOrder } from "@/components/ui/steady-order";
import { Time } from "@/components/ui/time";
import type { FailureGroup } from "@/lib/api/schemas/jobs";
import { failuresWords } from "@/lib/i18n/words/failures";
import { failureFits, groupFits } from "./filter";
import { GroupHead, SampleTraceback } from "./group-detail";
import { AllRow, GroupRow } from "./group-list";
import { useFailuresState } from "./url-state";

/** Queues to choose from: those with failed jobs. */
function QueueFilter({
  value,
  onChange,
}: {
  value: string | null;
  onChange: (queue: string | null) => void;
}) {
  const w = useWords(failuresWords);
  const format = useFormat();
  const { overview } = useOverview();
  const queues = (overview?.rows ?? []).filter(
    (row) => row.source === "rq" && ((row.failed ?? 0) > 0 || row.name === value),
  );
  return (
    <select
      aria-label={w.queueFilter}
      value={value ?? ""}
      onChange={(event) => onChange(event.target.value === "" ? null : event.target.value)}
      className="field h-8 max-w-56 px-2 text-13 touch:h-11 touch:text-[16px]"
    >
      <option value="">{w.anyQueue}</option>
      {value !== null && !queues.some((row) => row.name === value) && (
        <option value={value}>{plainName(value)}</option>
      )}
      {queues.map((row) => (
        <option key={row.id} value={row.name}>
          {plainName(row.name)} ({row.failed === null ? "–" : format.count(row.failed)})
        </option>
      ))}
    </select>
  );
}

function NoFailures() {
  const w = useWords(failuresWords);
  const format = useFormat();
  const { overview } = useOverview();
  const queues = overview?.totals.queues ?? 0;
  return (
    <Empty title={w.emptyHeading}>
      {overview !== null && (
        <p>
          {w.checked} <Time ms={overview.at_ms} />, {w.queues(queues, format.count(queues))}
        </p>
      )}
      <p className="mt-1 text-faint">{w.emptyNext}</p>
    </Empty>
  );
}

function Detail({
  fingerprint,
  groups,
}: {
  fingerprint: string | null;
  groups: readonly FailureGroup[] | undefined;
}) {
  const w = useWords(failuresWords);
  const [{ queue, q }, setState] = useFailuresState();
  const { overview } = useOverview();
  const source = useMemo(() => failedJobs(queue, fingerprint), [queue, fingerprint]);
  const group = groups?.find((one) => one.fingerprint === fingerprint);
  const gone = fingerprint !== null && groups !== undefined && group === undefined;
  return (
    <>
      {fingerprint !== null && (
        <div className="desktop:hidden">
          <Button
            variant="quiet"
            icon={<ArrowLeft size={14} aria-hidden="true" />}
            onClick={() => void setState({ fp: null }, { history: "push" })}
          >
            {w.back}
          </Button>
        </div>
      )}
      {group !== undefined && <GroupHead group={group} queue={queue} />}
      {group !== undefined && <SampleTraceback key={group.fingerprint} jobId={group.sample_job_id} />}
      {gone ? (
        <Card>
          <Empty
            title={w.groupGone}
            action={<Button onClick={() => void setState({ fp: null })}>{w.back}</Button>}
          >
            {w.groupGoneWhy}
          </Empty>
        </Card>
      ) : (
        <JobList
          key={`${queue} ${fingerprint}`}
          source={source}
          place="failed"
          caption={fingerprint === null ? w.all : (group?.error_type ?? w.all)}
          pulse={String(overview?.totals.failed)}
          parts={{
            queue: group === undefined || group.queues.length > 1,
            error: group === undefined,
            span: group !== undefined,
          }}
          loadFailed={w.loadFailed}
          empty={<NoFailures />}
          filter={
            q === ""
              ? undefined
              : {
                  fits: (job) => failureFits(job, q),
                  none: (
                    <Empty
                      title={w.noMatch}
                      action={<Button onClick={() => void setState({ q: null })}>{w.clearFilter}</Button>}
                    >
                      {w.noMatchWhy}
                    </Empty>
                  ),
                }
          }
        />
      )}
    </>
  );
}

/** What broke, grouped by cause: on the left the causes, on the right one of them, or all failed jobs. */
export function FailuresPage() {
  const w = useWords(failuresWords);
  const format = useFormat();
  const { overview } = useOverview();
  const [{ fp, queue, q }, setState] = useFailuresState();
  const [held, setHeld] = useState(false);
  const source = useMemo(() => failedJobs(queue, null), [queue]);
  const { data: first, error } = useListHead(source, String(overview?.totals.failed));
  const total = first?.total ?? null;
  const found = useMemo(() => (first?.groups ?? []).filter((group) => groupFits(group, q)), [first, q]);
  // Counts go on in place; only the order waits while somebody points at it.
  const { rows: groups } = useSteadyOrder(found, (group) => group.fingerprint, held, q);
  const queues = new Set(first?.groups.flatMap((group) => group.queues.map((one) => one.name)) ?? []).size;

  const hrefOf = (fingerprint: string | null) => {
    const query = new URLSearchParams();
    if (fingerprint !== null) query.set("fp", fingerprint);
    if (queue !== null) query.set("queue", queue);
    if (q !== "") query.set("q", q);
    return `/failures${query.size > 0 ? `?${query}` : ""}`;
  };
  const open = (fingerprint: string | null) => () => void setState({ fp: fingerprint }, { history: "push" });
  const nothing =
    first !== undefined && total === 0 && first.groups.length === 0 && queue === null && fp === null;

  return (
    <>
      <PageHead
        title={w.heading}
        hint={
          first !== undefined && total !== null && !nothing
            ? w.summary(
                w.jobs(total, format.count(total)),
                w.groups(first.groups.length, format.count(first.groups.length)),
                w.queues(queues, format.count(queues)),
              )
            : null
        }
      >
        {!nothing && (
          <>
            <QueueFilter value={queue} onChange={(next) => void setState({ queue: next })} />
            <SearchBox
              label={w.search}
              placeholder={w.search}
              value={q}
              onChange={(event) => void setState({ q: event.target.value || null })}
              boxClassName="w-72 max-tablet:w-[calc(100vw-28px)]"
            />
          </>
        )}
      </PageHead>
      {nothing ? (
        <Card>
          <NoFailures />
        </Card>
      ) : (
        <div className="grid items-start gap-4 desktop:grid-cols-[minmax(280px,4fr)_minmax(0,9fr)]">
          <section
            aria-label={w.causes}
            onPointerEnter={() => setHeld(true)}
            onPointerLeave={() => setHeld(false)}
            className={clsx(
              "min-w-0 overflow-hidden rounded-card border border-line bg-panel",
              fp !== null && "max-desktop:hidden",
            )}
          >
            <ul>
              <AllRow
                total={total}
                hint={
                  first !== undefined && total !== null && first.parsed < total && queue === null
                    ? w.parsedSome(format.exact(first.parsed), format.exact(total))
                    : w.allHint
                }
                href={hrefOf(null)}
                current={fp === null}
                onPick={open(null)}
              />
              {groups.map((group) => (
                <GroupRow
                  key={group.fingerprint}
                  group={group}
                  href={hrefOf(group.fingerprint)}
                  current={group.fingerprint === fp}
                  onPick={open(group.fingerprint)}
                />
              ))}
            </ul>
            {first === undefined && error === null && (
              <div className="flex flex-col gap-3 p-4">
                <Skeleton className="h-12" />
                <Skeleton className="h-12" />
                <Skeleton className="h-12" />
              </div>
            )}
          </section>
          <div className="flex min-w-0 flex-col gap-4">
            <Detail fingerprint={fp} groups={first?.groups} />
          </div>
        </div>
      )}
    </>
  );
}
