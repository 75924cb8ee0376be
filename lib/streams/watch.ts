/** What watching over time tells about streams and groups, beyond what one look can: for pages, dialogs and diagnoses. */

import type { z } from "zod";
import type { Discovery, StreamRow, trimming } from "../api/schemas/streams";
import type { CounterProof } from "./counter";

export type Trimming = z.infer<typeof trimming>;

export interface ConsumerWatch {
  /** Median time between two signs of life; null = fewer than three seen. */
  usualGapMs: number | null;
  /** When it was last seen to read its own pending list again, Redis time. */
  rereadSeenMs: number | null;
  ackedPerS: number | null;
}

export interface GroupWatch {
  /** By name, string form. */
  consumers: ReadonlyMap<string, ConsumerWatch>;
  /** When an entry was last seen to move from one consumer to another with a delivery, Redis time. */
  reclaimSeenMs: number | null;
  /** Least idle time at which that was seen. */
  reclaimMinIdleMs: number | null;
  /** Since when nothing was acknowledged while entries were pending, Redis time; null = something was, or unknown. */
  quietSinceMs: number | null;
  /** The group's position was once behind the first entry: on versions that count wrong after that, its lag is doubted. */
  sawBehindFirst: boolean;
  /** When its counter was last proven right, for `LagFacts.proof`. */
  counterProof: CounterProof | null;
  inPerS: number | null;
  outPerS: number | null;
}

export interface StreamWatch {
  trimming: Trimming;
  evictedPerS: number | null;
  inPerS: number | null;
  /** How many entries had been added when this ID was the newest, between two looks; null = before the watch. */
  addedAt(id: string): number | null;
}

/** Answered from memory; costs Redis nothing. All names in the string form of lib/names. */
export interface StreamsWatch {
  /** The least silence with entries pending that counts as dead, milliseconds. */
  readonly leastDeadAfterMs: number;
  stream(stream: string): StreamWatch | null;
  group(stream: string, group: string): GroupWatch | null;
  discovery(): Discovery;
  /** What exists, for lists: worst first is the reader's business. */
  rows(nowMs: number): StreamRow[];
}
