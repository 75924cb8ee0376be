/**
 * One look at queues: counts of every place, the oldest waiting job, and the moment at which time alone will
 * make the look untrue (an entry expires, a scheduled job falls due). Expired entries that no worker has cleaned
 * yet are left out: RQ's own counters would clean while they count, so the keys are read instead.
 */
import type { Quality } from "../api/schemas/common";
import type { QueueCounts } from "../api/schemas/overview";
import { nameFromBytes } from "../names";
import { batch, type Command, count, list, type Reply, textOf } from "../redis/pipeline";
import type { Lookout, Reading } from "../source";
import { intermediateKey, jobKey, queueKey, registryKey, timeOf } from "./keys";

/** A job pushed to the front is younger than those behind it, so more than the head is asked. */
const HEAD = 10;
/** A live worker moves its deadline to 60–90 s ahead every 30 s; nearer than this, the worker is worth a look. */
const DEADLINE_NEAR_S = 30;
const SUSPECTS_MAX = 20;
const STARTED_MAX = 200;
/** Expiry of finished and failed entries changes only a count: not worth a look more often than this. */
const EXPIRY_STEP_MS = 10_000;
/** Scheduled jobs count as overdue this long after their time: the scheduler looks once a second. */
const OVERDUE_S = 5;
const HORIZON_STEP_S = 60;

/** Finished entries that expire after `horizonS` (Unix s): two counts with one horizon differ by what was added. */
export interface FinishedMark {
  horizonS: number;
  count: number;
}

export interface QueueSample {
  queue: string;
  reading: Reading;
  /** Everything that was enqueued and has not ended: waiting, just popped, started; null = not told. */
  stock: number | null;
  /** Entries of the failed registry, expired ones included. */
  failedEntries: number | null;
  /** Count at the horizon of the previous look, and the count that the next look will be compared with. */
  finished: { since: FinishedMark | null; next: FinishedMark | null };
  /** Started entries whose deadline is near or past (or all, where asked), soonest first. */
  suspects: { member: Buffer; deadlineMs: number }[];
  suspectsCut: boolean;
}

export interface SampleRequest {
  queue: string;
  /** The mark of the previous look; undefined = finished entries need not be counted as evidence. */
  finishedMark: FinishedMark | null | undefined;
  /** A worker of this queue died: every started entry is a suspect, at most 200. */
  suspectAll: boolean;
}

function horizonOf(nowS: number): number {
  return (Math.floor(nowS / HORIZON_STEP_S) + 2) * HORIZON_STEP_S;
}

/** The mark can be compared as long as nothing at its horizon has expired. */
function usable(mark: FinishedMark | null | undefined, nowS: number): mark is FinishedMark {
  return mark !== null && mark !== undefined && mark.horizonS > nowS + 1;
}

function countCommands(request: SampleRequest, nowS: number): Command[] {
  const { queue, finishedMark } = request;
  const at = (place: Parameters<typeof registryKey>[0]) => registryKey(place, queue);
  const commands: Command[] = [
    ["LLEN", queueKey(queue)],
    ["LLEN", intermediateKey(queue)],
    ["ZCARD", at("started")],
    ["ZCOUNT", at("started"), "-inf", nowS],
    ["ZCOUNT", at("finished"), nowS, "+inf"],
    ["ZCARD", at("failed")],
    ["ZCOUNT", at("failed"), 0, nowS],
    ["ZCARD", at("deferred")],
    ["ZCARD", at("scheduled")],
    ["ZCOUNT", at("scheduled"), "-inf", nowS - OVERDUE_S],
    ["ZCARD", at("canceled")],
  ];
  if (finishedMark !== undefined) {
    const next = horizonOf(nowS);
    commands.push(["ZCOUNT", at("finished"), next, "+inf"]);
    if (usable(finishedMark, nowS) && finishedMark.horizonS !== next)
      commands.push(["ZCOUNT", at("finished"), finishedMark.horizonS, "+inf"]);
  }
  return commands;
}

interface Counted {
  request: SampleRequest;
  counts: QueueCounts;
  failedEntries: number | null;
  finished: QueueSample["finished"];
}

