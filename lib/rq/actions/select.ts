/** From a selector to ids: frozen at the start of an operation, complete for what was there then, bounded. */
import type { Redis } from "ioredis";
import { PLACES, type Place } from "@/lib/api/schemas/jobs";
import type { JobActionName, Selector } from "@/lib/api/schemas/operations";
import { AppError } from "@/lib/errors";
import { nameFromBytes } from "@/lib/names";
import { batch, count, list, type Reply, textOf } from "@/lib/redis/pipeline";
import { jobKey, placeKey, QUEUES, queueOfMember, startedMember } from "../keys";
import type { Item, Selected } from "./items";

/** Most items of one plan: about 30 MB here, and a few seconds of batches. */
export const ITEMS_MAX = 200_000;
const PAGE = 1_000;
const QUEUES_MAX = 10_000;

/** Where an action has anything to do. */
export const PLACES_OF: Record<JobActionName, readonly Place[]> = {
  retry: ["failed", "canceled"],
  cancel: ["queued", "scheduled", "deferred"],
  stop: ["started"],
  move: ["queued"],
  repair: ["started"],
};

/** Ids of failed jobs by cause; what parses tracebacks keeps it. */
export interface FailureIds {
  idsOf(fingerprint: string, queue?: string): { queue: string; id: string }[];
}

/** @throws AppError INVALID_INPUT for a place where the action has nothing to do */
export function checkPlace(action: JobActionName, place: Place, fingerprint: string | undefined): void {
  const allowed = PLACES_OF[action];
  if (!allowed.includes(place))
    throw new AppError(
      "INVALID_INPUT",
      `${action} has nothing to do among ${place} jobs; it works on ${allowed.join(", ")} jobs.`,
    );
  if (fingerprint !== undefined && place !== "failed")
    throw new AppError(
      "INVALID_INPUT",
      "Only failed jobs have a cause: a fingerprint needs the place failed.",
    );
}

/** Names of all queues, at most 10,000. */
export async function queueNames(read: Redis): Promise<string[]> {
  const names = new Set<string>();
  let cursor = "0";
  do {
    const [reply] = await batch(read, [["SSCAN", QUEUES, cursor, "COUNT", PAGE]]);
    const page = scanPage(reply);
    for (const member of page.members) {
      const name = queueOfMember(member);
      if (name !== null) names.add(name);
    }
    cursor = page.cursor;
  } while (cursor !== "0" && names.size < QUEUES_MAX);
  return [...names];
}

function scanPage(reply: Reply): { cursor: string; members: Buffer[] } {
  if (reply instanceof Error) throw reply;
  if (!Array.isArray(reply)) throw new Error("a scan did not answer with a page");
  return { cursor: textOf(reply[0]) ?? "0", members: list(reply[1]) };
}

/** Items named by id, with status and queue as they are now. One round trip. */
export async function itemsById(read: Redis, ids: readonly string[]): Promise<Item[]> {
  const unique = [...new Set(ids)];
  const replies = await batch(
    read,
    unique.map((id) => ["HMGET", jobKey(id), "status", "origin"] as const),
  );
  return unique.map((id, index) => {
    const reply = replies[index];
    const [status, origin] = Array.isArray(reply) ? reply : [];
    return {
      id,
      status: textOf(status),
      queue: Buffer.isBuffer(origin) && origin.length > 0 ? nameFromBytes(origin) : null,
    };
  });
}

/** Unix milliseconds of Redis' own clock. */
export async function redisMs(read: Redis): Promise<number> {
  const [reply] = await batch(read, [["TIME"]]);
  const [seconds, micros] = list(reply);
  const s = count(seconds);
  return s === null ? Date.now() : s * 1_000 + Math.floor((count(micros) ?? 0) / 1_000);
}

/** Unix seconds of Redis' own clock. */
export const redisSeconds = async (read: Redis): Promise<number> => Math.floor((await redisMs(read)) / 1_000);

