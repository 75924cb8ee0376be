"use client";

import Link from "next/link";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { useOverview } from "@/components/live/provider";
import { groupHref } from "@/components/shell/hrefs";
import { Name } from "@/components/ui/name";
import { Time } from "@/components/ui/time";
import type { Evidence } from "@/lib/api/schemas/problems";
import { problemHelpWords } from "@/lib/i18n/words/problem-help";
import { problemWords } from "@/lib/i18n/words/problems";
import { For, Group, type Of, Several, Since } from "./parts";

const GROUP_KINDS = [
  "consumer-dead",
  "group-no-consumers",
  "groups-no-consumers",
  "group-stalled",
  "entry-poison",
  "entries-trimmed-unread",
  "group-grows",
] as const satisfies readonly Evidence["kind"][];

/** Evidence about a consumer group of a stream. */
export type GroupEvidence = Of<(typeof GROUP_KINDS)[number]>;

export function isOfGroup(evidence: Evidence): evidence is GroupEvidence {
  return (GROUP_KINDS as readonly string[]).includes(evidence.kind);
}

/** Enough to know that the group lives; all of them stand on its page. */
const ALIVE_SHOWN = 2;

/** A number of messages that may be unknown or a lower bound, as part of a sentence. */
function useAtLeast(): (n: number, atLeast: boolean) => string {
  const w = useWords(problemWords);
  const format = useFormat();
  return (n, atLeast) => (atLeast ? w.atLeast : "") + format.count(n);
}

/** What is wrong with a group, in one sentence. */
export function StreamTitle({ evidence }: { evidence: GroupEvidence }) {
  const w = useWords(problemWords);
  const format = useFormat();
  const h = useWords(problemHelpWords).groupsNoConsumers;
  const atLeast = useAtLeast();
  if (evidence.kind === "groups-no-consumers") return h.title(evidence.total, evidence.streams);
  const group = <Group stream={evidence.stream} group={evidence.group} />;
  switch (evidence.kind) {
    case "consumer-dead":
      return (
        <Rich
          text={w.consumerDead.title(evidence.pending, evidence.certain)}
          parts={{ group, consumer: <Consumer evidence={evidence} /> }}
        />
      );
    case "group-no-consumers":
      return <Rich text={noConsumersTitle(evidence, w)} parts={{ group }} />;
    case "group-stalled":
      return (
        <Rich
          text={evidence.alive === 0 ? w.stalled.titleNone : w.stalled.title(evidence.alive)}
          parts={{ group }}
        />
      );
    case "entry-poison":
      return (
        <Rich
          text={w.poison.title(atLeast(evidence.total, evidence.at_least), evidence.total === 1)}
          parts={{ group }}
        />
      );
    case "entries-trimmed-unread":
      return (
        <Rich
          text={
            evidence.lost === null
              ? w.trimmedUnread.titleUnknown
              : w.trimmedUnread.title(
                  (evidence.quality === "estimated" ? w.about : "") +
                    atLeast(evidence.lost, evidence.quality === "at_least"),
                  evidence.lost === 1,
                )
          }
          parts={{ group }}
        />
      );
    case "group-grows":
      return (
        <Rich
          text={w.groupGrows.title(format.change(evidence.grew_by), format.span(evidence.window_ms))}
          parts={{ group }}
        />
      );
  }
}

function noConsumersTitle(evidence: Of<"group-no-consumers">, w: (typeof problemWords)["en"]): string {
  if ((evidence.lag ?? 0) > 0) return w.noConsumers.lag(evidence.lag ?? 0);
  return evidence.pending > 0 ? w.noConsumers.pending(evidence.pending) : w.noConsumers.unknown;
}

function Consumer({ evidence: { stream, group, consumer } }: { evidence: Of<"consumer-dead"> }) {
  return (
    <Link
      href={groupHref(stream, group, { tab: "pending", consumer })}
      prefetch={false}
      className="hover:underline"
    >
      <Name name={consumer} />
    </Link>
  );
}

function ConsumerDead({ evidence }: { evidence: Of<"consumer-dead"> }) {
  const w = useWords(problemWords).consumerDead;
  const format = useFormat();
  const alive = evidence.alive.slice(0, ALIVE_SHOWN).map((name) => <Name key={name} name={name} />);
  const more = evidence.alive.length - alive.length;
  const gap = evidence.usual_gap_ms;
  return (
    <>
      <Rich
        text={gap === null ? w.silent : w.silentGap}
        parts={{
          time: <For agoMs={evidence.silent_ms} />,
          gap: gap === null ? "" : format.duration(gap, true),
        }}
      />{" "}
      {evidence.oldest_ms !== null && (
        <>
          <Rich text={w.oldest} parts={{ time: <For agoMs={evidence.oldest_ms} /> }} />{" "}
        </>
      )}
      {alive.length === 0 ? (
        w.noneAlive(evidence.certain)
      ) : (
        <Rich
          text={more > 0 ? w.aliveMore(more) : w.alive(alive.length)}
          parts={{ consumers: <Several>{alive}</Several> }}
        />
      )}
      {evidence.reclaimed ? w.reclaimed : w.nobody}
    </>
  );
}

