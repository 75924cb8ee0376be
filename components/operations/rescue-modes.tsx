"use client";

import { clsx } from "clsx";
import { type ReactNode, useId } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { Badge } from "@/components/ui/badge";
import { Code } from "@/components/ui/code";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { Time } from "@/components/ui/time";
import type { Consumer, GroupDetail } from "@/lib/api/schemas/streams";
import { entryActionWords } from "@/lib/i18n/words/entry-actions";
import {
  type EntryPick,
  type EntryPlan,
  heirsOf,
  RESCUE_MODES,
  type RescueMode,
  soundMode,
  takesUpClaims,
} from "./entry-question";

interface Props {
  pick: EntryPick;
  plan: EntryPlan;
  /** null = not read. */
  detail: GroupDetail | null;
  /** All groups of the stream; null = not known. */
  groups: readonly string[] | null;
  onMode: (mode: RescueMode) => void;
  onHeir: (name: string) => void;
}

const named = (name: string) => (
  <Code>
    <Name name={name} />
  </Code>
);

function Reclaimed({ pick, detail }: Pick<Props, "pick"> & { detail: GroupDetail }) {
  const w = useWords(entryActionWords).evidence;
  const format = useFormat();
  const { seen_ms, min_idle_ms } = detail.reclaiming;
  const owner = detail.consumers.find(({ name }) => name === pick.consumer);
  const rereads = owner?.reread_seen_ms ?? null;
  return (
    <>
      {seen_ms === null ? (
        w.notReclaimed
      ) : (
        <>
          <Rich
            text={min_idle_ms === null ? w.reclaimedWhenever : w.reclaimed}
            parts={{
              when: <Time ms={seen_ms} />,
              idle: min_idle_ms === null ? null : format.duration(min_idle_ms),
            }}
          />{" "}
          {w.leaveIt}
        </>
      )}
      {owner !== undefined && rereads !== null && (
        <>
          {" "}
          <Rich text={w.ownerRereads} parts={{ consumer: named(owner.name), when: <Time ms={rereads} /> }} />
        </>
      )}
    </>
  );
}

function Requeued({ groups }: Pick<Props, "groups">) {
  const w = useWords(entryActionWords).evidence;
  return (
    <>
      {w.requeueSure}{" "}
      {groups === null ? (
        w.everyGroupUnknown
      ) : groups.length <= 1 ? (
        w.oneGroup
      ) : (
        <Rich
          text={w.everyGroup}
          parts={{
            groups: groups.map((name, i) => (
              <span key={name}>
                {i > 0 && ", "}
                {named(name)}
              </span>
            )),
          }}
        />
      )}
    </>
  );
}

function Rereads({ heir }: { heir: Consumer }) {
  const w = useWords(entryActionWords).evidence;
  const text =
    heir.reread_seen_ms === null ? w.neverRereads : takesUpClaims(heir) ? w.rereads : w.rereaderGone;
  return <Rich text={text} parts={{ consumer: named(heir.name), when: <Time ms={heir.reread_seen_ms} /> }} />;
}

function Claimed({ heirs, plan, onHeir }: { heirs: readonly Consumer[] } & Pick<Props, "plan" | "onHeir">) {
  const w = useWords(entryActionWords);
  const heir = heirs.find(({ name }) => name === plan.to);
  if (heir === undefined) return w.evidence.noHeir;
  return (
    <>
      <label className="my-1 flex max-w-full flex-wrap items-center gap-2">
        <span className="sr-only">{w.claimFor}</span>
        <select
          value={heir.name}
          onChange={(event) => onHeir(event.target.value)}
          className="field h-8 max-w-full px-2 text-13 touch:h-11 touch:text-[16px]"
        >
          {heirs.map((one) => (
            <option key={one.name} value={one.name}>
              {`${plainName(one.name)} (${w.states[one.state]})`}
            </option>
          ))}
        </select>
      </label>
      <Rereads heir={heir} /> {w.evidence.wakesNobody(plainName(heir.name))}
    </>
  );
}

/** The ways to rescue, each with what was seen that speaks for or against it. */
export function RescueModes({ pick, plan, detail, groups, onMode, onHeir }: Props) {
  const w = useWords(entryActionWords);
  const id = useId();
  const sound = soundMode(detail, pick);
  const heirs = detail === null ? [] : heirsOf(detail, pick);
  const texts: Readonly<Record<RescueMode, ReactNode>> = {
    release: detail === null ? w.evidence.unread : <Reclaimed pick={pick} detail={detail} />,
    requeue: <Requeued groups={groups} />,
    claim: detail === null ? w.evidence.unread : <Claimed heirs={heirs} plan={plan} onHeir={onHeir} />,
  };
  return (
    <fieldset className="flex flex-col overflow-hidden rounded-card border border-line">
      <legend className="sr-only">{w.how}</legend>
      {RESCUE_MODES.map((mode) => {
        const off = mode === "claim" && heirs.length === 0;
        return (
          <div
            key={mode}
            className={clsx(
              "flex gap-3 border-line border-t px-3 py-2 first:border-t-0",
              mode === plan.mode && "bg-raised",
            )}
          >
            <input
              type="radio"
              id={`${id}-${mode}`}
              name={id}
              checked={mode === plan.mode}
              disabled={off}
              aria-describedby={`${id}-${mode}-why`}
              onChange={() => onMode(mode)}
              className="mt-0.5 size-4 flex-none accent-accent touch:mt-3 touch:size-5"
            />
            <div className="min-w-0 flex-1">
              <label
                htmlFor={`${id}-${mode}`}
                className={clsx(
                  "flex flex-wrap items-center gap-2 font-medium touch:min-h-11",
                  off && "text-faint",
                )}
              >
                {w.mode[mode]}
                {mode === sound && <Badge tone="accent">{w.sound}</Badge>}
              </label>
              <div id={`${id}-${mode}-why`} className="text-muted">
                {texts[mode]}
              </div>
            </div>
          </div>
        );
      })}
    </fieldset>
  );
}
