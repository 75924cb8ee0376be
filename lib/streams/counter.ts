/**
 * Whether a group's `entries-read` can be believed on versions that count on without repair. The counter goes wrong
 * when the group passes entries that went away unread (trimmed or deleted ahead of it), and only then. So it stays
 * right from a proven look to the next one when nothing ahead of the proven position is gone by then: trimming takes
 * from the head, hence fewer entries gone than had been read; and no deleted ID lies beyond the position.
 */
import { compareIds } from "./ids";
import type { LagFacts } from "./lag";

/** A moment at which `entries-read` was the true number of entries added up to the group's position. */
export interface CounterProof {
  read: number;
  position: string;
}

const NONE = "0-0";

/** Right by what one look shows: it counts everything ever added, or nothing ever went away. */
const provesItself = ({ length, added }: LagFacts, read: number) => added === read || added === length;

/** Whether a counter that was right then is right now. */
function stillRight(
  { length, added, maxDeleted, group }: LagFacts,
  before: CounterProof,
  read: number,
): boolean {
  const moved = compareIds(group.lastDelivered, before.position);
  if (moved === 0 && read === before.read) return true;
  // Set back, or another stream under the same name; whoever moves on, reads.
  if (moved <= 0 || read <= before.read) return false;
  if (typeof added !== "number" || typeof maxDeleted !== "string") return false;
  return added - length <= before.read && compareIds(maxDeleted, before.position) <= 0;
}

/**
 * The proof to keep for the next look, where the last one is `facts.proof`; null = there is none.
 * Looks without `XINFO STREAM` neither prove nor disprove: the old proof waits for the next whole one.
 * One thing stays unseen: that somebody set the group back, and it passed entries that are gone and read beyond its old
 * position, all between two looks. Nothing that Redis tells afterwards differs from a counter that was never wrong.
 */
export function proofAfter(facts: LagFacts): CounterProof | null {
  const { added, maxDeleted, group, proof } = facts;
  const read = group.entriesRead;
  if (read === null) return null;
  const now = { read, position: group.lastDelivered };
  if (provesItself(facts, read)) return now;
  if (!proof) return null;
  if (stillRight(facts, proof, read)) return now;
  const whole = typeof added === "number" && typeof maxDeleted === "string";
  return whole || read < proof.read || compareIds(group.lastDelivered, proof.position) < 0 ? null : proof;
}

/** Whether `entries-read` is proven to be right at this look. */
export function isProven(facts: LagFacts): boolean {
  const proof = proofAfter(facts);
  return proof?.read === facts.group.entriesRead && proof?.position === facts.group.lastDelivered;
}

/**
 * Whether the counter is to be doubted from this look on: the group stands before entries that went away unread, or
 * did so before, and the counter was not proven since. That its lag is 0 by position proves nothing: the counter stays
 * behind. Keep the answer as `facts.sawBehindFirst` for the next look.
 */
export function doubtAfter(facts: LagFacts): boolean {
  const { length, first, added, maxDeleted, group, sawBehindFirst } = facts;
  if (isProven(facts)) return false;
  const deletedAhead = group.lag === null && group.entriesRead !== null && maxDeleted !== NONE;
  if (deletedAhead && group.tellsLag) return true;
  if (!first || compareIds(group.lastDelivered, first) >= 0) return sawBehindFirst;
  const read = compareIds(group.lastDelivered, NONE) === 0 ? 0 : group.entriesRead;
  if (typeof added === "number" && read !== null && added - length <= read) return sawBehindFirst;
  return true;
}