function NoConsumers({ evidence }: { evidence: Of<"group-no-consumers"> }) {
  const w = useWords(problemWords).noConsumers;
  return (
    <>
      {evidence.behind_ms !== null && evidence.behind_ms > 0 && (
        <>
          <Rich text={w.behind} parts={{ time: <Since agoMs={evidence.behind_ms} /> }} />{" "}
        </>
      )}
      {evidence.pending > 0 && (evidence.lag ?? 0) > 0 && <>{w.pendingToo(evidence.pending)} </>}
      {w.nobody}
    </>
  );
}

/** Those that most waits for, as far as a line reaches; its page lists them. */
const GROUPS_SHOWN = 4;

function ManyNoConsumers({ evidence }: { evidence: Of<"groups-no-consumers"> }) {
  const h = useWords(problemHelpWords);
  const groups = evidence.groups
    .slice(0, GROUPS_SHOWN)
    .map(({ stream, group }) => <Group key={`${stream}/${group}`} stream={stream} group={group} />);
  return (
    <>
      {evidence.lag > 0 && <>{h.groupsNoConsumers.waiting(evidence.lag)} </>}
      {evidence.pending > 0 && <>{h.groupsNoConsumers.pending(evidence.pending)} </>}
      <Several>{groups}</Several>
      {evidence.total > groups.length && <> {h.more(evidence.total - groups.length)}</>}
    </>
  );
}

function Stalled({ evidence }: { evidence: Of<"group-stalled"> }) {
  const w = useWords(problemWords).stalled;
  const format = useFormat();
  return (
    <>
      <Rich text={w.quiet} parts={{ time: <For agoMs={evidence.quiet_ms} /> }} />{" "}
      {(evidence.lag ?? 0) > 0
        ? w.pendingLag(evidence.pending, format.count(evidence.lag ?? 0))
        : w.pending(evidence.pending)}
      {evidence.oldest_ms === null ? (
        "."
      ) : (
        <Rich text={w.oldest} parts={{ time: <Since agoMs={evidence.oldest_ms} /> }} />
      )}
    </>
  );
}

function Poison({ evidence }: { evidence: Of<"entry-poison"> }) {
  const w = useWords(problemWords).poison;
  const { overview } = useOverview();
  const [worst] = evidence.entries;
  if (worst === undefined) return null;
  return (
    <>
      <Rich
        text={worst.consumer === null ? w.mostFree(worst.deliveries) : w.most(worst.deliveries)}
        parts={{
          id: <span className="font-mono text-12">{worst.id}</span>,
          consumer: worst.consumer === null ? "" : <Name name={worst.consumer} />,
        }}
      />{" "}
      {worst.idle_ms !== null && overview !== null && (
        <Rich text={w.idle} parts={{ time: <Time ms={overview.at_ms - worst.idle_ms} /> }} />
      )}
    </>
  );
}

function TrimmedUnread({ evidence }: { evidence: Of<"entries-trimmed-unread"> }) {
  const w = useWords(problemWords).trimmedUnread;
  return (
    <>
      {evidence.lost === null && <>{w.unknown} </>}
      {w.gone}{" "}
      {evidence.behind_ms !== null && evidence.behind_ms > 0 && (
        <Rich text={w.behind} parts={{ time: <Since agoMs={evidence.behind_ms} /> }} />
      )}
    </>
  );
}

function GroupGrows({ evidence }: { evidence: Of<"group-grows"> }) {
  const w = useWords(problemWords).groupGrows;
  const format = useFormat();
  const { overview } = useOverview();
  const rate = (perS: number | null) => (perS === null ? "?" : format.perSecond(perS));
  return (
    <>
      {w.lag(format.count(evidence.lag), format.count(evidence.pending))}{" "}
      <Rich text={w.rates} parts={{ in: rate(evidence.in_per_s), out: rate(evidence.out_per_s) }} />{" "}
      {evidence.behind_ms !== null && evidence.behind_ms > 0 && overview !== null && (
        <>
          <Rich text={w.behind} parts={{ time: <Time ms={overview.at_ms - evidence.behind_ms} /> }} />{" "}
        </>
      )}
      {evidence.consumers !== null && w.consumers(evidence.consumers)}
    </>
  );
}

/** The facts behind the sentence about a group. */
export function StreamEvidence({ evidence }: { evidence: GroupEvidence }) {
  switch (evidence.kind) {
    case "consumer-dead":
      return <ConsumerDead evidence={evidence} />;
    case "group-no-consumers":
      return <NoConsumers evidence={evidence} />;
    case "groups-no-consumers":
      return <ManyNoConsumers evidence={evidence} />;
    case "group-stalled":
      return <Stalled evidence={evidence} />;
    case "entry-poison":
      return <Poison evidence={evidence} />;
    case "entries-trimmed-unread":
      return <TrimmedUnread evidence={evidence} />;
    case "group-grows":
      return <GroupGrows evidence={evidence} />;
  }
}

/** What to do about it. */
export function StreamAdvice({ evidence }: { evidence: GroupEvidence }) {
  const w = useWords(problemWords);
  const h = useWords(problemHelpWords).groupsNoConsumers;
  switch (evidence.kind) {
    case "consumer-dead":
      return evidence.certain ? w.consumerDead.do : w.consumerDead.doUncertain;
    case "group-no-consumers":
      return w.noConsumers.do;
    case "groups-no-consumers":
      return h.do;
    case "group-stalled":
      return w.stalled.do;
    case "entry-poison":
      return w.poison.do;
    case "entries-trimmed-unread":
      return w.trimmedUnread.do;
    case "group-grows":
      return w.groupGrows.do;
  }
}
