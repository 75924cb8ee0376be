/** From a selection to entry IDs: frozen at the start of an operation, complete for what was pending then, bounded. */
import type { Redis } from "ioredis";
import type { SkipReason } from "@/lib/api/schemas/operations";
import { AppError } from "@/lib/errors";
import type { LeftOut } from "@/lib/operations/contract";
import { nextId } from "../ids";
import type { Rescue } from "./asked";
import { skipped } from "./outcome";

/** Most entries of one plan: about 10 MB here. */
export const ITEMS_MAX = 200_000;
/** Most entries of the pending list that a plan looks at: about 10 s, in steps of which each holds Redis 0.4 ms. */
const SCANNED_MAX = 2_000_000;
const PAGE = 1_000;
/** Entries left out that the report shows. */
const SHOWN = 200;

/** A row of the pending list, as far as guards look at it. */
export interface Row {
  id: string;
  /** null = unowned (released by XNACK): anybody may take it. */
  idleMs: number | null;
  deliveries: number;
}

/** What the script will say of a pending entry that is held by whom was asked; null when it will do it. */
export function verdict(rescue: Rescue, row: Row): SkipReason | null {
  if (row.idleMs !== null && row.idleMs < rescue.minIdleMs) return "busy";
  if (rescue.maxDeliveries !== null && row.deliveries > rescue.maxDeliveries) return "poison";
  return row.deliveries < rescue.minDeliveries ? "few-deliveries" : null;
}

/** Redis' words on a missing stream or group, or a key of another type, as the operator's. */
export function explainPlace(error: unknown): unknown {
  const message = error instanceof Error ? error.message : "";
  if (/^NOGROUP|no such key/i.test(message))
    return new AppError("NOT_FOUND", "There is no such stream, or it has no such consumer group.", {
      cause: error,
    });
  if (message.includes("WRONGTYPE"))
    return new AppError("NOT_FOUND", "There is no such stream: the key of this name holds another type.", {
      cause: error,
    });
  return error;
}

export interface Summary {
  total: number;
  /** Highest pending ID; null = nothing is pending. */
  last: string | null;
}

/** `XPENDING key group`. @throws AppError NOT_FOUND */
export async function summaryOf(read: Redis, rescue: Rescue): Promise<Summary> {
  const reply = await read.call("XPENDING", rescue.stream, rescue.group).catch((error: unknown) => {
    throw explainPlace(error);
  });
  if (!Array.isArray(reply)) throw new Error("XPENDING did not answer with a summary");
  return { total: Number(reply[0]), last: typeof reply[2] === "string" ? reply[2] : null };
}

/**
 * Pages of the pending list up to an ID, of one consumer where one was asked for. IDs are ASCII and names are not
 * looked at, so that replies may come as text: reading them costs a third less than as bytes.
 */
export async function* pages(read: Redis, rescue: Rescue, last: string): AsyncGenerator<Row[]> {
  const { stream, group, consumer } = rescue;
  const whose = consumer === null ? [] : [consumer];
  for (let from = "-"; ; ) {
    const reply = await read
      .call("XPENDING", stream, group, from, last, PAGE, ...whose)
      .catch((error: unknown) => {
        throw explainPlace(error);
      });
    const rows = Array.isArray(reply) ? reply.map(rowOf) : [];
    if (rows.length > 0) yield rows;
    const end = rows.at(-1);
    if (end === undefined || rows.length < PAGE) return;
    from = nextId(end.id);
  }
}

function rowOf(reply: unknown): Row {
  if (!Array.isArray(reply)) throw new Error("XPENDING did not answer with rows");
  const idle = Number(reply[2]);
  return { id: String(reply[0]), idleMs: idle < 0 ? null : idle, deliveries: Number(reply[3]) };
}

export interface Selected {
  ids: readonly string[];
  truncated: boolean;
  leftOut: LeftOut;
}

/**
 * Named entries stay as they were named: each is told about in the report. Of all others, those that were delivered
 * often enough are selected; what is busy or poison among them is counted, and left out.
 * @throws AppError NOT_FOUND when the stream or the group does not exist
 * Cost: one XPENDING of 1,000 a round trip.
 */
export async function select(read: Redis, rescue: Rescue, bound = ITEMS_MAX): Promise<Selected> {
  const leftOut = { counts: {} as Partial<Record<SkipReason, number>>, shown: [] as LeftOut["shown"] };
  const { last } = await summaryOf(read, rescue);
  if (rescue.ids !== null) return { ids: rescue.ids, truncated: false, leftOut };
  const ids: string[] = [];
  let scanned = 0;
  if (last !== null)
    for await (const rows of pages(read, rescue, last)) {
      for (const row of rows) {
        const reason = verdict(rescue, row);
        if (reason === "few-deliveries") continue;
        if (reason !== null) {
          leftOut.counts[reason] = (leftOut.counts[reason] ?? 0) + 1;
          if (leftOut.shown.length < SHOWN) leftOut.shown.push(skipped(row.id, reason));
          continue;
        }
        if (ids.length === bound) return { ids, truncated: true, leftOut };
        ids.push(row.id);
      }
      scanned += rows.length;
      if (scanned >= SCANNED_MAX) return { ids, truncated: true, leftOut };
    }
  return { ids, truncated: false, leftOut };
}
