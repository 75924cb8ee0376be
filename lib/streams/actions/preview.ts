import type { Redis } from "ioredis";
import type { SkipReason } from "@/lib/api/schemas/operations";
import { nameFromBytes } from "@/lib/names";
import type { Counted } from "@/lib/operations/contract";
import { batch, textOf } from "@/lib/redis/pipeline";
import { compareIds } from "../ids";
import { consumersOf, pendingOf } from "../replies";
import type { Rescue } from "./asked";
import { explainPlace, ITEMS_MAX, pages, type Row, summaryOf, verdict } from "./select";

/** Entries that are looked at one by one, whatever the selection matches. */
const INSPECTED_MAX = 1_000;
/** Entries of the pending list that are read to find those delivered often: 20 round trips. */
const SCANNED_MAX = 20_000;
const SAMPLE = 5;

type Seen = { id: string; reason: SkipReason | null };

interface Looked {
  matched: number;
  atLeast: boolean;
  seen: Seen[];
}

/** Named entries: each is asked for alone, whoever holds it. One round trip. */
async function named(read: Redis, rescue: Rescue, ids: readonly string[]): Promise<Looked> {
  const { stream, group, consumer } = rescue;
  const asked = consumer === null ? null : nameFromBytes(Buffer.from(consumer));
  const replies = await batch(
    read,
    ids.map((id) => ["XPENDING", stream, group, id, id, 1] as const),
  );
  const seen = ids.map((id, index): Seen => {
    const reply = replies[index];
    if (reply instanceof Error) throw explainPlace(reply);
    const row = pendingOf(reply)?.[0];
    if (row === undefined) return { id, reason: "acked" };
    if (asked !== null && row.consumer !== asked) return { id, reason: "owner" };
    return { id, reason: verdict(rescue, row) };
  });
  return { matched: ids.length, atLeast: false, seen };
}

/** How many entries a consumer holds, or the group; a list of consumers is told without reading the pending list. */
async function held(read: Redis, rescue: Rescue, total: number): Promise<number> {
  const { consumer } = rescue;
  if (consumer === null) return total;
  const asked = nameFromBytes(Buffer.from(consumer));
  return (await members(read, rescue)).find(({ name }) => name === asked)?.pending ?? 0;
}

async function members(read: Redis, { stream, group }: Rescue) {
  const [reply] = await batch(read, [["XINFO", "CONSUMERS", stream, group]]);
  if (reply instanceof Error) throw explainPlace(reply);
  return consumersOf(reply) ?? [];
}

/** Everything that a consumer holds, or all that was delivered often. */
async function all(read: Redis, rescue: Rescue): Promise<Looked> {
  const { total, last } = await summaryOf(read, rescue);
  if (last === null) return { matched: 0, atLeast: false, seen: [] };
  const seen: Seen[] = [];
  let matched = 0;
  let scanned = 0;
  const whole = rescue.minDeliveries > 1 ? null : await held(read, rescue, total);
  const bound = whole === null ? SCANNED_MAX : INSPECTED_MAX;
  for await (const rows of pages(read, rescue, last)) {
    for (const row of rows as readonly Row[]) {
      const reason = verdict(rescue, row);
      if (reason === "few-deliveries") continue;
      matched += 1;
      if (seen.length < INSPECTED_MAX) seen.push({ id: row.id, reason });
    }
    scanned += rows.length;
    if (scanned >= bound) break;
  }
  if (whole !== null) return { matched: Math.max(whole, matched), atLeast: whole > ITEMS_MAX, seen };
  return { matched, atLeast: scanned >= bound, seen };
}

/** The oldest entry that the stream still has: what was pending before it is gone. Its payload comes with the answer. */
async function firstId(read: Redis, rescue: Rescue): Promise<string | null> {
  const [reply] = await batch(read, [["XRANGE", rescue.stream, "-", "+", "COUNT", 1]]);
  if (reply instanceof Error) throw explainPlace(reply);
  const entry: unknown = Array.isArray(reply) ? reply[0] : undefined;
  return Array.isArray(entry) ? textOf(entry[0]) : null;
}

/**
 * What an action on this selection would do, without doing it. Looks at up to 1,000 entries one by one and counts the
 * rest: `eligible` is then an upper bound. Entries that were trimmed from the front of the stream are told as
 * `deleted`; one that was deleted in the middle shows only when its turn comes.
 */
export async function preview(read: Redis, rescue: Rescue): Promise<Counted> {
  const looked = rescue.ids === null ? await all(read, rescue) : await named(read, rescue, rescue.ids);
  const { matched, seen } = looked;
  if (rescue.action !== "ack" && seen.some(({ reason }) => reason === null)) {
    const first = await firstId(read, rescue);
    for (const item of seen)
      if (item.reason === null && (first === null || compareIds(item.id, first) < 0)) item.reason = "deleted";
  }
  const to = rescue.to === null ? null : nameFromBytes(Buffer.from(rescue.to));
  const nobody = to !== null && !(await members(read, rescue)).some(({ name }) => name === to);
  if (nobody) for (const item of seen) item.reason ??= "no-consumer";
  const skipped: Partial<Record<SkipReason, number>> = {};
  for (const { reason } of seen) if (reason !== null) skipped[reason] = (skipped[reason] ?? 0) + 1;
  const skippedTotal = seen.filter(({ reason }) => reason !== null).length;
  return {
    matched,
    at_least: looked.atLeast,
    eligible: nobody ? 0 : matched - skippedTotal,
    inspected: seen.length,
    skipped,
    dependents: 0,
    sample: seen.slice(0, SAMPLE).map(({ id }) => id),
  };
}