const minus = (a: number | null, b: number | null) => (a === null || b === null ? null : Math.max(0, a - b));
const plus = (...parts: (number | null)[]) =>
  parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0);

function counted(request: SampleRequest, replies: readonly Reply[], nowS: number): Counted {
  const n = replies.map(count);
  const [
    queued,
    intermediate,
    wip,
    abandoned,
    finished,
    failed,
    expired,
    deferred,
    scheduled,
    overdue,
    canceled,
  ] = n as (number | null)[];
  const horizonS = horizonOf(nowS);
  const next = n[11] ?? null;
  const mark = request.finishedMark;
  const atOld = mark?.horizonS === horizonS ? next : (n[12] ?? null);
  return {
    request,
    counts: {
      queued: queued ?? null,
      intermediate: intermediate ?? null,
      started: minus(wip ?? null, abandoned ?? null),
      abandoned: abandoned ?? null,
      finished: finished ?? null,
      failed: minus(failed ?? null, expired ?? null),
      deferred: deferred ?? null,
      scheduled: scheduled ?? null,
      overdue: overdue ?? null,
      canceled: canceled ?? null,
    },
    failedEntries: failed ?? null,
    finished: {
      since: usable(mark, nowS) && atOld !== null ? { horizonS: mark.horizonS, count: atOld } : null,
      next: mark === undefined || next === null ? null : { horizonS, count: next },
    },
  };
}

/** What is asked only where something is: the ends of the list, the next entry of each registry to fall due. */
interface Ask {
  command: Command;
  take: (reply: Reply) => void;
}

interface Looked {
  ids: Buffer[];
  dueMs: number | null;
  suspects: QueueSample["suspects"];
  suspectsCut: boolean;
}

function pairs(reply: Reply): { member: Buffer; score: number }[] {
  const flat = list(reply);
  return Array.from({ length: flat.length >> 1 }, (_, at) => ({
    member: flat[at * 2] ?? Buffer.alloc(0),
    score: Number(textOf(flat[at * 2 + 1] ?? null) ?? "inf"),
  }));
}

function asks(item: Counted, looked: Looked, nowS: number): Ask[] {
  const { counts, request } = item;
  const dueAt = (ms: number) => {
    if (Number.isFinite(ms)) looked.dueMs = Math.min(looked.dueMs ?? ms, ms);
  };
  const nextAfter = (
    place: "started" | "scheduled" | "finished" | "failed",
    afterS: number,
    delayMs: number,
  ): Ask => ({
    command: [
      "ZRANGEBYSCORE",
      registryKey(place, request.queue),
      `(${afterS}`,
      "+inf",
      "WITHSCORES",
      "LIMIT",
      0,
      1,
    ],
    take: (reply) => {
      for (const { score } of pairs(reply)) dueAt(score * 1_000 + delayMs);
    },
  });
  const found: Ask[] = [];
  const collect = (into: Buffer[]) => (reply: Reply) => void into.push(...list(reply));
  if ((counts.queued ?? 0) > 0) {
    found.push({
      command: ["LRANGE", queueKey(request.queue), 0, HEAD - 1],
      take: collect(looked.ids),
    });
    if ((counts.queued ?? 0) > HEAD)
      found.push({ command: ["LRANGE", queueKey(request.queue), -1, -1], take: collect(looked.ids) });
  }
  if ((counts.started ?? 0) + (counts.abandoned ?? 0) > 0) {
    const limit = request.suspectAll ? STARTED_MAX : SUSPECTS_MAX;
    const until = request.suspectAll ? "+inf" : nowS + DEADLINE_NEAR_S;
    const key = registryKey("started", request.queue);
    found.push(nextAfter("started", nowS + DEADLINE_NEAR_S, -DEADLINE_NEAR_S * 1_000));
    found.push({
      command: ["ZRANGEBYSCORE", key, "-inf", until, "WITHSCORES", "LIMIT", 0, limit],
      take: (reply) => {
        const entries = pairs(reply);
        looked.suspectsCut = entries.length === limit;
        looked.suspects = entries.map(({ member, score }) => ({ member, deadlineMs: score * 1_000 }));
        for (const { score } of entries)
          if (score > nowS && score <= nowS + DEADLINE_NEAR_S) dueAt(score * 1_000);
      },
    });
  }
  if ((counts.scheduled ?? 0) > (counts.overdue ?? 0))
    found.push(nextAfter("scheduled", nowS - OVERDUE_S, OVERDUE_S * 1_000));
  if ((counts.finished ?? 0) > 0) found.push(nextAfter("finished", nowS, EXPIRY_STEP_MS));
  if ((counts.failed ?? 0) > 0) found.push(nextAfter("failed", nowS, EXPIRY_STEP_MS));
  return found;
}

