import type { JobActionName } from "@/lib/api/schemas/operations";
import type { JobActions, Work } from "@/lib/operations/contract";
import { writerOf } from "@/lib/operations/invoke";
import type { Connection } from "@/lib/redis/connection";
import type { Script } from "@/lib/redis/scripts";
import { cancelJobs } from "./cancel";
import { planCleanup } from "./cleanup";
import type { Selected } from "./items";
import { checkMove, inMovingOrder, moveJobs } from "./move";
import { preview } from "./preview";
import { repairJobs, selectStarted } from "./repair";
import { retryJobs } from "./retry";
import { checkPlace, type FailureIds, ITEMS_MAX, select } from "./select";
import { type Patience, stopJobs } from "./stop";

/** Batches of 100 cost about 1 ms; 25 to 250 keeps one call near 2 ms on slower and faster machines. */
const SCRIPTED = { first: 100, min: 25, max: 250 };
/** A queued job is found by walking its list: begin small where it may lie deep, and let the measured time decide. */
const WALKING = { first: 25, min: 1, max: 250 };
/** Workers are waited for together. */
const ASKING = { first: 100, min: 100, max: 100 };

type Pace = Pick<Work, "batch" | "paced">;

function paceOf(action: JobActionName, place: Selected["place"]): Pace {
  if (action === "stop") return { batch: ASKING, paced: false };
  const walks = action === "move" || (action === "cancel" && (place === "queued" || place === null));
  return { batch: walks ? WALKING : SCRIPTED, paced: true };
}

function workOf(
  { items, truncated }: Pick<Selected, "items" | "truncated">,
  pace: Pace,
  run: Work["run"],
): Work {
  return {
    ...pace,
    size: items.length,
    truncated,
    idAt: (index) => items[index]?.id ?? "",
    fits: (_from, wanted) => wanted,
    run,
  };
}

/**
 * RQ's actions for the operations.
 * @param options.failures which failed jobs share a cause
 * @param options.patience how long a stop is watched
 * @param options.scripts other texts of the scripts, for tests that plant faults
 * @param options.settleMs how long a ghost must stay one before a cleanup removes it
 */
export function rqActions(options: {
  connection: Connection;
  failures: FailureIds;
  patience?: Patience;
  settleMs?: number;
  scripts?: { retry?: Script; cancel?: Script; move?: Script; repair?: Script };
}): JobActions {
  const { connection, failures, scripts = {} } = options;
  const { read } = connection;
  return {
    plan: async (asked) => {
      const { action, selector } = asked;
      if (!("ids" in selector)) checkPlace(action, selector.place, selector.fingerprint);
      if (asked.action === "repair") {
        const { mode } = asked;
        const { items, truncated } = await selectStarted(read, selector, mode, ITEMS_MAX);
        return workOf({ items, truncated }, paceOf(action, "started"), (from, to, marks) =>
          repairJobs(writerOf(connection), items.slice(from, to), mode, marks, scripts.repair),
        );
      }
      if (asked.action === "move") checkMove(selector, asked.to);
      const found = await select(read, selector, failures);
      const selected = asked.action === "move" ? await inMovingOrder(read, found, asked.at_front) : found;
      const { items, place } = selected;
      return workOf(selected, paceOf(action, place), (from, to, marks) => {
        const write = writerOf(connection);
        const slice = items.slice(from, to);
        if (asked.action === "move") {
          const target = { to: asked.to, atFront: asked.at_front };
          return moveJobs(write, slice, target, marks, scripts.move);
        }
        if (action === "retry") return retryJobs(write, slice, place, marks, scripts.retry);
        if (action === "cancel") return cancelJobs(write, slice, place, marks, scripts.cancel);
        return stopJobs({ read, write }, slice, marks, options.patience);
      });
    },
    preview: (asked) => preview(read, asked, failures),
    cleanup: () => planCleanup({ read, write: writerOf(connection) }, options.settleMs),
  };
}
