import type { Redis } from "ioredis";
import type { Place } from "@/lib/api/schemas/jobs";
import type { ActionName, Selector, SkipReason } from "@/lib/api/schemas/operations";
import type { Counted } from "@/lib/operations/contract";
import { batch, type Command, count, textOf } from "@/lib/redis/pipeline";
import { dependentsKey, jobKey, placeKey } from "../keys";
import type { Item } from "./items";
import { type FailureIds, ITEMS_MAX, queueNames, redisSeconds, select } from "./select";

/** Items that are looked at one by one, whatever the selector matches. */
const INSPECTED_MAX = 1_000;
const SAMPLE = 5;

/** What the script will say of a job in this state, or null when it will do it. */
export function verdict(
  action: ActionName,
  place: Place | null,
  job: { status: string | null; rateLimited: boolean },
): SkipReason | null {
  const { status } = job;
  if (status === null) return "gone";
  if (action === "stop") return status === "started" ? null : "not-running";
  if (action === "cancel" && status === "started") return "use-stop";
  const source =
    action === "retry"
      ? status === "failed" || status === "stopped"
        ? "failed"
        : status === "canceled"
          ? "canceled"
          : null
      : status === "queued" || status === "scheduled" || status === "deferred"
        ? status
        : null;
  if (source === null || (place !== null && place !== source)) return "conflict";
  return job.rateLimited ? "unsupported" : null;
}

/** Entries of a place in all asked queues, without expired ones: O(log n) a queue. */
async function countPlace(read: Redis, place: Place, queue: string | undefined): Promise<number> {
  const nowS = await redisSeconds(read);
  let total = 0;
  const names = queue === undefined ? await queueNames(read) : [queue];
  const asked = names.flatMap((name): Command[] => {
    const key = placeKey(place, name);
    if (place === "queued") return [["LLEN", key]];
    if (place !== "failed") return [["ZCARD", key]];
    return [
      ["ZCOUNT", key, "-inf", "(0"],
      ["ZCOUNT", key, `(${nowS}`, "+inf"],
    ];
  });
  const replies = await batch(read, asked);
  for (const reply of replies) total += count(reply) ?? 0;
  return total;
}

async function matchedBy(
  read: Redis,
  selector: Selector,
  failures: FailureIds,
  selected: { items: readonly Item[]; truncated: boolean },
): Promise<number> {
  if (!selected.truncated || "ids" in selector) return selected.items.length;
  if (selector.fingerprint !== undefined) return failures.idsOf(selector.fingerprint, selector.queue).length;
  return Math.max(selected.items.length, await countPlace(read, selector.place, selector.queue));
}

/**
 * What an action on this selector would do, without doing it. Looks at up to 1,000 items one by one and counts the
 * rest: `eligible` is then an upper bound.
 */
export async function preview(
  read: Redis,
  action: ActionName,
  selector: Selector,
  failures: FailureIds,
): Promise<Counted> {
  const selected = await select(read, action, selector, failures, INSPECTED_MAX);
  const { items, place } = selected;
  const matched = await matchedBy(read, selector, failures, selected);
  const replies = await batch(
    read,
    items.flatMap(({ id }) => [
      ["HMGET", jobKey(id), "status", "rate_limit_key"] as const,
      ["SCARD", dependentsKey(id)] as const,
    ]),
  );
  const skipped: Record<string, number> = {};
  let dependents = 0;
  items.forEach((_, index) => {
    const reply = replies[2 * index];
    const [status, limit] = Array.isArray(reply) ? reply : [];
    const reason = verdict(action, place, {
      status: textOf(status),
      rateLimited: (textOf(limit) ?? "") !== "",
    });
    if (reason !== null) skipped[reason] = (skipped[reason] ?? 0) + 1;
    else if (action === "cancel") dependents += count(replies[2 * index + 1]) ?? 0;
  });
  const skippedTotal = Object.values(skipped).reduce((sum, number) => sum + number, 0);
  return {
    matched,
    at_least: matched > ITEMS_MAX,
    eligible: matched - skippedTotal,
    inspected: items.length,
    skipped,
    dependents,
    sample: items.slice(0, SAMPLE).map(({ id }) => id),
  };
}
