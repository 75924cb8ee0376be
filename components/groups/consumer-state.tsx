"use client";

import { useFormat, useWords } from "@/components/i18n/provider";
import { type State, StateMark } from "@/components/ui/state-mark";
import type { Consumer, ConsumerState as Name } from "@/lib/api/schemas/streams";
import type { Format } from "@/lib/i18n/format";
import { groupsWords } from "@/lib/i18n/words/groups";
import { type GroupsText, silentMs } from "./verdict";

const LOOKS: Readonly<Record<Name, State>> = {
  alive: "ok",
  waiting: "paused",
  dead: "failing",
  stalled: "failing",
  stuck: "degraded",
  unknown: "unknown",
};

/** Why a consumer is said to be in its state; "" where there is nothing to explain. Pure. */
export function whyText(consumer: Consumer, tellsInactive: boolean, w: GroupsText, format: Format): string {
  const why = w.consumers.why;
  const silent = format.duration(silentMs(consumer));
  const usual = consumer.usual_gap_ms === null ? null : format.duration(consumer.usual_gap_ms);
  switch (consumer.state) {
    case "dead":
    case "stalled":
      if (tellsInactive) return usual === null ? why.silentOnly(silent) : why.silent(silent, usual);
      return usual === null ? why.givenOnly(silent) : why.given(silent, usual);
    case "stuck":
      return consumer.oldest_ms === null ? why.stuckOnly : why.stuck(format.duration(consumer.oldest_ms));
    case "waiting":
      return why.waiting;
    case "unknown":
      return why.unknown;
    case "alive":
      return "";
  }
}

/** A consumer's state as glyph, word and reason. */
export function ConsumerState({ consumer, tellsInactive }: { consumer: Consumer; tellsInactive: boolean }) {
  const w = useWords(groupsWords);
  const format = useFormat();
  return (
    <span
      className="flex flex-wrap items-center gap-x-2"
      title={w.consumers.why.deadAfter(format.span(consumer.dead_after_ms))}
    >
      <StateMark state={LOOKS[consumer.state]} word={w.consumers.state[consumer.state]} />
      <span className="tabular text-muted">{whyText(consumer, tellsInactive, w, format)}</span>
    </span>
  );
}
