import { z } from "zod";

/**
 * Records on the wire. Times are Unix milliseconds unless a field ends in `_at` (RQ's own ISO text).
 * `null` = the system cannot tell; a field that is left out was not asked for.
 */

/** How far a figure may be trusted. A figure that has no entry in its record's `quality` is exact. */
export const quality = z.enum(["exact", "at_least", "estimated", "unknown"]);
export type Quality = z.infer<typeof quality>;

/** Health of anything. Unknown is never green. */
export const health = z.enum(["ok", "degraded", "failing", "paused", "unknown"]);
export type Health = z.infer<typeof health>;

export const sourceId = z.enum(["rq", "streams"]);
export type SourceId = z.infer<typeof sourceId>;

/** String form of a name's bytes, see lib/names. */
export const name = z.string().min(1);

/** A page of a list: hand `next_cursor` back to get the next one; `null` = this was the last. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next_cursor: z.string().nullable(),
    /** All items of the list now, when the system can tell cheaply. */
    total: z.number().int().nullable(),
  });
}

export const problemDetails = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    request_id: z.string(),
  })
  .loose();
export type ProblemDetails = z.infer<typeof problemDetails>;
