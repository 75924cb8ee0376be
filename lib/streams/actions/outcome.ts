import { type ItemOutcome, type SkipReason, skipReason } from "@/lib/api/schemas/operations";
import { list, textOf } from "@/lib/redis/pipeline";

const FORM = /^(\d+):(?:done:(\d+-\d+)|skipped:([a-z-]+))$/;

export const skipped = (id: string, reason: SkipReason): ItemOutcome => ({
  id,
  outcome: "skipped",
  reason,
  status: null,
  final: null,
});

const done = (id: string): ItemOutcome => ({ id, outcome: "done", reason: null, status: null, final: null });

/**
 * What the script says of a slice of entries.
 * @param ids what it was asked for, in its order
 * @returns one outcome for each entry that was handled: all of them, or fewer when their payloads were large
 * @see lib/streams/lua/rescue.lua
 */
export function outcomesOf(reply: readonly unknown[], ids: readonly string[]): ItemOutcome[] {
  const handled = Number(reply[0]);
  if (!Number.isInteger(handled)) throw new Error("a script answered in a form that is not its own");
  const outcomes = ids.slice(0, handled).map(done);
  for (const part of list(reply)) {
    const [, index, copy, reason] = FORM.exec(textOf(part) ?? "") ?? [];
    const at = Number(index) - 1;
    const id = ids[at];
    if (id === undefined) throw new Error("a script answered in a form that is not its own");
    if (reason !== undefined) outcomes[at] = skipped(id, skipReason.parse(reason));
    else if (copy !== undefined) outcomes[at] = { ...done(id), new_id: copy };
  }
  return outcomes;
}
