/** What requests may carry. Route handlers parse with these; the OpenAPI document describes the same ones. */
import { z } from "zod";
import { AppError } from "../errors";
import { isName } from "../names";
import { type BacklogRef, streamBacklog } from "../source";
import { isEntryId } from "../streams/ids";
import { historyWindow } from "./schemas/history";
import { place } from "./schemas/jobs";

const NAME_RULE =
  "A name is UTF-8 text, or `b64:` and base64url for bytes that are not, for `.`, `..` and names with `/`";

/** A name in its one string form, see lib/names. */
export const nameInput = z.string().refine(isName, { error: NAME_RULE }).meta({ description: NAME_RULE });

export const PAGE_DEFAULT = 50;
export const PAGE_MAX = 100;

export const order = z.enum(["newest", "oldest"]);
export type Order = z.infer<typeof order>;

const connection = nameInput
  .optional()
  .meta({ description: "Id of the Redis connection; may be left out while there is one" });

const page = {
  cursor: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "`next_cursor` of the page before; left out for the first page" }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(PAGE_MAX)
    .default(PAGE_DEFAULT)
    .meta({ description: "Items of a page, at most" }),
};
const newestFirst = order
  .default("newest")
  .meta({ description: "By the time that the list is kept in: see the list's own description" });

export const anyInput = z.object({ connection });
export const queueInput = z.object({ queue: nameInput, connection });
export const queueJobsInput = z.object({ queue: nameInput, connection, place, order: newestFirst, ...page });
export const jobsInput = z.object({ connection, place, order: order.optional(), ...page });
export const jobInput = z.object({ id: nameInput, connection });
export const contractJobInput = z.object({ job_id: nameInput, connection });
export const contractQueueInput = z.object({ queue_name: nameInput, connection });
export const failuresInput = z.object({
  connection,
  queue: nameInput.optional(),
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{16}$/, { error: "A fingerprint has 16 hex digits" })
    .optional(),
  order: newestFirst,
  ...page,
});
export const historyInput = z.object({
  connection,
  window: historyWindow.default("1h"),
  queue: nameInput.optional().meta({ description: "Of this RQ queue; without a backlog, of all together" }),
  stream: nameInput
    .optional()
    .meta({ description: "With `group`, of this consumer group; alone, of a stream without one" }),
  group: nameInput.optional().meta({ description: "A consumer group of `stream`" }),
});
export const sparksInput = z.object({ connection, window: historyWindow.default("1h") });
export const operationInput = z.object({ id: z.string().min(1).max(100), connection });

/**
 * The one backlog that a request for history is about; null = all together.
 * @throws AppError INVALID_INPUT for parameters that name two backlogs, or half of one
 */
export function historyBacklog(
  input: Pick<z.infer<typeof historyInput>, "queue" | "stream" | "group">,
): BacklogRef | null {
  const { queue, stream, group } = input;
  if (queue !== undefined) {
    if (stream === undefined && group === undefined) return { source: "rq", name: queue };
    throw new AppError(
      "INVALID_INPUT",
      "`queue` names a queue of RQ and `stream` a stream: ask for one of them.",
    );
  }
  if (stream !== undefined) return streamBacklog(stream, group);
  if (group === undefined) return null;
  throw new AppError("INVALID_INPUT", "`group` needs the `stream` that the consumer group reads.");
}

const streamPath = { stream: nameInput, connection };
const groupPath = { stream: nameInput, group: nameInput, connection };
const least = (max: number, description: string) =>
  z.coerce.number().int().min(0).max(max).optional().meta({ description });
const seek = (description: string) => z.string().min(1).max(64).optional().meta({ description });

export const STREAMS_MAX = 1_000;
const MS_MAX = Number.MAX_SAFE_INTEGER;

export const streamsInput = z.object({
  connection,
  find: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "Part of a stream's or a group's name, in any case" }),
  limit: z.coerce.number().int().min(1).max(STREAMS_MAX).default(STREAMS_MAX),
});
export const streamInput = z.object(streamPath);
export const groupInput = z.object(groupPath);
export const entriesInput = z.object({
  ...streamPath,
  order: order.default("newest").meta({ description: "By entry ID" }),
  from: seek("Lowest: an entry ID, Unix milliseconds, or an ISO time with its zone"),
  to: seek("Highest, inclusive; in the same forms"),
  ...page,
});
export const entryInput = z.object({
  stream: nameInput,
  id: z.string().refine((id) => isEntryId(id), {
    error: "An entry ID is `milliseconds-sequence`, two unsigned 64-bit numbers: 1722470400000-0",
  }),
  connection,
});
export const pendingInput = z.object({
  ...groupPath,
  consumer: nameInput
    .optional()
    .meta({ description: "Only of this consumer; `b64:` = of nobody (released)" }),
  min_idle_ms: least(MS_MAX, "Only what was not delivered for so long; what nobody owns always matches"),
  min_deliveries: least(MS_MAX, "Only what was delivered so often"),
  ...page,
});
export const pendingAllInput = z.object({ connection, limit: page.limit });

/**
 * A process watches one connection; a request that names another is refused rather than answered from here.
 * @throws AppError NOT_FOUND
 */
export function requireConnection(given: string | undefined, configured: string): void {
  if (given === undefined || given === configured) return;
  throw new AppError(
    "NOT_FOUND",
    `There is no connection "${given}" here. This Vigia watches "${configured}"; leave the parameter out, or ask the Vigia that watches the other one.`,
  );
}
