/**
 * What a queue system gives to the operations: it knows its keys and its scripts; operations know plans, batches,
 * pace, lost replies and reports, and nothing of keys.
 */
import type { Actor } from "../access/actor";
import type {
  Asked,
  EntryActionName,
  ItemOutcome,
  JobActionName,
  OperationPreview,
  SkipReason,
} from "../api/schemas/operations";

/** Seconds that the outcome of an item is kept beside the data it guards. */
export const MARK_TTL_S = 86_400;

/** A call that failed before anything could have left for Redis: nothing was changed. */
export class NotSent extends Error {
  override readonly name = "NotSent";
  /** Keeps the words of its cause, by which the kind of trouble is told. */
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

export interface Batch {
  /**
   * One per item, in the order of the items. May end early, after at least one: the rest was not touched, because the
   * items at hand cost more than could be known before.
   */
  outcomes: ItemOutcome[];
  /** What the call cost Redis, measured on Redis' own clock. */
  redisMs: number;
}

/** Items that the plan saw and left out, counted as skipped from the start. */
export interface LeftOut {
  /** Reason → number. */
  counts: Partial<Record<SkipReason, number>>;
  /** The first of them, for the report. */
  shown: ItemOutcome[];
}

/** A frozen plan: which items, and how a slice of them is done. */
export interface Work {
  readonly size: number;
  /** True when the plan stopped at its bound of items. */
  readonly truncated: boolean;
  readonly leftOut?: LeftOut;
  /** Id of an item, in the string form of lib/names. */
  idAt(index: number): string;
  /** Items in one call: the first time, and the bounds between which it is steered. */
  readonly batch: { readonly first: number; readonly min: number; readonly max: number };
  /** False for work that costs Redis next to nothing but waits for others (workers): it takes no share of Redis' time. */
  readonly paced: boolean;
  /** How many of the items from `from` on may go into one call of at most `wanted`: a bound on cost that items differ in. */
  fits(from: number, wanted: number): number;
  /**
   * Does the items `from` to `to` (exclusive). Safe to repeat with the same marks: an item that was done gives its
   * stored outcome again.
   * @param marks Redis key of the marks
   * @throws what Redis or the connection throws; after a lost reply the call is repeated
   */
  run(from: number, to: number, marks: string): Promise<Batch>;
}

/** The counts of a preview; the operation adds what it knows itself. */
export type Counted = Pick<
  OperationPreview,
  "matched" | "at_least" | "eligible" | "inspected" | "skipped" | "dependents" | "sample" | "target"
>;

export type JobAsked = Extract<Asked, { action: JobActionName }>;
export type EntryAsked = Extract<Asked, { action: EntryActionName }>;

/** The actions of one queue system. */
export interface Actions<A extends Asked> {
  /**
   * Freezes the ids that the selector names now. Bounded.
   * @throws AppError INVALID_INPUT for what the action cannot do, NOT_FOUND for a place that is not there
   */
  plan(asked: A, actor: Actor): Promise<Work>;
  /** Reads only. Bounded, whatever the selector matches. */
  preview(asked: A): Promise<Counted>;
}

export interface JobActions extends Actions<JobAsked> {
  /** A plan of everything that stands for no item any more. */
  cleanup(): Promise<Work>;
}

/** All systems that an operation may act on. */
export interface Systems {
  rq: JobActions;
  streams: Actions<EntryAsked>;
}
