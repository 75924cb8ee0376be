"use client";

import { useId } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { Banner } from "@/components/ui/banner";
import { Checkbox } from "@/components/ui/checkbox";
import { Code } from "@/components/ui/code";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { operationsWords } from "@/lib/i18n/words/operations";
import { type MoveChoice, type MoveQuestion, targetOf, targetsOf } from "./job-question";
import type { ChoiceRead } from "./use-choice";

const FIELD = "field h-8 w-full max-w-full px-2 text-13 touch:h-11 touch:text-[16px]";
/** The value of "another name": no queue's name has this form, see lib/names. */
const OTHER = "b64:?";
const NAME_MAX = 4_096;

interface Props {
  question: MoveQuestion;
  read: ChoiceRead;
  onChoose: (choice: Partial<MoveChoice>) => void;
}

function Choice({ name, similar }: { name: string; similar: boolean }) {
  const w = useWords(operationsWords).move;
  return <option value={name}>{similar ? `${plainName(name)} (${w.suggested})` : plainName(name)}</option>;
}

function Chosen({ question, read, onChoose }: Props) {
  const w = useWords(operationsWords).move;
  const format = useFormat();
  const id = useId();
  const { lack, preview, counting } = read;
  if (lack === "same") return <p className="text-warn">{w.sameQueue}</p>;
  if (lack === "reserved") return <p className="text-warn">{w.reserved}</p>;
  const { typed, confirmed } = question.choice;
  const unsure = lack === "confirmation" || (typed !== null && confirmed);
  const target = lack === null && !counting ? preview?.target : undefined;
  const queue = (
    <Code>
      <Name name={targetOf(question)} />
    </Code>
  );
  return (
    <>
      {unsure && (
        <div className="flex items-center gap-2 touch:min-h-11">
          <Checkbox
            id={id}
            checked={confirmed}
            onChange={(event) => onChoose({ confirmed: event.target.checked })}
          />
          <label htmlFor={id}>{w.confirmNew}</label>
        </div>
      )}
      {target !== undefined &&
        (target.listeners > 0 ? (
          <p className="text-muted">
            {w.listeners(target.listeners, format.count(target.listeners))} {w.fit}
          </p>
        ) : (
          <Banner
            tone="degraded"
            title={<Rich text={target.known ? w.nobody : w.newQueue} parts={{ queue }} />}
          />
        ))}
    </>
  );
}

/** Where the jobs shall go: a queue of the list, those that workers listen to first, or another name that is typed. */
export function MoveTarget(props: Props) {
  const w = useWords(operationsWords).move;
  const { question, read, onChoose } = props;
  const { queue, typed } = question.choice;
  const { listened, unlistened } = targetsOf(question, read.queues ?? []);
  const offered = queue === null || listened.includes(queue) || unlistened.includes(queue);
  return (
    <div className="flex flex-col gap-2">
      <label>
        <span className="sr-only">{w.target}</span>
        <select
          value={typed !== null ? OTHER : (queue ?? "")}
          onChange={({ target: { value } }) =>
            onChoose(
              value === OTHER
                ? { queue: null, typed: "", confirmed: false }
                : { queue: value === "" ? null : value, typed: null, confirmed: false },
            )
          }
          className={FIELD}
        >
          {queue === null && typed === null && <option value="">{w.choose}</option>}
          {!offered && <Choice name={queue} similar={false} />}
          {listened.length > 0 && (
            <optgroup label={w.listened}>
              {listened.map((name) => (
                <Choice key={name} name={name} similar={name === question.similar} />
              ))}
            </optgroup>
          )}
          {unlistened.length > 0 && (
            <optgroup label={w.unlistened}>
              {unlistened.map((name) => (
                <Choice key={name} name={name} similar={false} />
              ))}
            </optgroup>
          )}
          <option value={OTHER}>{w.other}</option>
        </select>
      </label>
      {typed !== null && (
        <label>
          <span className="sr-only">{w.otherName}</span>
          <input
            type="text"
            maxLength={NAME_MAX}
            value={typed}
            placeholder={w.otherName}
            autoComplete="off"
            spellCheck={false}
            // biome-ignore lint/a11y/noAutofocus: it appears because somebody has just asked to type a name
            autoFocus
            onChange={({ target: { value } }) => onChoose({ typed: value, confirmed: false })}
            className={FIELD}
          />
        </label>
      )}
      <Chosen {...props} />
    </div>
  );
}