/** The places that change only by commands; the others also lose what expires, and that is never told. */
function toldOf(counts: QueueCounts): string {
  const { queued, intermediate, deferred, scheduled, canceled } = counts;
  return [queued, intermediate, deferred, scheduled, canceled].join();
}

function unknowns(counts: QueueCounts): Partial<Record<string, Quality>> {
  const found: Partial<Record<string, Quality>> = {};
  for (const [figure, value] of Object.entries(counts)) if (value === null) found[figure] = "unknown";
  if (counts.queued === null) found.waiting = "unknown";
  if (counts.started === null || counts.intermediate === null) found.running = "unknown";
  return found;
}

/**
 * Looks at queues in three round trips: counts, then the ends of what is not empty, then when the oldest were
 * enqueued. About 12 commands for an idle queue, up to 28 for a busy one. A key of the wrong type or without
 * permission makes its own figures null and nothing else.
 * @param nowMs Redis' clock
 */
export async function sampleQueues(
  lookout: Pick<Lookout, "tracked" | "plain">,
  requests: readonly SampleRequest[],
  nowMs: number,
): Promise<QueueSample[]> {
  const nowS = nowMs / 1_000;
  const first = requests.map((request) => countCommands(request, nowS));
  const replies = await batch(lookout.tracked, first.flat());
  let cursor = 0;
  const items = requests.map((request, index) => {
    const length = first[index]?.length ?? 0;
    const mine = replies.slice(cursor, cursor + length);
    cursor += length;
    const item = counted(request, mine, nowS);
    const looked: Looked = { ids: [], dueMs: null, suspects: [], suspectsCut: false };
    return { item, looked, asks: asks(item, looked, nowS) };
  });

  const second = items.flatMap(({ asks }) => asks);
  const answers = await batch(
    lookout.tracked,
    second.map(({ command }) => command),
  );
  for (const [index, ask] of second.entries()) ask.take(answers[index]);

  const waiting = items.flatMap(({ looked }) => looked.ids);
  // Job hashes are many and short-lived: they are read untracked, the lists that hold them are watched.
  const times = await batch(
    lookout.plain,
    waiting.map((id): Command => ["HGET", jobKey(nameFromBytes(id)), "enqueued_at"]),
  );
  let position = 0;
  return items.map(({ item, looked }) => {
    const mine = times.slice(position, position + looked.ids.length);
    position += looked.ids.length;
    return toSample(item, looked, mine, nowMs);
  });
}

function toSample(item: Counted, looked: Looked, times: readonly Reply[], nowMs: number): QueueSample {
  const { counts } = item;
  const known = times.map((reply) => timeOf(textOf(reply))).filter((ms) => ms !== null);
  const oldestSinceMs = known.length > 0 ? Math.min(...known) : null;
  const quality = unknowns(counts);
  if ((counts.queued ?? 0) > 0 && oldestSinceMs === null) quality.oldest_ms = "unknown";
  return {
    queue: item.request.queue,
    reading: {
      ref: { source: "rq", name: item.request.queue },
      waiting: counts.queued,
      running: plus(counts.started, counts.intermediate),
      failed: counts.failed,
      oldestSinceMs,
      counts,
      stream: null,
      told: toldOf(counts),
      atMs: nowMs,
      dueMs: looked.dueMs,
      quality,
    },
    stock: plus(counts.queued, counts.intermediate, counts.started, counts.abandoned),
    failedEntries: item.failedEntries,
    finished: item.finished,
    suspects: looked.suspects,
    suspectsCut: looked.suspectsCut,
  };
}
