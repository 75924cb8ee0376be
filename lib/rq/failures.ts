/** Failed jobs of all queues, newest first, and the groups of those whose traceback was parsed. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { decodeCursor, encodeCursor, scoreText } from "../api/cursor";
import type { Order } from "../api/inputs";
import type { FailurePage, JobPage } from "../api/schemas/jobs";
import { bytesFromName, isName, nameFromBytes } from "../names";
import { batch, type Command } from "../redis/pipeline";
import { inside, liveRanges, type Placed, type Registry, scoreArg, scoreOf } from "./entries";
import type { FailureIndex } from "./failure-index";
import { dueOf, kindOf, memberInput } from "./job-list";
import { type KnownErrors, readRows } from "./job-rows";
import { registryKey } from "./keys";
import { comparePlaced, type MergedPage, readMerged } from "./merged-page";
import { queueNames } from "./queue-names";

/** Groups of one answer, the largest first; a page of hundreds helps nobody. */
const GROUPS_MAX = 100;

/** After which entry the merged list goes on. */
const mergedCursor = z.strictObject({ s: scoreText, q: z.string().refine(isName), m: memberInput });

export interface MergedListQuery {
  /** null = all queues. */
  queue: string | null;
  place: Registry;
  order: Order;
  cursor: string | undefined;
  limit: number;
  /** Redis' clock. */
  nowMs: number;
}

function position(cursor: string | undefined): Placed | null {
  if (cursor === undefined) return null;
  const { s, q, m } = decodeCursor(mergedCursor, cursor);
  return { score: s, queue: q, member: m };
}

async function toPage(redis: Redis, page: MergedPage, place: Registry, known: KnownErrors): Promise<JobPage> {
  const last = page.entries.at(-1);
  const refs = page.entries.map((entry) => ({
    id: nameFromBytes(entry.member),
    queue: entry.queue,
    dueMs: dueOf(place, entry),
  }));
  return {
    items: await readRows(redis, refs, kindOf(place), known),
    next_cursor:
      page.more && last !== undefined
        ? encodeCursor({ s: scoreArg(last.score), q: last.queue, m: nameFromBytes(last.member) })
        : null,
    total: page.total,
  };
}

/**
 * One registry of all queues merged by score (see `listJobs` for what `newest` means). Its cost grows with the
 * number of queues, not with the depth of the page.
 * @throws AppError INVALID_INPUT for a malformed cursor
 */
export async function listMerged(redis: Redis, query: MergedListQuery, known: KnownErrors): Promise<JobPage> {
  const after = position(query.cursor);
  const { queues, complete } =
    query.queue === null ? await queueNames(redis) : { queues: [query.queue], complete: true };
  const page = await readMerged(redis, { ...query, queues, after, nowS: query.nowMs / 1_000 });
  return toPage(redis, complete ? page : { ...page, total: null }, query.place, known);
}

/** Jobs of one cause that are still in their failed registry. One command for each job that the index knows. */
async function readGroup(
  redis: Redis,
  ids: readonly { queue: string; id: string }[],
  query: Omit<MergedListQuery, "queue">,
): Promise<MergedPage> {
  const { order, limit } = query;
  const after = position(query.cursor);
  const ranges = liveRanges("failed", order, query.nowMs / 1_000);
  const scores = await batch(
    redis,
    ids.map(({ queue, id }): Command => ["ZSCORE", registryKey("failed", queue), bytesFromName(id) ?? id]),
  );
  const listed = ids
    .flatMap(({ queue, id }, index): Placed[] => {
      const score = scoreOf(scores[index]);
      const member = bytesFromName(id);
      if (score === null || member === null || !ranges.some((range) => inside(range, score))) return [];
      return [{ queue, member, score }];
    })
    .sort((a, b) => comparePlaced(a, b, order));
  const rest = after === null ? listed : listed.filter((entry) => comparePlaced(entry, after, order) > 0);
  return { entries: rest.slice(0, limit), more: rest.length > limit, total: listed.length };
}

export interface FailuresQuery extends Omit<MergedListQuery, "place"> {
  /** Only jobs of this cause, as far as the index knows them. */
  fingerprint: string | null;
}

/**
 * @throws AppError INVALID_INPUT for a malformed cursor
 */
export async function listFailures(
  redis: Redis,
  query: FailuresQuery,
  index: Pick<FailureIndex, "groups" | "idsOf" | "errorOf" | "parsed">,
): Promise<FailurePage> {
  const { fingerprint, queue } = query;
  const whole = { ...query, place: "failed" } as const;
  const page =
    fingerprint === null
      ? await listMerged(redis, whole, index)
      : await toPage(
          redis,
          await readGroup(redis, index.idsOf(fingerprint, queue ?? undefined), whole),
          "failed",
          index,
        );
  const groups = index.groups(queue === null ? {} : { queue });
  const shown = fingerprint === null ? groups : groups.filter((group) => group.fingerprint === fingerprint);
  return { ...page, groups: shown.slice(0, GROUPS_MAX), parsed: index.parsed() };
}
