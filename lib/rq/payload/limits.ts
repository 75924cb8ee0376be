/**
 * What one payload may cost. Payloads come from whoever can write to Redis, so every reader here works within a
 * budget and shows what it has when the budget ends.
 */

/** Stored (compressed) bytes that are looked at. */
export const STORED_BYTES_MAX = 1_048_576;
export const INFLATED_BYTES_MAX = 4_194_304;
export const DEPTH_MAX = 64;
/** Values in one answer. */
export const NODES_MAX = 10_000;
/** Values of one container; the rest is counted, so that a list of a million leaves room for what follows it. */
export const ITEMS_MAX = 1_000;
/** Values a reader may hold while it works; also bounds its stack and memo, about 10 MB. */
export const WORKING_NODES_MAX = 100_000;
/** Characters of one text, and of all texts of one answer together. */
export const TEXT_CHARS_MAX = 10_000;
export const ALL_TEXT_CHARS_MAX = 262_144;
export const HEX_BYTES_MAX = 256;
/** Decimal text of a larger integer costs more than linear time. */
export const INT_BYTES_MAX = 1_024;
export const INT_DIGITS_MAX = 2_500;
/** Below the promised 50 ms, as flattening and one collection of garbage come on top. */
const READ_MS_MAX = 30;
/** Units of work between two looks at the clock. */
const CLOCK_EVERY = 4_096;

/** Ends a reader; the message is for a person and becomes the payload's `reason`. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** The bytes are well formed so far; the time for them is up. */
export class OutOfTime extends Unreadable {}

export interface Budget {
  /** Whether one more value may be held. */
  node(): boolean;
  /** Counts work, about one unit an operation or 64 bytes. @throws OutOfTime */
  spend(units: number): void;
}

export function startBudget(nodesMax = WORKING_NODES_MAX): Budget {
  const deadline = performance.now() + READ_MS_MAX;
  let nodes = 0;
  let spent = 0;
  return {
    node: () => {
      nodes += 1;
      return nodes <= nodesMax;
    },
    spend: (units) => {
      spent += units;
      if (spent < CLOCK_EVERY) return;
      spent = 0;
      if (performance.now() > deadline) throw new OutOfTime("Reading was stopped: it took too long.");
    },
  };
}
