import { plainName } from "@/components/ui/name-text";

/** The command that starts a worker for a queue, safe to paste into a shell. */
export function workerCommand(queue: string): string {
  const name = plainName(queue);
  const plain = /^[\w@%+=:,./-]+$/.test(name) && !name.startsWith("-");
  return `rq worker ${plain ? name : `'${name.replaceAll("'", `'\\''`)}'`}`;
}
