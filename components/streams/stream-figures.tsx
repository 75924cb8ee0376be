"use client";

import { useFormat, useNow, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { KeyFigure, KeyFigures } from "@/components/ui/key-figure";
import { plainName } from "@/components/ui/name-text";
import { Time } from "@/components/ui/time";
import type { StreamDetail } from "@/lib/api/schemas/streams";
import { streamsWords } from "@/lib/i18n/words/streams";

type Props = { detail: StreamDetail };

/** The time in an entry ID, Unix ms. */
function idMs(id: string): number {
  return Number(id.split("-")[0]);
}

function Memory({ detail }: Props) {
  const w = useWords(streamsWords).one;
  const format = useFormat();
  const { memory_bytes: bytes, memory_trusted: trusted, length } = detail;
  if (bytes === null) return <KeyFigure label={w.figure.memory} value={null} note={w.memoryUnknown} />;
  if (!trusted)
    return (
      <KeyFigure
        label={w.figure.memory}
        value={`≤\u202f${format.bytes(bytes)}`}
        note={w.memoryTrap}
        tone="warn"
        title={w.memoryTrapWhy}
      />
    );
  return (
    <KeyFigure
      label={w.figure.memory}
      value={`≈\u202f${format.bytes(bytes)}`}
      note={length > 0 ? w.perEntry(format.bytes(Math.round(bytes / length))) : ""}
      title={w.memoryWhy}
    />
  );
}

function Span({ detail }: Props) {
  const w = useWords(streamsWords).one;
  const format = useFormat();
  const nowMs = useNow();
  const { first_id: first, last_id: last } = detail;
  if (first === null || last === null)
    return <KeyFigure label={w.figure.span} value="–" note={w.nothingYet} />;
  if (!detail.ids_are_times)
    return (
      <KeyFigure
        label={w.figure.span}
        value={<span className="font-mono text-13">{`${first} → ${last}`}</span>}
        note={w.noTimes}
        title={`${first} → ${last}`}
      />
    );
  const [from, to] = [idMs(first), idMs(last)];
  return (
    <KeyFigure
      label={w.figure.span}
      value={
        <span className="text-15">
          {format.since(from, nowMs)} → {format.since(to, nowMs)}
        </span>
      }
      note={<Rich text={w.newest} parts={{ time: <Time ms={to} /> }} />}
      title={`${format.exactTime(from)} → ${format.exactTime(to)}, ${w.lasts(format.duration(to - from))}`}
    />
  );
}

/** Length, pace, memory, age, and whether anything cuts it. */
export function StreamFigures({ detail }: Props) {
  const w = useWords(streamsWords);
  const format = useFormat();
  const one = w.one;
  return (
    <KeyFigures label={plainName(detail.stream)}>
      <KeyFigure
        label={one.figure.length}
        value={format.count(detail.length)}
        note={detail.added_total === null ? "" : one.addedTotal(format.count(detail.added_total))}
        title={format.exact(detail.length)}
      />
      <KeyFigure
        label={one.figure.added}
        value={detail.in_per_s === null ? null : format.perSecond(detail.in_per_s)}
        note={detail.in_per_s === null ? one.measuring : ""}
      />
      <Memory detail={detail} />
      <Span detail={detail} />
      <KeyFigure
        label={one.figure.trims}
        value={
          detail.trimming === "unknown" ? null : (
            <span className="text-15">{w.trimming[detail.trimming]}</span>
          )
        }
        note={
          (detail.evicted_per_s ?? 0) > 0
            ? one.evicted(format.perSecond(detail.evicted_per_s ?? 0))
            : detail.trimming === "unknown"
              ? w.trimming.unknown
              : ""
        }
        title={w.trimmingWhy[detail.trimming]}
      />
    </KeyFigures>
  );
}
