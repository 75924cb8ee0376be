/** What the filter box of the pending messages finds. Pure. */
import { plainName } from "@/components/ui/name-text";
import type { PendingEntry } from "@/lib/api/schemas/streams";

/** Whether a message has the text in its ID, its stream, group or consumer, or in its fields. */
export function pendingFits(entry: PendingEntry, filter: string): boolean {
  const wanted = filter.trim().toLowerCase();
  if (wanted === "") return true;
  const texts = [
    entry.id,
    plainName(entry.stream),
    plainName(entry.group),
    entry.consumer === null ? null : plainName(entry.consumer),
    ...(entry.fields ?? []).flatMap(({ name, value }) => [name.text, value.text]),
  ];
  return texts.some((text) => text?.toLowerCase().includes(wanted) === true);
}
