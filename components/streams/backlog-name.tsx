"use client";

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

/** A backlog's name, safe to look at: a queue, a stream, or `stream › group`. */
export function BacklogName({ name }: { name: string }) {
  const [first = "", ...rest] = partsOf(name);
  return (
    <>
      <Name name={first} />
      {rest.map((part) => (
        <span key={part}>
          <span className="mx-1 text-faint">›</span>
          <Name name={part} />
        </span>
      ))}
    </>
  );
}
