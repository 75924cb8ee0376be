/**
 * How large the entries of a stream are, and whether `XINFO STREAM` may be asked: its reply carries the whole first
 * and last entry (twenty streams with entries of 1 MB: 42 MB a poll). Small streams are asked whenever they changed;
 * the others rarely, under one budget for all, so that watching megabytes costs no more than watching bytes.
 */

export const LARGE_ENTRY_BYTES = 8_192;
const LARGE_EVERY_MS = 60_000;
/** 16 kB a look of 2 s: about what the other commands of a few streams send. */
const BYTES_PER_S = 8_000;
const SAVED_BYTES_MAX = 256_000;
/** A stream whose last entries were small for some looks is small again. */
const FORGET = 0.5;

export interface PayloadBudget {
  /** Takes the bytes of a reply that is about to be asked for; false = not now. The budget must be there, or full. */
  take(bytes: number, nowMs: number): boolean;
  /** The reply was so much larger than what was taken for it. */
  correct(bytes: number): void;
}

export function createPayloadBudget(): PayloadBudget {
  let saved = SAVED_BYTES_MAX;
  let atMs: number | null = null;
  return {
    take: (bytes, nowMs) => {
      const elapsedS = atMs === null ? 0 : Math.max(0, nowMs - atMs) / 1_000;
      saved = Math.min(SAVED_BYTES_MAX, saved + elapsedS * BYTES_PER_S);
      atMs = nowMs;
      if (saved < Math.min(bytes, SAVED_BYTES_MAX)) return false;
      // What exceeds the budget is a debt that time pays back: two entries of 1 MB, about four minutes.
      saved -= bytes;
      return true;
    },
    correct: (bytes) => {
      saved -= bytes;
    },
  };
}

/** Size of an entry after a reply with up to two of them; null = still unknown. */
export function entryBytesAfter(before: number | null, payloadBytes: number, entries: number): number | null {
  if (entries === 0) return null;
  const seen = payloadBytes / Math.min(entries, 2);
  return before === null ? seen : Math.max(seen, before * FORGET);
}

export interface SizeFacts {
  /** null = not known: the server would not tell. */
  entryBytes: number | null;
  /** When `XINFO STREAM` was last asked; null = never. */
  infoAtMs: number | null;
}

/** Whether the replies about this stream are small enough to be asked for at will. */
export function isSmall(entryBytes: number | null): boolean {
  return entryBytes !== null && entryBytes <= LARGE_ENTRY_BYTES;
}

const expectedBytes = (entryBytes: number | null) => 2 * (entryBytes ?? LARGE_ENTRY_BYTES);

/** After a reply that {@link takeLarge} let through. */
export function correctLarge(entryBytes: number | null, payloadBytes: number, budget: PayloadBudget): void {
  budget.correct(payloadBytes - expectedBytes(entryBytes));
}

/** Whether `XINFO STREAM` may be asked of a stream with large entries, or of unknown size; takes its cost. */
export function takeLarge(facts: SizeFacts, budget: PayloadBudget, nowMs: number): boolean {
  if (facts.infoAtMs !== null && nowMs - facts.infoAtMs < LARGE_EVERY_MS) return false;
  return budget.take(expectedBytes(facts.entryBytes), nowMs);
}
