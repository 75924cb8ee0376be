/**
 * The conservation checker of a stream and one group. Every entry that was ever made carries a number. At any moment
 * each number is worked on at least once, or acknowledged by an operator, or it is somewhere: pending, not yet
 * read, or a dead letter. Nothing that its consumer acknowledged comes back, copies are as many as were told, and no
 * operator took anything from whoever touched it within the minimum idle time.
 */
import type { Redis } from "ioredis";
import { compareIds } from "@/lib/streams/ids";
import { type Place, pendingRows } from "../consumers";

/** What was heard of, on whatever way; all times in Unix ms of the one clock that all share. */
export interface Account {
  /** Numbers that were made. */
  made: Set<string>;
  /** Numbers that a consumer has worked on to the end. */
  worked: Set<string>;
  /** Entry IDs that an operator acknowledged without work. */
  dismissed: Set<string>;
  /** Entry IDs that a consumer acknowledged itself. */
  acked: Set<string>;
  /** Copies that operations told of. */
  requeued: number;
  deadLettered: number;
  /** By entry ID. */
  touches: Map<string, Touch[]>;
  takes: Take[];
}

/** A consumer was given an entry at some time between its question and the answer. */
export interface Touch {
  fromMs: number;
  untilMs: number;
}

/** A script's own commands, as Redis lists them. */
export interface Take {
  atMs: number;
  command: "XCLAIM" | "XACK";
  id: string;
  /** Lets whoever reclaims have it at once: what comes after is no theft. */
  released: boolean;
}

export const emptyAccount = (): Account => ({
  made: new Set(),
  worked: new Set(),
  dismissed: new Set(),
  acked: new Set(),
  requeued: 0,
  deadLettered: 0,
  touches: new Map(),
  takes: [],
});

type Entries = [id: string, fields: string[]][];

export interface Snapshot {
  /** Numbers that had been made before. */
  made: readonly string[];
  entries: Entries;
  dead: Entries;
  pending: Set<string>;
  lastDelivered: string;
}

/** Everything at one moment: no script and no consumer comes between. */
export async function snapshot(redis: Redis, place: Place, account: Account): Promise<Snapshot> {
  // The producer goes on: what it makes while Redis answers is not in the answer.
  const made = [...account.made];
  const replies = await redis
    .multi()
    .xrange(place.stream, "-", "+")
    .xrange(`${place.stream}:dlq`, "-", "+")
    .call("XPENDING", place.stream, place.group, "-", "+", 1_000_000)
    .xinfo("GROUPS", place.stream)
    .exec();
  const [entries, dead, pending, groups] = (replies ?? []).map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  });
  const info: unknown = Array.isArray(groups) ? groups[0] : [];
  const facts = Array.isArray(info) ? info.map(String) : [];
  return {
    made,
    // XRANGE answers nothing else.
    entries: entries as Entries,
    dead: dead as Entries,
    pending: new Set((Array.isArray(pending) ? pending : []).map((row: unknown[]) => String(row[0]))),
    lastDelivered: facts[facts.indexOf("last-delivered-id") + 1] ?? "0-0",
  };
}

const numberOf = (fields: readonly string[]) => fields[1] ?? "";

/** Holds at any moment when no action is under way; consumers may be at work. */
export function lost(account: Account, { made, entries, dead, pending, lastDelivered }: Snapshot): string[] {
  const safe = new Set(account.worked);
  for (const [, fields] of dead) safe.add(numberOf(fields));
  for (const [id, fields] of entries)
    if (pending.has(id) || account.dismissed.has(id) || compareIds(id, lastDelivered) > 0)
      safe.add(numberOf(fields));
  return made
    .filter((number) => !safe.has(number))
    .map((number) => `${number}: lost: never worked on, not pending, not unread, no dead letter`);
}

/** Nothing that was acknowledged is pending again, and each copy was told of once. */
export function doubled(account: Account, { entries, dead, pending }: Snapshot): string[] {
  const faults = [...pending]
    .filter((id) => account.acked.has(id) || account.dismissed.has(id))
    .map((id) => `${id}: came back after it was acknowledged`);
  if (entries.length !== account.made.size + account.requeued)
    faults.push(
      `${entries.length} entries, but ${account.made.size} were made and ${account.requeued} requeued: a copy was not told of`,
    );
  if (dead.length !== account.deadLettered)
    faults.push(`${dead.length} dead letters, but ${account.deadLettered} were told of`);
  return faults;
}

/** Clocks of Redis and of this process are one, read to the millisecond. */
const SLACK_MS = 5;

/**
 * Takes that came too soon after a touch, whatever moment between question and answer the touch was at. A claim
 * touches too: it gives the entry to somebody.
 */
export function stolen(account: Account, minIdleMs: number): string[] {
  const faults: string[] = [];
  const protectedUntil = new Map<string, number>();
  const touches = new Map([...account.touches].map(([id, list]) => [id, [...list]]));
  for (const { atMs, id, command, released } of [...account.takes].sort((a, b) => a.atMs - b.atMs)) {
    const given = touches.get(id) ?? [];
    // Moments of one millisecond have no order: what was heard of in it may have come after.
    const heard = given.filter(({ untilMs }) => untilMs + SLACK_MS < atMs);
    const since = Math.max(protectedUntil.get(id) ?? 0, ...heard.map(({ fromMs }) => fromMs + minIdleMs));
    if (atMs + SLACK_MS < since)
      faults.push(
        `${id}: ${command} took it ${Math.round(minIdleMs - (since - atMs))} ms after somebody had touched it`,
      );
    // What was touched before a release may be taken at once.
    touches.set(id, released ? given.filter(({ fromMs }) => fromMs > atMs) : given);
    if (released) protectedUntil.delete(id);
    else if (command === "XCLAIM") protectedUntil.set(id, atMs + minIdleMs);
  }
  return faults;
}

/** For messages: how the pending list looks. */
export const pendingCount = async (redis: Redis, place: Place) => (await pendingRows(redis, place)).length;
