"use client";

import { clsx } from "clsx";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";

/** The parts of a backlog's name: `stream/group`, or one name alone. String forms never hold a slash. Pure. */
function partsOf(name: string): string[] {
  return name.split("/");
}

/** A backlog's name as one plain string: `tarefas › processar_ocorrencias`. For titles, labels, sorting. */
export function plainBacklog(name: string): string {
  return partsOf(name).map(plainName).join(" › ");
}

export interface BacklogNameProps {
  name: string;
  /** On phones the group stands below its stream, each cut where its line ends. */
  stacked?: boolean;
}

/** A backlog's name, safe to look at: a queue, a stream, or `stream › group`. */
export function BacklogName({ name, stacked = false }: BacklogNameProps) {
  const [first = "", ...rest] = partsOf(name);
  const line = stacked ? "max-tablet:block max-tablet:truncate" : undefined;
  return (
    <>
      <span className={line}>
        <Name name={first} />
      </span>
      {rest.map((part) => (
        <span key={part} className={line}>
          <span className={clsx("mx-1 text-faint", stacked && "max-tablet:ml-0")}>›</span>
          <Name name={part} />
        </span>
      ))}
    </>
  );
}
