import { z } from "zod";

export const WINDOWS = ["15m", "1h", "6h", "24h"] as const;
export const historyWindow = z.enum(WINDOWS);
export type HistoryWindow = z.infer<typeof historyWindow>;

/** Points at `start_ms + i * step_ms`. `null` = nobody looked, or nothing could be known: a gap, never zero. */
export const series = z.object({
  /**
   * e.g. `in_per_s`, `out_per_s`, `failed_per_s`, `delivered_per_s` (of groups), `waiting`; for a backlog's share its
   * name: a queue's, which never holds a slash, or `stream/group`, which always does.
   */
  key: z.string(),
  values: z.array(z.number().nullable()),
});
export type Series = z.infer<typeof series>;

/**
 * `GET history?window=1h[&queue=…|&stream=…&group=…]`: throughput and backlog. Without a backlog: totals, and `backlogs` with the
 * waiting count of the largest backlogs (at most 5, the rest summed under `""`).
 */
export const history = z.object({
  window: historyWindow,
  start_ms: z.number(),
  step_ms: z.number(),
  points: z.number().int(),
  /** First moment that Vigia has watched; before it everything is a gap. */
  watched_since_ms: z.number(),
  series: z.array(series),
  backlogs: z.array(series),
  /**
   * Of one consumer group: what each consumer held and the age of its oldest pending entry, for the eight that held
   * most in the window; the rest is summed (and the oldest taken) under `""`.
   */
  parts: z.array(z.object({ key: z.string(), held: series.shape.values, oldest_ms: series.shape.values })),
});
export type History = z.infer<typeof history>;

/** `GET history/sparks?window=1h`: 60 points of waiting per backlog id, for the rows of the overview. */
export const sparks = z.object({
  window: historyWindow,
  start_ms: z.number(),
  step_ms: z.number(),
  rows: z.record(z.string(), z.array(z.number().nullable())),
});
export type Sparks = z.infer<typeof sparks>;
