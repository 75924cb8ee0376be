/**
 * Keeps the share of Redis' time that all bulk work of this process takes at or below a half, whatever number of
 * operations run: one batch at a time, then a pause at least as long as the batch took.
 */
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export interface Pacer {
  /** Runs in turn; `costMs` tells what the result cost Redis. */
  turn<T>(run: () => Promise<T>, costMs: (result: T) => number): Promise<T>;
}

export function createPacer(): Pacer {
  let last: Promise<unknown> = Promise.resolve();
  /** When the next batch may begin, on `performance.now()`. */
  let notBefore = 0;

  return {
    turn: (run, costMs) => {
      const turn = last.then(async () => {
        const early = notBefore - performance.now();
        if (early > 0) await wait(early);
        const began = performance.now();
        const result = await run();
        // Preparing, sending and reading left Redis free too: only the rest of the pause is waited for. A timer that
        // fires late gives its excess back to the next pause.
        notBefore = Math.max(notBefore, began - SLACK_MS) + 2 * costMs(result);
        return result;
      });
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** Lateness that may be given back; more would let a burst follow a long silence. */
const SLACK_MS = 2;

const TARGET_MS = 2;

/** The next batch's size from the last one's cost: towards 2 ms, at most doubled or halved at once. */
export function steer(size: number, costMs: number, bounds: { min: number; max: number }): number {
  const ideal = costMs <= 0 ? size * 2 : (size * TARGET_MS) / costMs;
  const step = Math.min(size * 2, Math.max(size / 2, ideal));
  return Math.max(bounds.min, Math.min(bounds.max, Math.floor(step)));
}
