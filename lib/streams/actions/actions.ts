import { AppError } from "@/lib/errors";
import { nameFromBytes } from "@/lib/names";
import { type Actions, type Batch, type EntryAsked, MARK_TTL_S, type Work } from "@/lib/operations/contract";
import { timed, writerOf } from "@/lib/operations/invoke";
import type { Connection } from "@/lib/redis/connection";
import { batch } from "@/lib/redis/pipeline";
import { type Script, script } from "@/lib/redis/scripts";
import { consumersOf } from "../replies";
import { type Rescue, rescueOf } from "./asked";
import { outcomesOf } from "./outcome";
import { preview } from "./preview";
import { explainPlace, ITEMS_MAX, select } from "./select";

const rescueScript = script("streams/lua/rescue.lua");

/** About 3 µs an entry: 2 ms are reached at some 600. */
const MOVING = { first: 250, min: 10, max: 1_000 };
/** A copy costs about 10 µs and its payload, which nobody knows before. */
const COPYING = { first: 50, min: 1, max: 500 };
/** Payload that one call reads at most, but for its first entry: about a millisecond. */
const BYTES_MAX = 1_000_000;

/** Names that are told to whoever asked for a consumer that does not exist. */
const NAMES_TOLD = 10;

/** @throws AppError CONFLICT when a claim is for nobody: consumers are never made by a typo */
async function checkHeir(connection: Connection, { stream, group, to }: Rescue): Promise<void> {
  if (to === null) return;
  const [reply] = await batch(connection.read, [["XINFO", "CONSUMERS", stream, group]]);
  if (reply instanceof Error) throw explainPlace(reply);
  const name = nameFromBytes(Buffer.from(to));
  const names = (consumersOf(reply) ?? []).map((consumer) => consumer.name);
  if (names.includes(name)) return;
  const known = names.length === 0 ? "It has none." : `It has ${names.slice(0, NAMES_TOLD).join(", ")}.`;
  throw new AppError(
    "CONFLICT",
    `The group has no consumer "${name}", and a claim never creates one. ${known} Nothing was changed.`,
    { facts: { reason: "no-consumer" } },
  );
}

/**
 * RESP errors of the script that are ours.
 * @throws AppError CONFLICT for an operation id that was used for another action
 */
function explainUse(error: unknown): never {
  const did = /^USED ([a-z-]+)/.exec(error instanceof Error ? error.message : "")?.[1];
  if (did === undefined) throw error;
  throw new AppError(
    "CONFLICT",
    `This operation id was used before, for another action (${did}). Nothing was changed.`,
    { cause: error },
  );
}

/**
 * Rescue of pending entries for the operations.
 * @param options.script another text of the script, for tests that plant faults
 * @param options.itemsMax most entries of one plan
 */
export function streamActions(options: {
  connection: Connection;
  script?: Script;
  itemsMax?: number;
}): Actions<EntryAsked> {
  const { connection } = options;
  const run = options.script ?? rescueScript;

  const rescueEntries = async (
    rescue: Rescue,
    ids: readonly string[],
    marks: string,
    by: string,
  ): Promise<Batch> => {
    const { action, stream, target, group, consumer, to, note } = rescue;
    const extras =
      action === "dead-letter" ? [...(note === null ? [] : ["_dlq_reason", note]), "_dlq_by", by] : [];
    const keys = [marks, stream, target];
    const args = [
      MARK_TTL_S,
      action,
      group,
      consumer === null ? 0 : 1,
      consumer ?? "",
      rescue.minIdleMs,
      rescue.minDeliveries,
      rescue.maxDeliveries ?? -1,
      to ?? "",
      rescue.ids === null ? 1 : 0,
      BYTES_MAX,
      extras.length,
      ...extras,
      ...ids,
    ];
    const { replies, redisMs } = await timed(writerOf(connection), run, keys, args).catch(explainUse);
    return { outcomes: outcomesOf(replies, ids), redisMs };
  };

  return {
    plan: async (asked, actor): Promise<Work> => {
      const rescue = rescueOf(asked);
      const { ids, truncated, leftOut } = await select(
        connection.read,
        rescue,
        options.itemsMax ?? ITEMS_MAX,
      );
      await checkHeir(connection, rescue);
      const copies = rescue.action === "requeue" || rescue.action === "dead-letter";
      return {
        size: ids.length,
        truncated,
        leftOut,
        idAt: (index) => ids[index] ?? "",
        batch: copies ? COPYING : MOVING,
        paced: true,
        fits: (_from, wanted) => wanted,
        run: (from, to, marks) => rescueEntries(rescue, ids.slice(from, to), marks, actor.name),
      };
    },
    preview: async (asked) => preview(connection.read, rescueOf(asked)),
  };
}
