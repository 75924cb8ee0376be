/** What the routes share that act on pending entries of one group: selection, action, a moment's wait, answer. */
import type { z } from "zod";
import type { Actor } from "../access/actor";
import { jsonBody, parse } from "../api/route";
import {
  type EntryActionName,
  type EntryActionResult,
  entrySelector,
  type Operation,
} from "../api/schemas/operations";
import { AppError } from "../errors";
import { REASONS } from "./answer";
import type { Operations, Settled } from "./operations";

/** How long a route waits for the end; what takes longer goes on, and is told under `operations/{id}`. */
const WAIT_MS = 10_000;
const TOLD = 200;

const total = (skipped: Operation["skipped"]) =>
  Object.values(skipped).reduce((sum, number) => sum + number, 0);

function resultOf({ operation, copies }: Settled): EntryActionResult {
  const { operation_id, state, matched, done, left, unknown, error } = operation;
  const skipped: EntryActionResult["skipped"] = {};
  for (const { id, reason } of operation.items.slice(0, TOLD)) if (reason !== null) skipped[id] = reason;
  return {
    operation_id,
    state,
    matched,
    done,
    left,
    unknown,
    skipped,
    skipped_total: total(operation.skipped),
    new_ids: Object.fromEntries(copies),
    error,
  };
}

/**
 * What became of it, with an error where an operator who asked for one entry would look for one.
 * @throws AppError CONFLICT when the one entry that was named was left alone, TIMEOUT while what became of it is unknown,
 *   or what refused the whole operation before anything was changed
 */
export function entryAnswer(settled: Settled, action: EntryActionName, one: boolean): EntryActionResult {
  const { operation, failure } = settled;
  const result = resultOf(settled);
  const { operation_id } = operation;
  if (operation.state === "failed" && operation.unknown > 0 && one)
    throw new AppError(
      "TIMEOUT",
      `Redis did not answer: whether the ${action} was made is unknown. Ask again with the same operation_id; it is never made twice.`,
      { facts: { operation_id, outcome: "unknown" } },
    );
  if (operation.state === "failed" && operation.unknown === 0 && operation.done === 0) throw failure;
  const [item] = operation.items;
  if (one && item !== undefined && item.reason !== null)
    throw new AppError("CONFLICT", `The entry was left alone. ${REASONS[item.reason]}`, {
      facts: { entry_id: item.id, operation_id, outcome: item.outcome, reason: item.reason },
    });
  return result;
}

/** What a body says besides the action itself. */
type Body = Omit<z.infer<typeof entrySelector>, "stream" | "group" | "consumer"> & {
  from?: string | undefined;
  operation_id?: string | undefined;
};

/**
 * Starts an action on pending entries and answers it: 200 when it has ended within 10 s, else 202 with what was done so far.
 * @throws AppError INVALID_INPUT for an empty selection, NOT_FOUND for an unknown stream or group, and those of {@link entryAnswer}
 */
export async function entryAction<B extends Body>(
  operations: Operations,
  place: { stream: string; group: string },
  asked: { schema: z.ZodType<B>; action: (body: B) => EntryActionName },
  request: Request,
  actor: Actor,
): Promise<Response> {
  const body = await jsonBody(asked.schema, request);
  const action = asked.action(body);
  const { operation_id, from, ids, min_idle_ms, min_deliveries, max_deliveries, to, note } = body;
  const selector = parse(entrySelector, {
    ...place,
    ids,
    consumer: from,
    min_idle_ms,
    min_deliveries,
    max_deliveries,
    to,
    note,
  });
  const { operation_id: id } = await operations.start({ action, selector, operation_id }, actor);
  const settled = await operations.settled(id, WAIT_MS);
  return Response.json(entryAnswer(settled, action, ids?.length === 1), {
    status: settled.operation.ended_ms === null ? 202 : 200,
    headers: { "cache-control": "private, no-store" },
  });
}
