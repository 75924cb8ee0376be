"use client";

import { clsx } from "clsx";
import Link from "next/link";
import { useClockText, useFormat, useWords } from "@/components/i18n/provider";
import { useOverview } from "@/components/live/provider";
import { RescueButton } from "@/components/operations/entry-buttons";
import { groupHref } from "@/components/shell/hrefs";
import { Card, CardHead } from "@/components/ui/card";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Empty } from "@/components/ui/empty";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { Consumer, GroupDetail } from "@/lib/api/schemas/streams";
import { groupsWords } from "@/lib/i18n/words/groups";
import { goneOf } from "./chart-data";
import { ConsumerState } from "./consumer-state";

const rowKey = (consumer: Consumer) => consumer.name;

/** The dead ones first, then who holds most: what needs a hand stands at the top. */
export function worstFirst(consumers: readonly Consumer[]): Consumer[] {
  const rank = { dead: 0, stalled: 0, stuck: 1, unknown: 2, alive: 2, waiting: 2 } as const;
  return [...consumers].sort(
    (a, b) => rank[a.state] - rank[b.state] || b.pending - a.pending || (a.name < b.name ? -1 : 1),
  );
}

interface CellProps {
  consumer: Consumer;
  detail: GroupDetail;
  /** The one whose rescue is the page's main action. */
  primary: boolean;
}

/** A consumer's messages in the list below. */
function ConsumerLink({ consumer, detail }: Omit<CellProps, "primary">) {
  return (
    <Link
      href={groupHref(detail.stream, detail.group, { tab: "pending", consumer: consumer.name })}
      scroll={false}
      prefetch={false}
      title={plainName(consumer.name)}
      className="min-w-0 truncate font-medium hover:underline touch:inline-flex touch:min-h-11 touch:items-center"
    >
      <Name name={consumer.name} />
    </Link>
  );
}

function Rescue({ consumer, detail, primary }: CellProps) {
  if (consumer.pending === 0) return null;
  return (
    <RescueButton
      stream={detail.stream}
      group={detail.group}
      consumer={consumer.name}
      count={consumer.pending}
      variant={primary ? "primary" : "secondary"}
    />
  );
}

function Age({ ms }: { ms: number | null }) {
  const format = useFormat();
  return ms === null ? <span className="text-faint">–</span> : <span>{format.duration(ms)}</span>;
}

/** A moment that cannot lie ahead, though the page's clock may be behind by a little. */
function Ago({ ms }: { ms: number }) {
  const format = useFormat();
  const text = useClockText((now) => format.ago(ms, now));
  return (
    <time dateTime={new Date(ms).toISOString()} title={format.exactTime(ms)} className="whitespace-nowrap">
      {text}
    </time>
  );
}

/** All of a consumer in one cell, where there is no room for columns. */
function PhoneCard({ consumer, detail, primary }: CellProps) {
  const w = useWords(groupsWords).consumers.col;
  const format = useFormat();
  return (
    <div className="flex flex-col gap-1 py-2 tablet:hidden">
      <div className="flex items-center justify-between gap-3">
        <ConsumerLink consumer={consumer} detail={detail} />
        <Rescue consumer={consumer} detail={detail} primary={primary} />
      </div>
      <ConsumerState consumer={consumer} tellsInactive={detail.tells_inactive} />
      <div className="tabular flex flex-wrap gap-x-3 text-12 text-muted">
        <span>
          {w.pending} {format.count(consumer.pending)}
        </span>
        {consumer.oldest_ms !== null && (
          <span>
            {w.oldest} {format.duration(consumer.oldest_ms)}
          </span>
        )}
        <Ago ms={detail.at_ms - consumer.idle_ms} />
      </div>
    </div>
  );
}

