/**
 * A lost reply is not a failure but "unknown". The same call is sent again with the same marks until an answer
 * comes: what was done gives its stored outcome, what was not done is done now. Nothing is repeated blindly.
 */
import { AppError } from "../errors";
import { type RedisTrouble, toAppError, troubleOf } from "../redis/errors";
import { type Batch, NotSent } from "./contract";

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Troubles that pass; any other answer of Redis is final, and means that the call changed nothing. */
const PASSING: ReadonlySet<RedisTrouble> = new Set([
  "unreachable",
  "timeout",
  "loading",
  "busy",
  "read-only-replica",
]);

/** Answers by which Redis refused before anything ran: it may be asked again, and nothing is unknown. */
const REFUSALS: ReadonlySet<RedisTrouble> = new Set(["loading", "busy", "read-only-replica"]);

const neverSent = (error: unknown) =>
  error instanceof NotSent || (error instanceof Error && /isn't writeable/.test(error.message));

/** What the caller is told when nothing was sent that could change something: a time-out is then not "unknown". */
export function unreached(error: unknown): unknown {
  if (troubleOf(error) === "timeout")
    return new AppError("UNAVAILABLE", "Redis did not answer in time. Nothing was changed.", {
      cause: error,
    });
  return toAppError(error);
}

const BACKOFF_MS = { first: 50, most: 1_000 };

export type Attempt = { batch: Batch } | { lost: unknown };

/**
 * @param patienceMs how long to go on after the first lost reply
 * @param givenUp asked after each failure: somebody stopped the operation meanwhile
 * @param goOnUnsent whether to wait for a Redis that was not even reached: true in the middle of bulk work
 * @returns the batch, or `lost` with the last error when it stays unknown what became of it
 * @throws AppError when Redis refused, or was never reached: nothing was changed
 */
export async function attempt(
  run: () => Promise<Batch>,
  options: { patienceMs: number; goOnUnsent: boolean; givenUp?: () => boolean },
): Promise<Attempt> {
  const until = performance.now() + options.patienceMs;
  let maySent = false;
  for (let pause = BACKOFF_MS.first; ; pause = Math.min(BACKOFF_MS.most, pause * 2)) {
    try {
      return { batch: await run() };
    } catch (error) {
      if (!PASSING.has(troubleOf(error))) throw toAppError(error);
      if (!neverSent(error) && !REFUSALS.has(troubleOf(error))) maySent = true;
      if (!maySent && !options.goOnUnsent) throw unreached(error);
      if (performance.now() + pause > until || options.givenUp?.()) {
        if (maySent) return { lost: error };
        throw unreached(error);
      }
      await wait(pause);
    }
  }
}
