/** What is asked of pending entries, checked for sense once, with names as Redis takes them. */
import type { EntryActionName } from "@/lib/api/schemas/operations";
import { AppError } from "@/lib/errors";
import { isName, keyOf } from "@/lib/names";
import type { EntryAsked } from "@/lib/operations/contract";
import { argOf } from "@/lib/operations/invoke";
import { deadLettersOf } from "../dead-letters";
import { compareIds, isEntryId, parseId } from "../ids";

/**
 * Below this an entry may have been delivered while the operator was looking at it. An ack takes nothing from anybody:
 * whoever works on the entry goes on.
 */
export const LEAST_IDLE_MS = 1_000;

type Key = string | Buffer;

/** Which pending entries, and what for. */
export interface Rescue {
  action: EntryActionName;
  stream: Key;
  /** Where copies go; the stream itself for actions that make none. */
  target: Key;
  group: Key;
  /** Only entries that it holds; null = whoever holds them. */
  consumer: Key | null;
  minIdleMs: number;
  minDeliveries: number;
  maxDeliveries: number | null;
  /** Claim only: who shall own them. */
  to: Key | null;
  note: string | null;
  /** Named entries, ascending, each once, as Redis writes their IDs; null = all that the rest selects. */
  ids: readonly string[] | null;
}

const refuse = (message: string) => new AppError("INVALID_INPUT", message);

/** A typed ID may have leading zeros; replies of Redis never have. */
function plainId(id: string): string {
  if (!isEntryId(id)) throw refuse(`${id} is no entry ID: both parts are numbers below 2^64.`);
  const { ms, seq } = parseId(id);
  return `${ms}-${seq}`;
}

/** @throws AppError INVALID_INPUT, saying what to ask instead */
export function rescueOf({ action, selector }: EntryAsked): Rescue {
  const { stream, group, consumer, to, note, min_idle_ms, min_deliveries, max_deliveries } = selector;
  for (const name of [stream, group, consumer, to])
    if (name !== undefined && !isName(name))
      throw refuse(`"${name}" is no name: a name is text, or b64: and its bytes in base64url.`);
  if (action !== "ack" && min_idle_ms < LEAST_IDLE_MS)
    throw refuse(
      `min_idle_ms must be at least ${LEAST_IDLE_MS} for ${action}: with less, an entry could be taken from a consumer that was given it a moment ago. 60000 is the default.`,
    );
  if ((action === "claim") !== (to !== undefined))
    throw refuse(
      action === "claim"
        ? "A claim needs `to`: the consumer that shall own the entries. To let whoever reclaims take them, release them instead."
        : "Only a claim has a `to`.",
    );
  if (to !== undefined && to === consumer)
    throw refuse(`${to} holds these entries already: nothing to claim.`);
  if (note !== undefined && action !== "dead-letter") throw refuse("Only a dead letter keeps a note.");
  if (min_deliveries !== undefined && max_deliveries !== undefined && min_deliveries > max_deliveries)
    throw refuse("No entry can meet this: min_deliveries is above max_deliveries.");
  return {
    action,
    stream: keyOf("", stream),
    target: action === "dead-letter" ? keyOf("", deadLettersOf(stream)) : keyOf("", stream),
    group: argOf(group),
    consumer: consumer === undefined ? null : argOf(consumer),
    minIdleMs: min_idle_ms,
    minDeliveries: min_deliveries ?? 0,
    maxDeliveries: max_deliveries ?? null,
    to: to === undefined ? null : argOf(to),
    note: note ?? null,
    ids: selector.ids === undefined ? null : [...new Set(selector.ids.map(plainId))].sort(compareIds),
  };
}