/**
 * Members of a registry. ZSCAN sees every member that is there during the whole scan; expired ones are left out,
 * as the page does not count them either.
 */
export async function* registryMembers(
  read: Redis,
  place: Exclude<Place, "queued">,
  queue: string,
): AsyncGenerator<{ member: Buffer; score: number }[]> {
  const key = placeKey(place, queue);
  let cursor = "0";
  do {
    const [reply] = await batch(read, [["ZSCAN", key, cursor, "COUNT", PAGE]]);
    const page = scanPage(reply);
    const found: { member: Buffer; score: number }[] = [];
    for (let index = 0; index + 1 < page.members.length; index += 2) {
      const member = page.members[index];
      const score = Number(page.members[index + 1]?.toString());
      if (member !== undefined) found.push({ member, score });
    }
    yield found;
    cursor = page.cursor;
  } while (cursor !== "0");
}

/**
 * Entries of a queue's list, read from the tail: what workers take from the head then moves no page, and what is
 * pushed behind only shows an entry twice. `fromTail` is the distance from the end at the time of its look.
 */
export async function* listEntries(
  read: Redis,
  queue: string,
): AsyncGenerator<{ member: Buffer; fromTail: number }[]> {
  const key = placeKey("queued", queue);
  for (let end = -1; ; end -= PAGE) {
    const [reply] = await batch(read, [["LRANGE", key, end - PAGE + 1, end]]);
    if (reply instanceof Error) throw reply;
    const members = list(reply);
    if (members.length === 0) return;
    yield members.map((member, index) => ({ member, fromTail: -end - 1 + members.length - 1 - index }));
    if (members.length < PAGE) return;
  }
}

const isExpired = (place: Place, score: number, nowS: number) =>
  (place === "failed" || place === "finished") && score >= 0 && score <= nowS;

/** Ids in one place of one queue; a queue's list comes head first, so that each cancel finds its job at once. */
async function idsInPlace(
  read: Redis,
  place: Place,
  queue: string,
  bound: number,
  nowS: number,
): Promise<string[]> {
  const ids = new Set<string>();
  if (place === "queued") {
    for await (const page of listEntries(read, queue)) {
      for (const { member } of page.reverse()) ids.add(nameFromBytes(member));
      // One page over the bound, so that the head is in it whenever the list is not much longer.
      if (ids.size > bound + PAGE) break;
    }
    return [...ids].reverse();
  }
  for await (const page of registryMembers(read, place, queue)) {
    for (const { member, score } of page)
      if (!isExpired(place, score, nowS))
        ids.add(place === "started" ? startedMember(member).id : nameFromBytes(member));
    if (ids.size > bound) break;
  }
  return [...ids];
}

/**
 * The items that a selector names now; {@link checkPlace} has seen it before.
 * Cost: one ZSCAN (or LRANGE) step of 1,000 a round trip, over at most 200,000 items.
 */
export async function select(
  read: Redis,
  selector: Selector,
  failures: FailureIds,
  bound = ITEMS_MAX,
): Promise<Selected> {
  if ("ids" in selector) return { items: await itemsById(read, selector.ids), place: null, truncated: false };
  const { place, queue, fingerprint } = selector;
  if (fingerprint !== undefined) {
    const found = failures.idsOf(fingerprint, queue);
    const items = found.slice(0, bound).map((entry) => ({ ...entry, status: null }));
    return { items, place, truncated: found.length > bound };
  }
  const nowS = await redisSeconds(read);
  const items: Item[] = [];
  let truncated = false;
  for (const name of queue === undefined ? await queueNames(read) : [queue]) {
    const room = bound - items.length;
    const ids = await idsInPlace(read, place, name, room, nowS);
    for (const id of ids.slice(0, room)) items.push({ id, queue: name, status: null });
    if (ids.length > room) {
      truncated = true;
      break;
    }
  }
  return { items, place, truncated };
}

/** Whether a text is one of the places; for statuses, which share their names. */
export const isPlace = (text: string): text is Place => PLACES.some((place) => place === text);
