"use client";

import { useFormat, useNow, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { BacklogName } from "@/components/streams/backlog-name";
import { KeyFigure, KeyFigures, type Tone } from "@/components/ui/key-figure";
import type { Quality } from "@/lib/api/schemas/common";
import type { Overview, Totals } from "@/lib/api/schemas/overview";
import { overviewWords } from "@/lib/i18n/words/overview";
import { consumersOf } from "./consumers";

const HOUR_MS = 3_600_000;
/** Below this a percentage says more than it knows. */
const RUNS_FOR_PERCENT = 20;

/** An estimate wears ≈, a lower bound ≥; what is exact wears nothing. */
export function qualityMark(quality: Quality | undefined): string {
  return quality === "estimated" ? "≈\u202f" : quality === "at_least" ? "≥\u202f" : "";
}

type FigureProps = { totals: Totals };

function Waiting({ totals }: FigureProps) {
  const w = useWords(overviewWords);
  const format = useFormat();
  const change = totals.waiting_change_10m;
  return (
    <KeyFigure
      label={w.waiting}
      value={totals.waiting === null ? null : format.count(totals.waiting)}
      title={totals.waiting === null ? w.notKnown : format.exact(totals.waiting)}
      note={change === null ? w.measuring : w.waitingChange(format.change(change))}
    />
  );
}

function Oldest({ totals }: FigureProps) {
  const w = useWords(overviewWords);
  const format = useFormat();
  const { oldest_ms, oldest_backlog } = totals;
  return (
    <KeyFigure
      label={w.oldest}
      value={oldest_ms === null ? null : oldest_ms === 0 ? "–" : format.duration(oldest_ms)}
      note={
        oldest_ms === 0 ? (
          w.oldestNone
        ) : oldest_backlog === null ? (
          w.notKnown
        ) : (
          <Rich text={w.oldestIn} parts={{ queue: <BacklogName name={oldest_backlog} /> }} />
        )
      }
    />
  );
}

function InOut({ totals }: FigureProps) {
  const w = useWords(overviewWords);
  const format = useFormat();
  const { in_per_s, out_per_s, drain, drain_s } = totals;
  const unknown = in_per_s === null && out_per_s === null;
  const write = (perS: number | null, field: string) =>
    perS === null ? "?" : qualityMark(totals.quality[field]) + format.perSecond(perS);
  const note =
    drain === "draining" && drain_s !== null
      ? w.drain.in(format.duration(drain_s * 1_000))
      : drain === "draining"
        ? w.drain.unknown
        : w.drain[drain];
  const tone: Tone = drain === "never" ? "crit" : drain === "draining" ? "ok" : "plain";
  return (
    <KeyFigure
      label={w.inOut}
      value={unknown ? null : `${write(in_per_s, "in_per_s")} → ${write(out_per_s, "out_per_s")}`}
      note={unknown ? w.measuring : note}
      tone={unknown ? "plain" : tone}
      title={w.drainTitle[drain]}
    />
  );
}

function FailedHour({ totals }: FigureProps) {
  const w = useWords(overviewWords);
  const format = useFormat();
  const now = useNow();
  const { failed_last_hour: failed, runs_last_hour: runs, watched_since_ms } = totals;
  const label =
    now - watched_since_ms < HOUR_MS ? w.failedSince(format.clock(watched_since_ms)) : w.failedHour;
  const note =
    failed === null || runs === null
      ? w.measuring
      : runs === 0
        ? w.noRuns
        : runs < RUNS_FOR_PERCENT
          ? w.ofFewRuns(runs)
          : w.ofRuns(format.percent(failed, runs));
  return (
    <KeyFigure
      label={label}
      value={failed === null ? null : format.count(failed)}
      note={note}
      tone={(failed ?? 0) > 0 ? "crit" : "plain"}
    />
  );
}

function Working({ totals }: FigureProps) {
  const w = useWords(overviewWords);
  const format = useFormat();
  const { workers_busy: busy, workers_live: live, workers_total: total } = totals;
  const gone = Math.max(0, (total ?? 0) - (live ?? 0));
  return (
    <KeyFigure
      label={w.workingNow}
      value={live === null ? null : `${busy === null ? "?" : format.count(busy)} / ${format.count(live)}`}
      note={
        live === null
          ? w.notKnown
          : live === 0
            ? totals.groups > 0
              ? w.noneAliveRq
              : w.noneAlive
            : gone > 0
              ? w.workersDead(gone)
              : w.allAlive
      }
      tone={live !== null && (live === 0 || gone > 0) ? "warn" : "plain"}
    />
  );
}

/** Where there are streams alone: consumers, which no process list tells, summed over the groups. */
function Consumers({ overview }: { overview: Overview }) {
  const w = useWords(overviewWords);
  const format = useFormat();
  const sum = consumersOf(overview);
  const gone = sum === null ? 0 : sum.total - sum.live;
  return (
    <KeyFigure
      label={w.consumersAlive}
      value={sum === null ? null : `${format.count(sum.live)} / ${format.count(sum.total)}`}
      note={sum === null ? w.notKnown : gone > 0 ? w.consumersDead(gone) : w.groups(overview.totals.groups)}
      tone={gone > 0 ? "warn" : "plain"}
    />
  );
}

/** Five figures: how much, how long, how fast, how badly, by whom. */
export function Figures({ overview, known }: { overview: Overview; known: boolean }) {
  const w = useWords(overviewWords);
  const { totals } = overview;
  const streamsAlone = totals.queues === 0 && totals.groups > 0;
  return (
    <div className={known ? undefined : "text-muted [&_dd]:text-muted"}>
      <KeyFigures label={w.figures}>
        <Waiting totals={totals} />
        <Oldest totals={totals} />
        <InOut totals={known ? totals : { ...totals, drain: "unknown" }} />
        <FailedHour totals={totals} />
        {streamsAlone ? <Consumers overview={overview} /> : <Working totals={totals} />}
      </KeyFigures>
    </div>
  );
}
