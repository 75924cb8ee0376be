"use client";

import { useQueryStates } from "nuqs";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Button } from "@/components/ui/button";
import { plainName } from "@/components/ui/name-text";
import type { Consumer } from "@/lib/api/schemas/streams";
import { groupsWords } from "@/lib/i18n/words/groups";
import { filterParsers } from "./url-state";

/** Seconds. */
const IDLE = [10, 60, 300, 1_800, 7_200, 86_400] as const;
const DELIVERIES = [2, 3, 5, 10] as const;
/** How the empty name travels: what nobody owns. */
export const UNOWNED = "b64:";

interface Option {
  value: string;
  text: string;
}

interface ChoiceProps {
  label: string;
  value: string;
  /** The first = not narrowed. */
  options: readonly Option[];
  onChange: (value: string) => void;
}

/** One of a few; what came by the address and is none of them is offered too. */
function Choice({ label, value, options, onChange }: ChoiceProps) {
  const known = options.some((option) => option.value === value);
  return (
    <select
      aria-label={label}
      title={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="field h-8 max-w-56 px-2 text-13 touch:h-11 touch:text-[16px] max-tablet:w-full max-tablet:max-w-none"
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
      {!known && <option value={value}>{plainName(value)}</option>}
    </select>
  );
}

/** By consumer, by least idle time, by least deliveries: all in the URL. */
export function PendingFilters({ consumers }: { consumers: readonly Consumer[] }) {
  const w = useWords(groupsWords).pending;
  const format = useFormat();
  const [filter, setFilter] = useQueryStates(filterParsers);
  const narrowed = filter.consumer !== "" || filter.idle > 0 || filter.deliveries > 0;
  return (
    <fieldset className="flex flex-wrap items-center gap-2 max-tablet:w-full">
      <legend className="sr-only">{w.filters}</legend>
      <Choice
        label={w.consumer}
        value={filter.consumer}
        options={[
          { value: "", text: w.anyConsumer },
          ...consumers.map(({ name }) => ({ value: name, text: plainName(name) })),
          { value: UNOWNED, text: w.unowned },
        ]}
        onChange={(consumer) => void setFilter({ consumer })}
      />
      <Choice
        label={w.idle}
        value={String(filter.idle)}
        options={[
          { value: "0", text: w.anyIdle },
          ...IDLE.map((s) => ({ value: String(s), text: w.atLeastIdle(format.span(s * 1_000)) })),
        ]}
        onChange={(idle) => void setFilter({ idle: Number(idle) })}
      />
      <Choice
        label={w.deliveries}
        value={String(filter.deliveries)}
        options={[
          { value: "0", text: w.anyDeliveries },
          ...DELIVERIES.map((n) => ({ value: String(n), text: w.atLeastDeliveries(String(n)) })),
        ]}
        onChange={(deliveries) => void setFilter({ deliveries: Number(deliveries) })}
      />
      {narrowed && (
        <Button variant="quiet" onClick={() => void setFilter(null)}>
          {w.clear}
        </Button>
      )}
    </fieldset>
  );
}
