"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormat, useWords } from "@/components/i18n/provider";
import { JobLink } from "@/components/jobs/job-link";
import { JobState } from "@/components/jobs/job-state";
import { QueueLink } from "@/components/jobs/queue-link";
import { ApiError } from "@/components/live/api";
import { useOverview } from "@/components/live/provider";
import { groupHref } from "@/components/shell/hrefs";
import { PageHead } from "@/components/shell/page-head";
import { Banner } from "@/components/ui/banner";
import { Button, LinkButton } from "@/components/ui/button";
import { Card, CardHead } from "@/components/ui/card";
import { Code } from "@/components/ui/code";
import { Copy } from "@/components/ui/copy";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Empty } from "@/components/ui/empty";
import { Foreign } from "@/components/ui/name";
import { Skeleton } from "@/components/ui/skeleton";
import { Duration, Time } from "@/components/ui/time";
import type { EntrySelector, ItemOutcome, Operation } from "@/lib/api/schemas/operations";
import { operationsWords } from "@/lib/i18n/words/operations";
import { Fact, Facts } from "./facts";
import { OperationView } from "./operation-view";
import { operationQuery } from "./queries";
import { reasonText } from "./report-text";
import { Scope } from "./scope";
import { operations } from "./store";

function Why({ item }: { item: ItemOutcome }) {
  const w = useWords(operationsWords);
  if (item.final !== null) return w.outcomeOfStop[item.final];
  return item.reason === null ? "–" : reasonText(w.reason, item.reason);
}

/** The consumer group whose pending entries an operation was about; null = jobs. */
function groupOf({ selector }: Operation): EntrySelector | null {
  return selector !== null && "stream" in selector ? selector : null;
}

function Items({ operation }: { operation: Operation }) {
  const w = useWords(operationsWords);
  const format = useFormat();
  const aboutEntries = groupOf(operation) !== null;
  const columns: Column<ItemOutcome>[] = [
    aboutEntries
      ? { id: "message", header: w.page.message, cell: (item) => <Code>{item.id}</Code> }
      : { id: "job", header: w.page.job, cell: (item) => <JobLink id={item.id} /> },
    { id: "outcome", header: w.page.outcome, cell: (item) => w.outcome[item.outcome], wide: true },
    { id: "why", header: w.page.why, cell: (item) => <Why item={item} /> },
  ];
  if (!aboutEntries)
    columns.push({
      id: "now",
      header: w.page.now,
      wide: true,
      cell: (item) => (item.status === null ? "–" : <JobState status={item.status} />),
    });
  return (
    <Card flush>
      <CardHead
        className="px-4 py-2"
        title={w.page.items}
        hint={
          operation.items.length >= 200 ? w.report.itemsCut(format.exact(operation.items.length)) : undefined
        }
      />
      <DataTable caption={w.page.items} columns={columns} rows={operation.items} rowKey={(item) => item.id} />
    </Card>
  );
}

function Report({ operation }: { operation: Operation }) {
  const w = useWords(operationsWords);
  const connection = useOverview().overview?.connection;
  const going = operation.ended_ms === null;
  const about = groupOf(operation);
  return (
    <>
      <Card className="flex flex-col gap-4">
        <Facts>
          <Fact term={w.what}>
            <Scope action={operation.action} selector={operation.selector} />
          </Fact>
          {operation.to !== undefined && (
            <Fact term={w.move.to}>
              <QueueLink queue={operation.to} /> {operation.at_front === true && w.move.atFront}
            </Fact>
          )}
          {operation.mode !== undefined && <Fact term={w.page.how}>{w.repair.mode[operation.mode]}</Fact>}
          <Fact term={w.where}>
            <Code>{connection?.id === operation.connection ? connection.label : operation.connection}</Code>
          </Fact>
          <Fact term={w.page.by}>
            <Foreign text={operation.actor} />
          </Fact>
          <Fact term={w.page.started}>
            <Time ms={operation.started_ms} as="exact" />
          </Fact>
          {operation.ended_ms !== null && (
            <Fact term={w.page.took}>
              <Duration ms={operation.ended_ms - operation.started_ms} fine />
            </Fact>
          )}
        </Facts>
        <OperationView operation={operation} />
        {about !== null && (
          <div>
            <LinkButton href={groupHref(about.stream, about.group)}>{w.page.toGroup}</LinkButton>
          </div>
        )}
        {going && operation.matched > 1 && (
          <div>
            <Button
              variant="danger"
              busy={operation.state === "stopping"}
              onClick={() => operations.stop(operation.operation_id)}
            >
              {w.progress.stop}
            </Button>
          </div>
        )}
      </Card>
      {operation.items.length > 0 && <Items operation={operation} />}
    </>
  );
}

/** The report of one operation at its own address, live while it goes on. */
export function OperationPage({ id, missing = false }: { id: string; missing?: boolean }) {
  const w = useWords(operationsWords);
  const { data, error, refetch } = useQuery({ ...operationQuery(id), enabled: !missing });
  const gone = missing || (error instanceof ApiError && error.status === 404);
  return (
    <>
      <PageHead
        title={data === undefined ? w.page.heading : `${w.page.heading}: ${w.page.title[data.action]}`}
        hint={data === undefined ? undefined : w.state[data.state]}
      >
        <span className="flex items-center gap-1 font-mono text-12 text-muted">
          <Foreign text={id} />
          <Copy text={id} what={w.page.id} />
        </span>
      </PageHead>
      {data !== undefined ? (
        <Report operation={data} />
      ) : gone ? (
        <Card>
          <Empty
            title={w.page.notFound}
            action={<LinkButton href="/failures">{w.page.toFailures}</LinkButton>}
          >
            {w.page.notFoundWhy}
          </Empty>
        </Card>
      ) : error !== null ? (
        <Banner
          tone="failing"
          title={w.page.loadFailed}
          action={<Button onClick={() => void refetch()}>{w.tryAgain}</Button>}
        >
          {error.message}
        </Banner>
      ) : (
        <Card>
          <Skeleton className="h-64" />
        </Card>
      )}
    </>
  );
}
