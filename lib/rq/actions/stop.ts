/**
 * Stopping a running job: the worker is told over its channel, kills its work-horse and moves the job. Vigia never
 * writes the status itself; it looks what became of the job, and says so.
 */
import type { Redis } from "ioredis";
import type { ItemOutcome } from "@/lib/api/schemas/operations";
import { bytesFromName, keyOf, nameFromBytes } from "@/lib/names";
import { type Batch, MARK_TTL_S } from "@/lib/operations/contract";
import { argOf, timed } from "@/lib/operations/invoke";
import { batch, textOf } from "@/lib/redis/pipeline";
import { type Arg, script } from "@/lib/redis/scripts";
import { commandChannel, jobKey, type Key, workerKey } from "../keys";
import { goneOutcome, type Item } from "./items";
import { itemOutcome, parseOutcome } from "./outcome";

const stopScript = script("rq/lua/stop.lua");

export interface Patience {
  /** Time between two looks. */
  everyMs: number;
  /** How long to look before "still running" is the answer. */
  forMs: number;
}
const PATIENCE: Patience = { everyMs: 250, forMs: 10_000 };

/**
 * How long nobody tells a worker again about a run that it has been told to stop. Its job may stay `started` as long
 * as its stopped callback runs, 60 s unless it was given more time, and hearing of a stop then would kill the worker.
 * For a worker that did not hear, because its subscription was broken unnoticed, this is the wait for the next try.
 */
const TELL_AGAIN_S = 90;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** RQ compares ids as text, and its commands are JSON: an id that is not UTF-8 cannot be named to a worker. */
const speakable = (id: string) => {
  const bytes = bytesFromName(id);
  return bytes?.equals(Buffer.from(bytes.toString("utf8"), "utf8")) ?? false;
};

const commandFor = (id: string) =>
  JSON.stringify({ command: "stop-job", job_id: bytesFromName(id)?.toString("utf8") });

/** What its worker made of a job that was running: null while nothing can be told. */
function finalOf(status: string | null): ItemOutcome["final"] {
  if (status === "started") return "still-running";
  if (status === "stopped" || status === "finished") return status;
  // A failed attempt with retries left goes back to the queue or the schedule.
  if (status === "failed" || status === "queued" || status === "scheduled") return "failed";
  return null;
}

/**
 * @param read connection for looking; `write` for telling the workers
 * @param marks key of the operation's marks; a repeated call tells no worker twice and only looks, and so does a
 *   call of another operation for the same run
 */
export async function stopJobs(
  connections: { read: Redis; write: Redis },
  items: readonly Item[],
  marks: string,
  patience: Patience = PATIENCE,
): Promise<Batch> {
  const { read, write } = connections;
  const outcomes: ItemOutcome[] = items.map((item) => goneOutcome(item.id));
  const workers = await batch(
    read,
    items.map((item) => ["HGET", jobKey(item.id), "worker_name"] as const),
  );
  const keys: Key[] = [marks];
  const args: Arg[] = [MARK_TTL_S, TELL_AGAIN_S];
  const told: number[] = [];
  items.forEach(({ id }, at) => {
    if (!speakable(id)) {
      outcomes[at] = { id, outcome: "skipped", reason: "unsupported", status: null, final: null };
      return;
    }
    const reply = workers[at];
    const worker = nameFromBytes(Buffer.isBuffer(reply) ? reply : Buffer.alloc(0));
    keys.push(jobKey(id), workerKey(worker), keyOf("vigia:stop:", id));
    args.push(argOf(id), argOf(worker), commandChannel(worker), commandFor(id));
    told.push(at);
  });
  if (told.length === 0) return { outcomes, redisMs: 0 };

  const { replies, redisMs } = await timed(write, stopScript, keys, args);
  const pending: number[] = [];
  told.forEach((at, index) => {
    const id = items[at]?.id ?? "";
    const outcome = parseOutcome(replies[index], "stop");
    outcomes[at] = {
      ...itemOutcome(id, outcome),
      final: outcome.kind === "done" ? finalOf(outcome.status) : null,
    };
    if (outcome.kind === "pending") pending.push(at);
  });
  await watch(read, outcomes, pending, patience);
  await settle(
    write,
    marks,
    pending.flatMap((at) => outcomes[at] ?? []),
  );
  return { outcomes, redisMs };
}

/** Looks until each job has left `started`, or patience ends. */
async function watch(
  read: Redis,
  outcomes: ItemOutcome[],
  pending: readonly number[],
  patience: Patience,
): Promise<void> {
  const until = performance.now() + patience.forMs;
  let left = [...pending];
  while (left.length > 0) {
    await wait(patience.everyMs);
    const late = performance.now() >= until;
    const statuses = await batch(
      read,
      left.map((at) => ["HGET", jobKey(outcomes[at]?.id ?? ""), "status"] as const),
    );
    left = left.filter((at, index) => {
      const status = textOf(statuses[index]);
      if (status === "started" && !late) return true;
      const before = outcomes[at];
      if (before !== undefined)
        outcomes[at] = { ...before, outcome: "done", reason: null, status, final: finalOf(status) };
      return false;
    });
  }
}

/** Stores what became of them, so that a repeat of the request gives the same answer. */
async function settle(write: Redis, marks: string, outcomes: readonly ItemOutcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  const fields = outcomes.flatMap(({ id, status }) => [argOf(id), `stop:done::${status ?? ""}`]);
  await batch(write, [
    ["HSET", marks, ...fields],
    ["EXPIRE", marks, MARK_TTL_S],
  ]);
}
