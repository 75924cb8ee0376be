import type { ActionName } from "@/lib/api/schemas/operations";
import type { JobActions, Work } from "@/lib/operations/contract";
import { writerOf } from "@/lib/operations/invoke";
import type { Connection } from "@/lib/redis/connection";
import type { Script } from "@/lib/redis/scripts";
import { cancelJobs } from "./cancel";
import { planCleanup } from "./cleanup";
import type { Selected } from "./items";
import { preview } from "./preview";
import { retryJobs } from "./retry";
import { type FailureIds, select } from "./select";
import { type Patience, stopJobs } from "./stop";

/** Batches of 100 cost about 1 ms; 25 to 250 keeps one call near 2 ms on slower and faster machines. */
const SCRIPTED = { first: 100, min: 25, max: 250 };
/** A queued job is found by walking its list: begin small where it may lie deep, and let the measured time decide. */
const WALKING = { first: 25, min: 1, max: 250 };
/** Workers are waited for together. */
const ASKING = { first: 100, min: 100, max: 100 };

function workOf(action: ActionName, selected: Selected, run: Work["run"]): Work {
  const { items, place, truncated } = selected;
  const mayWalk = action === "cancel" && (place === "queued" || place === null);
  return {
    size: items.length,
    truncated,
    idAt: (index) => items[index]?.id ?? "",
    batch: action === "stop" ? ASKING : mayWalk ? WALKING : SCRIPTED,
    paced: action !== "stop",
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
  scripts?: { retry?: Script; cancel?: Script };
}): JobActions {
  const { connection, failures, scripts = {} } = options;
  const { read } = connection;
  return {
    plan: async ({ action, selector }) => {
      const selected = await select(read, action, selector, failures);
      const { items, place } = selected;
      return workOf(action, selected, (from, to, marks) => {
        const write = writerOf(connection);
        const slice = items.slice(from, to);
        if (action === "retry") return retryJobs(write, slice, place, marks, scripts.retry);
        if (action === "cancel") return cancelJobs(write, slice, place, marks, scripts.cancel);
        return stopJobs({ read, write }, slice, marks, options.patience);
      });
    },
    preview: ({ action, selector }) => preview(read, action, selector, failures),
    cleanup: () => planCleanup({ read, write: writerOf(connection) }, options.settleMs),
  };
}
