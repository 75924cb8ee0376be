"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormat, useWords } from "@/components/i18n/provider";
import { useLiveInterval } from "@/components/live/provider";
import { lagText, lagWhy } from "@/components/streams/lag-value";
import { KeyFigure, KeyFigures, type Tone } from "@/components/ui/key-figure";
import { plainName } from "@/components/ui/name-text";
import type { BacklogRow } from "@/lib/api/schemas/overview";
import type { GroupDetail } from "@/lib/api/schemas/streams";
import { groupsWords } from "@/lib/i18n/words/groups";
import { streamsWords } from "@/lib/i18n/words/streams";
import { goneOf, lastMinute, marked } from "./chart-data";
import { groupHistoryQuery } from "./queries";

const REFRESH_MS = 5_000;
/** Acked by this share of what is added, a group keeps pace: rates of a minute differ by a little. */
const EVEN = 0.98;

interface Props {
  stream: string;
  group: string;
  detail: GroupDetail | undefined;
  /** Of the newest snapshot; undefined when the group is not among its rows. */
  row: BacklogRow | undefined;
}

function Label({ text, unit }: { text: string; unit: string }) {
  return (
    <>
      {text} <span className="text-faint tablet:max-desktop:hidden">{unit}</span>
    </>
  );
}

function LagFigure({ detail }: { detail: GroupDetail | undefined }) {
  const w = useWords(groupsWords);
  const s = useWords(streamsWords);
  const format = useFormat();
  const label = <Label text={w.figure.lag} unit={w.figure.lagUnit} />;
  if (detail === undefined) return <KeyFigure label={label} value={null} />;
  const { lag, lost, behind_ms, ids_are_times } = detail;
  const why = lagWhy(lag, s, format);
  const [note, tone, title] = ((): [string, Tone, string | undefined] => {
    if (lost !== null && lost > 0) {
      const mark = detail.lost_quality === "exact" ? "" : detail.lost_quality === "at_least" ? "≥" : "≈";
      return [w.note.trimmedUnread(marked(lost, mark, format)), "crit", w.note.trimmedUnreadWhy];
    }
    if (why !== undefined && lag.reason !== null) return [s.lagReasonShort[lag.reason], "plain", why];
    if (lag.value === 0) return [w.note.nothingWaits, "plain", why];
    if (behind_ms !== null && behind_ms > 0)
      return [w.note.oldestWaits(format.duration(behind_ms)), "plain", why];
    return [ids_are_times ? "" : w.note.noTimes, "plain", why];
  })();
  return (
    <KeyFigure
      label={label}
      value={lagText(lag, format)}
      note={note}
      tone={tone}
      title={title ?? (lag.value === null ? undefined : format.exact(lag.value))}
    />
  );
}

function PendingFigure({ detail }: { detail: GroupDetail | undefined }) {
  const w = useWords(groupsWords);
  const format = useFormat();
  const label = <Label text={w.figure.pending} unit={w.figure.pendingUnit} />;
  if (detail === undefined) return <KeyFigure label={label} value={null} />;
  const { pending, pending_oldest_ms, ids_are_times } = detail;
  const gone = goneOf(detail.consumers).size > 0;
  const note =
    pending === 0
      ? w.note.nothingPending
      : pending_oldest_ms !== null
        ? w.note.oldest(format.duration(pending_oldest_ms))
        : ids_are_times
          ? ""
          : w.note.noTimes;
  return (
    <KeyFigure
      label={label}
      value={format.count(pending)}
      note={note}
      tone={gone && pending > 0 ? "crit" : "plain"}
      title={format.exact(pending)}
    />
  );
}

