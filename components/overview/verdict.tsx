"use client";

import { useWords } from "@/components/i18n/provider";
import { type Stale, useOverview } from "@/components/live/provider";
import { PageHead } from "@/components/shell/page-head";
import { StateMark } from "@/components/ui/state-mark";
import type { Overview } from "@/lib/api/schemas/overview";
import type { Discovery } from "@/lib/api/schemas/streams";
import type { Locale } from "@/lib/i18n/locale";
import type { Words } from "@/lib/i18n/words";
import { overviewWords } from "@/lib/i18n/words/overview";

type OverviewWords = typeof overviewWords extends Words<infer T> ? Words<T>[Locale] : never;

/** That there are no streams is known only once all keys have been seen. */
function nothingText({ complete, denied }: Discovery, v: OverviewWords["verdict"]): string {
  if (complete) return v.nothing;
  return denied ? v.nothingDenied : v.nothingSearching;
}

/** The whole state in one sentence. Unknown is never good news. */
export function verdictText(overview: Overview | null, stale: Stale | null, w: OverviewWords): string {
  const v = w.verdict;
  if (stale?.cause === "vigia") return v.lost;
  if (overview === null) return v.starting;
  const { unknown, state } = overview.verdict;
  if (unknown === "redis-unreachable") return v.unreachable;
  if (unknown === "stale" || stale !== null) return v.stale;
  if (unknown === "starting") return v.starting;
  if (unknown === "nothing-found") return nothingText(overview.discovery, v);
  if (overview.problems_total > 0) return v.problems(overview.problems_total);
  return state === "ok" || state === "paused" ? v.fine : v.unknown;
}

/** What else there is to know in one breath: how the rest fares, how many queues, who is alive. */
function useRest(overview: Overview): string {
  const w = useWords(overviewWords);
  const { totals, problems_total } = overview;
  const parts = [
    // What the server has none of is not worth a word, unless it has nothing.
    ...(totals.queues > 0 || totals.groups + totals.streams_ungrouped === 0 ? [w.queues(totals.queues)] : []),
    ...(totals.groups > 0 ? [w.groups(totals.groups)] : []),
    ...(totals.streams_ungrouped > 0 ? [w.ungrouped(totals.streams_ungrouped)] : []),
  ];
  // Workers are RQ's: without a queue nobody misses one.
  if (totals.workers_live !== null && (totals.queues > 0 || totals.groups === 0))
    parts.push(
      totals.workers_live === 0
        ? totals.groups > 0
          ? w.noRqWorkers
          : w.noWorkers
        : w.workersAlive(totals.workers_live, Math.max(totals.workers_live, totals.workers_total ?? 0)),
    );
  const facts = parts.join(", ");
  return problems_total > 0 ? `${w.restKeepsUp} — ${facts}` : facts;
}

function Rest({ overview }: { overview: Overview }) {
  return useRest(overview);
}

/** The heading of the first screen. */
export function Verdict() {
  const w = useWords(overviewWords);
  const { overview, stale } = useOverview();
  const text = verdictText(overview, stale, w);
  const clear = overview !== null && stale === null && overview.verdict.unknown === null;
  return (
    <PageHead
      title={w.title}
      heading={
        <span className="inline-flex items-center gap-2.5">
          {clear && overview.problems_total === 0 && <StateMark state={overview.verdict.state} compact />}
          {text}
        </span>
      }
      hint={clear ? <Rest overview={overview} /> : null}
    />
  );
}