function useColumns(detail: GroupDetail): readonly Column<Consumer>[] {
  const w = useWords(groupsWords).consumers;
  const format = useFormat();
  const gone = goneOf(detail.consumers);
  const main = worstFirst(detail.consumers).find(({ name }) => gone.has(name))?.name;
  const of = (consumer: Consumer): CellProps => ({ consumer, detail, primary: consumer.name === main });
  return [
    {
      id: "consumer",
      header: w.col.consumer,
      className: "max-tablet:w-full max-tablet:max-w-0 tablet:max-w-64",
      cell: (consumer) => (
        <>
          <PhoneCard {...of(consumer)} />
          <span className="flex min-w-0 max-tablet:hidden">
            <ConsumerLink consumer={consumer} detail={detail} />
          </span>
        </>
      ),
    },
    {
      id: "state",
      header: w.col.state,
      wide: true,
      className: "w-full",
      cell: (consumer) => <ConsumerState consumer={consumer} tellsInactive={detail.tells_inactive} />,
    },
    {
      id: "pending",
      header: w.col.pending,
      align: "right",
      wide: true,
      cell: (consumer) => (
        <span title={format.exact(consumer.pending)} className={clsx(consumer.pending === 0 && "text-faint")}>
          {format.count(consumer.pending)}
        </span>
      ),
    },
    {
      id: "oldest",
      header: w.col.oldest,
      title: w.hint.oldest,
      align: "right",
      wide: true,
      // Room for the longest text: a column that grows with the seconds moves all others.
      cell: (consumer) => (
        <span className={clsx("inline-block min-w-18", gone.has(consumer.name) && "text-crit")}>
          <Age ms={consumer.pending === 0 ? null : consumer.oldest_ms} />
        </span>
      ),
    },
    {
      id: "active",
      header: w.col.active,
      title: detail.tells_inactive ? w.hint.active : w.hint.activeOld,
      align: "right",
      wide: true,
      cell: (consumer) => (
        <span className="inline-block min-w-24">
          <Ago ms={detail.at_ms - consumer.idle_ms} />
        </span>
      ),
    },
    {
      id: "acked",
      header: w.col.acked,
      title: w.hint.acked,
      align: "right",
      wide: true,
      className: "max-desktop:hidden",
      cell: ({ acked_per_s: rate }) => (
        <span className={clsx((rate === null || rate === 0) && "text-faint")}>
          {rate === null ? "?" : format.perSecond(rate)}
        </span>
      ),
    },
    {
      id: "share",
      header: w.col.share,
      title: w.hint.share,
      align: "right",
      wide: true,
      className: "max-desktop:hidden",
      cell: ({ share }) =>
        share === null ? <span className="text-faint">–</span> : <span>{format.percent(share, 1)}</span>,
    },
    {
      id: "actions",
      header: <span className="sr-only">{w.col.actions}</span>,
      align: "right",
      wide: true,
      // Buttons of neighbouring rows keep apart.
      className: "py-1",
      cell: (consumer) => (
        <span className="flex min-h-8 items-center justify-end">
          <Rescue {...of(consumer)} />
        </span>
      ),
    },
  ];
}

function Known({ detail }: { detail: GroupDetail }) {
  const w = useWords(groupsWords).consumers;
  const { stale } = useOverview();
  const columns = useColumns(detail);
  if (detail.consumers.length === 0) return <Empty title={w.none}>{w.noneWhy}</Empty>;
  return (
    <>
      <DataTable
        caption={w.caption(plainName(detail.group))}
        columns={columns}
        rows={worstFirst(detail.consumers)}
        rowKey={rowKey}
        steady
        dim={stale !== null}
      />
      {!detail.tells_inactive && (
        <p className="border-line border-t px-4 py-2 text-12 text-faint">
          {w.oldRedis(detail.redis_version === null ? w.thisRedis : w.redis(detail.redis_version))}
        </p>
      )}
    </>
  );
}

/** Who reads this group, the dead ones first, each with what it holds and its rescue. */
export function ConsumerTable({ detail }: { detail: GroupDetail | undefined }) {
  const w = useWords(groupsWords).consumers;
  const format = useFormat();
  return (
    <Card flush>
      {detail !== undefined && !detail.consumers_complete && (
        <CardHead className="px-4 py-2" title={w.title} hint={w.cut(format.exact(detail.consumers.length))} />
      )}
      {detail === undefined ? <SkeletonRows rows={3} /> : <Known detail={detail} />}
    </Card>
  );
}