function FlowFigure({ stream, group, detail, row }: Props) {
  const w = useWords(groupsWords);
  const format = useFormat();
  // The shortest window has the finest steps; it is answered from memory.
  const { data } = useQuery({
    ...groupHistoryQuery(stream, group, "15m"),
    refetchInterval: useLiveInterval(REFRESH_MS),
  });
  const added = row?.in_per_s ?? lastMinute(data, "in_per_s");
  const acked = row?.out_per_s ?? lastMinute(data, "out_per_s");
  const rates = [added, lastMinute(data, "delivered_per_s"), acked];
  const known = rates.some((rate) => rate !== null);
  const value = rates.map((rate) => (rate === null ? "?" : format.perSecond(rate))).join(" → ");
  const [note, tone] = ((): [string, Tone] => {
    // What is pending is at work: without a lag nothing has to drain.
    if (detail?.lag.value === 0) return [w.note.nothingWaits, "plain"];
    switch (row?.drain) {
      case "draining":
        return row.drain_s === null
          ? ["", "plain"]
          : [w.note.drains(format.duration(row.drain_s * 1_000)), "ok"];
      case "never":
        return added !== null && acked !== null && acked >= EVEN * added
          ? [w.note.keepsPace, "plain"]
          : [w.note.never, "crit"];
      case "measuring":
        return [w.note.measuring, "plain"];
      default:
        return ["", "plain"];
    }
  })();
  return (
    <KeyFigure
      label={w.figure.flow}
      // Three rates in the room of one.
      value={
        known ? (
          <span className="text-15 leading-[29px] min-[1400px]:text-19 min-[1400px]:leading-[29px]">
            {value}
          </span>
        ) : null
      }
      note={note}
      tone={tone}
      title={`${w.figure.flowTitle}: ${value}`}
    />
  );
}

function AgainFigure({ detail }: { detail: GroupDetail | undefined }) {
  const w = useWords(groupsWords);
  const format = useFormat();
  if (detail === undefined || detail.redelivered === null)
    return (
      <KeyFigure label={w.figure.again} value={null} note={detail === undefined ? "" : w.note.notKnown} />
    );
  const { redelivered, max_deliveries, poison, histogram } = detail;
  const sampled = histogram !== null && histogram.sampled < histogram.total;
  const note =
    poison !== null && poison > 0
      ? w.note.poison(poison, sampled ? "≈\u202f" : "")
      : redelivered === 0
        ? detail.pending === 0
          ? ""
          : sampled
            ? w.note.noneSeen
            : w.note.once
        : max_deliveries === null
          ? ""
          : w.note.maxTimes(marked(max_deliveries, sampled ? "≥" : "", format));
  return (
    <KeyFigure
      label={w.figure.again}
      value={marked(redelivered, sampled ? "≈" : "", format)}
      note={note}
      tone={poison !== null && poison > 0 ? "crit" : "plain"}
      title={
        sampled
          ? w.note.sampled(format.exact(histogram.sampled), format.exact(histogram.total))
          : max_deliveries === null
            ? undefined
            : w.note.maxTimes(format.exact(max_deliveries))
      }
    />
  );
}

function LengthFigure({ detail }: { detail: GroupDetail | undefined }) {
  const w = useWords(groupsWords);
  const s = useWords(streamsWords);
  const format = useFormat();
  if (detail === undefined) return <KeyFigure label={w.figure.length} value={null} />;
  const { memory_bytes: bytes, memory_trusted, trimming } = detail;
  const memory = bytes === null || !memory_trusted ? null : `≈\u202f${format.bytes(bytes)}`;
  const why = bytes === null ? w.note.memoryUnknown : memory_trusted ? null : w.note.memoryLeftOut;
  return (
    <KeyFigure
      label={w.figure.length}
      value={format.count(detail.length)}
      note={[w.note.trimming[trimming], memory].filter((part) => part !== null).join(" · ")}
      title={[format.exact(detail.length), s.trimmingWhy[trimming], why]
        .filter((part) => part !== null)
        .join(". ")}
    />
  );
}

/** Lag, pending, pace, redelivery, length: each with what it means now, and why where it is not exact. */
export function GroupFigures({ stream, group, detail, row }: Props) {
  return (
    <KeyFigures label={plainName(group)}>
      <LagFigure detail={detail} />
      <PendingFigure detail={detail} />
      <FlowFigure stream={stream} group={group} detail={detail} row={row} />
      <AgainFigure detail={detail} />
      <LengthFigure detail={detail} />
    </KeyFigures>
  );
}
