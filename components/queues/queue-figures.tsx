"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormat, useWords } from "@/components/i18n/provider";
import { KeyFigure, KeyFigures, type Tone } from "@/components/ui/key-figure";
import type { QueueDetail } from "@/lib/api/schemas/jobs";
import type { BacklogRow } from "@/lib/api/schemas/overview";
import { queueWords } from "@/lib/i18n/words/queue";
import { queueInfoQuery } from "./queries";

interface Props {
  queue: string;
  /** Of the newest snapshot; `undefined` when the queue is not among its rows. */
  row: BacklogRow | undefined;
  detail: QueueDetail | undefined;
}

function Waiting({ row, detail }: Omit<Props, "queue">) {
  const w = useWords(queueWords);
  const format = useFormat();
  const waiting = detail?.counts.queued ?? row?.waiting ?? null;
  const running = detail?.counts.started ?? row?.running ?? null;
  const taken = detail?.counts.intermediate ?? 0;
  const note = [
    running === null ? null : w.note.running(format.count(running)),
    taken > 0 ? w.note.intermediate(format.count(taken)) : null,
  ].filter((part) => part !== null);
  return (
    <KeyFigure
      label={w.figure.waiting}
      value={waiting === null ? null : format.count(waiting)}
      note={note.join(", ")}
      title={waiting === null ? undefined : format.exact(waiting)}
    />
  );
}

function Oldest({ oldestMs, waiting }: { oldestMs: number | null; waiting: number | null }) {
  const w = useWords(queueWords);
  const format = useFormat();
  const none = waiting === 0;
  return (
    <KeyFigure
      label={w.figure.oldest}
      value={none ? "–" : oldestMs === null ? null : format.duration(oldestMs)}
      note={none ? w.note.nothingWaits : w.note.oldestOf}
    />
  );
}

function Drain({
  row,
  live,
  waiting,
}: {
  row: BacklogRow | undefined;
  live: number | null;
  waiting: number | null;
}) {
  const w = useWords(queueWords);
  const format = useFormat();
  const [value, note, tone] = ((): [string | null, string, Tone] => {
    // What runs will end by itself: without a backlog there is nothing to drain.
    switch (waiting === 0 ? "empty" : row?.drain) {
      case "empty":
        return [w.note.drainNow, w.note.nothingWaits, "plain"];
      case "draining":
        return [row?.drain_s == null ? null : format.duration(row.drain_s * 1_000), w.note.drainAt, "ok"];
      case "never":
        return [w.note.drainNever, live === 0 ? w.note.drainNobody : w.note.drainNeverWhy, "crit"];
      case "measuring":
        return [w.note.drainMeasuring, "", "plain"];
      default:
        return [null, "", "plain"];
    }
  })();
  return <KeyFigure label={w.figure.drain} value={value} note={note} tone={tone} />;
}

/** Waiting, oldest, in → out, drain, workers: as fresh as the snapshot, or as this queue's own reading. */
export function QueueFigures({ queue, row, detail }: Props) {
  const w = useWords(queueWords);
  const format = useFormat();
  const info = useQuery({ ...queueInfoQuery(queue), enabled: row === undefined, refetchInterval: 5_000 });
  const rates = row ?? info.data;
  const estimated =
    row?.quality.in_per_s === "estimated" || row?.quality.out_per_s === "estimated" ? "≈ " : "";
  const flow =
    rates === undefined || rates.in_per_s === null || rates.out_per_s === null
      ? null
      : `${estimated}${format.perSecond(rates.in_per_s)} → ${format.perSecond(rates.out_per_s)}`;
  const failing = row?.failed_per_min ?? 0;
  const live = detail?.workers.filter((worker) => worker.alive).length ?? row?.workers_live ?? null;
  const busy =
    detail?.workers.filter((worker) => worker.state === "busy").length ?? row?.workers_busy ?? null;
  const waiting = detail?.counts.queued ?? row?.waiting ?? null;
  return (
    <KeyFigures label={queue}>
      <Waiting row={row} detail={detail} />
      <Oldest oldestMs={rates?.oldest_ms ?? null} waiting={waiting} />
      <KeyFigure
        label={w.figure.flow}
        value={flow}
        note={
          failing > 0
            ? w.note.failing(format.decimal(failing))
            : estimated === ""
              ? w.note.noFailures
              : w.note.estimate
        }
        tone={failing > 0 ? "crit" : "plain"}
      />
      <Drain row={row} live={live} waiting={waiting} />
      <KeyFigure
        label={w.figure.workers}
        value={live === null || busy === null ? null : `${format.count(busy)} / ${format.count(live)}`}
        note={live === 0 ? w.note.nobody : busy === null ? "" : w.note.workersBusy(format.count(busy))}
        tone={live === 0 && (waiting ?? 0) > 0 ? "crit" : "plain"}
      />
    </KeyFigures>
  );
}
