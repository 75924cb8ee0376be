import type { ItemOutcome, Operation } from "../api/schemas/operations";
import { attempt } from "./attempt";
import type { Work } from "./contract";
import { type Pacer, steer } from "./pacer";
import { count, end, leaveOut } from "./report";

/** How long the middle of bulk work waits for Redis to come back before it gives up. */
const PATIENCE_MS = 30_000;
/** Items whose marks share one hash: Redis frees it in well under a millisecond when it expires. */
const MARKS_PER_KEY = 5_000;

/** The first 5,000 items have their marks under the operation's own key, later ones under `…:1`, `…:2`. */
const marksOf = (marks: string, index: number) => {
  const chunk = Math.floor(index / MARKS_PER_KEY);
  return chunk === 0 ? marks : `${marks}:${chunk}`;
};

/**
 * Does a plan in paced batches until it is done, stopped (`state` becomes `stopping` from outside) or a batch's
 * outcome stays unknown. Updates the operation as it goes.
 * @throws AppError when Redis refuses: what was done stands, the rest is `left`
 */
export async function runWork(options: {
  operation: Operation;
  work: Work;
  pacer: Pacer;
  marks: string;
  /** Told of every outcome, also of those that the report does not show. */
  onOutcome?: (outcome: ItemOutcome) => void;
}): Promise<void> {
  const { operation, work, pacer, marks, onOutcome } = options;
  operation.matched = work.size;
  operation.left = work.size;
  operation.truncated = work.truncated;
  if (work.leftOut !== undefined) leaveOut(operation, work.leftOut);
  if (operation.state === "planning") operation.state = "running";
  const began = performance.now();
  let size = work.batch.first;

  for (let from = 0; from < work.size; ) {
    if (operation.state === "stopping") return end(operation, "stopped");
    const start = from;
    const roomInMarks = MARKS_PER_KEY - (start % MARKS_PER_KEY);
    const to = start + Math.max(1, work.fits(start, Math.min(size, roomInMarks, work.size - start)));
    const call = () =>
      attempt(() => work.run(start, to, marksOf(marks, start)), {
        patienceMs: PATIENCE_MS,
        goOnUnsent: true,
        givenUp: () => operation.state === "stopping",
      });
    const result = work.paced
      ? await pacer.turn(call, (done) => ("batch" in done ? done.batch.redisMs : 0))
      : await call();
    if ("lost" in result) {
      const lost = Array.from({ length: to - start }, (_, index) => ({
        id: work.idAt(start + index),
        outcome: "unknown" as const,
        reason: null,
        status: null,
        final: null,
      }));
      count(operation, lost);
      throw result.lost;
    }
    const { outcomes, redisMs } = result.batch;
    if (outcomes.length === 0) throw new Error("a batch did nothing, and would do so for ever");
    count(operation, outcomes);
    if (onOutcome !== undefined) outcomes.forEach(onOutcome);
    const done = outcomes.length;
    operation.batch = done;
    operation.batch_ms = round(redisMs);
    operation.per_s = Math.round((start + done) / Math.max(0.001, (performance.now() - began) / 1_000));
    if (start + done < to) size = done;
    // A batch that was smaller for another reason than its size says nothing about size.
    else if (done === size) size = steer(size, redisMs, work.batch);
    from = start + done;
  }
  end(operation, "done");
}

const round = (ms: number) => Math.round(ms * 100) / 100;
