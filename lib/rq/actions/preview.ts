import type { Redis } from "ioredis";
import type { Place } from "@/lib/api/schemas/jobs";
import type { ActionName, Selector, SkipReason } from "@/lib/api/schemas/operations";
import { nameFromBytes } from "@/lib/names";
import type { Counted, JobAsked } from "@/lib/operations/contract";
import { batch, type Command, count, textOf } from "@/lib/redis/pipeline";
import { dependentsKey, jobKey, placeKey } from "../keys";
import type { Item } from "./items";
import { checkMove, targetOf } from "./move";
import { selectStarted } from "./repair";
import { checkPlace, type FailureIds, ITEMS_MAX, queueNames, redisSeconds, select } from "./select";

/** Items that are looked at one by one, whatever the selector matches. */
const INSPECTED_MAX = 1_000;
const SAMPLE = 5;

interface Seen {
  status: string | null;
  /** String form of its queue's name. */
  origin: string | null;
  rateLimited: boolean;
}

/** Where a job of this status may be taken from. */
function sourceOf(action: ActionName, status: string): Place | null {
  if (action === "retry") {
    if (status === "failed" || status === "stopped") return "failed";
    return status === "canceled" ? "canceled" : null;
  }
  return status === "queued" || status === "scheduled" || status === "deferred" ? status : null;
}

function moveVerdict(to: string, { status, origin, rateLimited }: Seen): SkipReason | null {
  if (status === "started") return "running";
  if (status !== "queued") return "conflict";
  if (origin === to) return "same-queue";
  return rateLimited ? "unsupported" : null;
}

/** What the script will say of a job in this state, or null when it will do it. */
function verdict(
  asked: Exclude<JobAsked, { action: "repair" }>,
  place: Place | null,
  job: Seen,
): SkipReason | null {
  const { status } = job;
  if (status === null) return "gone";
  if (asked.action === "move") return moveVerdict(asked.to, job);
  const { action } = asked;
  if (action === "stop") return status === "started" ? null : "not-running";
  if (action === "cancel" && status === "started") return "use-stop";
  const source = sourceOf(action, status);
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

/** Reason → number. */
function tally(reasons: readonly (SkipReason | null)[]): Record<string, number> {
  const skipped: Record<string, number> = {};
  for (const reason of reasons) if (reason !== null) skipped[reason] = (skipped[reason] ?? 0) + 1;
  return skipped;
}

const sum = (skipped: Record<string, number>) => Object.values(skipped).reduce((total, n) => total + n, 0);

/** All started jobs are looked at one by one: there are about as many as workers. */
async function previewRepair(read: Redis, asked: Extract<JobAsked, { action: "repair" }>): Promise<Counted> {
  const { items, truncated } = await selectStarted(read, asked.selector, asked.mode, ITEMS_MAX);
  const replies = await batch(
    read,
    asked.mode === "fail" ? items.map(({ id }) => ["SCARD", dependentsKey(id)] as const) : [],
  );
  const skipped = tally(items.map(({ reason }) => reason));
  return {
    matched: items.length,
    at_least: truncated,
    eligible: items.length - sum(skipped),
    inspected: items.length,
    skipped,
    dependents: items.reduce((n, { reason }, at) => n + (reason === null ? (count(replies[at]) ?? 0) : 0), 0),
    sample: items.slice(0, SAMPLE).map(({ id }) => id),
  };
}

/**
 * What an action on this selector would do, without doing it. Looks at up to 1,000 items one by one and counts the
 * rest: `eligible` is then an upper bound.
 */
export async function preview(read: Redis, asked: JobAsked, failures: FailureIds): Promise<Counted> {
  const { action, selector } = asked;
  if (!("ids" in selector)) checkPlace(action, selector.place, selector.fingerprint);
  if (asked.action === "repair") return previewRepair(read, asked);
  if (asked.action === "move") checkMove(selector, asked.to);
  const selected = await select(read, selector, failures, INSPECTED_MAX);
  const { items, place } = selected;
  const matched = await matchedBy(read, selector, failures, selected);
  const replies = await batch(
    read,
    items.flatMap(({ id }) => [
      ["HMGET", jobKey(id), "status", "rate_limit_key", "origin"] as const,
      ["SCARD", dependentsKey(id)] as const,
    ]),
  );
  const reasons = items.map((_, index) => {
    const reply = replies[2 * index];
    const [status, limit, origin] = Array.isArray(reply) ? reply : [];
    return verdict(asked, place, {
      status: textOf(status),
      origin: Buffer.isBuffer(origin) ? nameFromBytes(origin) : null,
      rateLimited: (textOf(limit) ?? "") !== "",
    });
  });
  const waiting = reasons.reduce(
    (n, reason, index) => n + (reason === null ? (count(replies[2 * index + 1]) ?? 0) : 0),
    0,
  );
  const skipped = tally(reasons);
  return {
    matched,
    at_least: matched > ITEMS_MAX,
    eligible: matched - sum(skipped),
    inspected: items.length,
    skipped,
    dependents: action === "cancel" ? waiting : 0,
    sample: items.slice(0, SAMPLE).map(({ id }) => id),
    ...(asked.action === "move" ? { target: await targetOf(read, asked.to) } : {}),
  };
}
