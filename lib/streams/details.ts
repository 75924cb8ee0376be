/**
 * A closer look at some groups: their consumers, their pending entries with the lowest IDs, the entry that they will be
 * given next. Read-only; `XPENDING` always with a count and never by idle time.
 */
import type { Redis } from "ioredis";
import { keyOf } from "../names";
import { batch, type Command, type Reply, textOf } from "../redis/pipeline";
import { type DetailBudget, listLength, SHORT_LIST, suspects } from "./choice";
import { silentMs } from "./consumers";
import { crewOf, untilVerdictMs } from "./crew";
import { isSmall } from "./entry-size";
import { updateBehind } from "./facts";
import { compareIds, nextId } from "./ids";
import { type ConsumerInfo, consumersOf, type PendingInfo, pendingOf } from "./replies";
import { CONSUMERS_MAX, createConsumer, forgetDetails, type GroupState } from "./state";

/** So many are parsed in a few milliseconds. */
const ROUND = 100;

const KEPT_CONSUMERS_MAX = 100_000;
const KEPT_LISTS_MAX = 500;

const wantsNext = (group: GroupState) => {
  const { stream, info, lag } = group;
  const first = stream.infoCurrent ? (stream.info?.first ?? null) : null;
  const beforeFirst = first !== null && compareIds(info.lastDelivered, first) < 0;
  return lag.high !== 0 && isSmall(stream.entryBytes) && !beforeFirst && group.next === undefined;
};

/** Sees what a second look at the same pending entries tells: read again by its owner, or reclaimed by another. */
function noteRedeliveries(group: GroupState, rows: readonly PendingInfo[], nowMs: number): void {
  const { details } = group;
  if (details === null) return;
  const before = new Map(details.rows.map((row) => [row.id, { row, atMs: details.rowsAtMs }]));
  if (details.head !== null) before.set(details.head.id, { row: details.head, atMs: details.atMs });
  for (const row of rows) {
    const seen = before.get(row.id);
    if (seen === undefined || row.consumer === null || row.deliveries <= seen.row.deliveries) continue;
    if (seen.row.consumer === row.consumer) {
      const consumer = group.consumers.get(row.consumer);
      if (consumer !== undefined) consumer.rereadSeenMs = nowMs;
      continue;
    }
    group.reclaimSeenMs = nowMs;
    if (seen.row.idleMs === null || row.idleMs === null) continue;
    const idleMs = seen.row.idleMs + Math.max(0, nowMs - row.idleMs - seen.atMs);
    group.reclaimMinIdleMs = Math.min(group.reclaimMinIdleMs ?? idleMs, idleMs);
  }
}

function noteConsumers(group: GroupState, infos: readonly ConsumerInfo[], nowMs: number): void {
  const kept =
    infos.length <= CONSUMERS_MAX
      ? infos
      : [...infos].sort((a, b) => b.pending - a.pending || silentMs(a) - silentMs(b)).slice(0, CONSUMERS_MAX);
  const names = new Set(kept.map(({ name }) => name));
  for (const name of group.consumers.keys()) if (!names.has(name)) group.consumers.delete(name);
  for (const info of kept) {
    const consumer = group.consumers.get(info.name) ?? createConsumer(info, nowMs);
    consumer.info = info;
    consumer.atMs = nowMs;
    if (info.pending === 0) consumer.head = null;
    consumer.gap.note(nowMs, silentMs(info));
    group.consumers.set(info.name, consumer);
  }
}

function noteRows(group: GroupState, rows: readonly PendingInfo[], asked: number, nowMs: number): void {
  noteRedeliveries(group, rows, nowMs);
  const head = rows[0] ?? null;
  const complete = rows.length < asked;
  const before = group.details;
  // What lies before the head was acknowledged since.
  const older = before?.rows.filter((row) => head !== null && compareIds(row.id, head.id) >= 0) ?? [];
  const whole = asked > 1 || before === null;
  group.details = {
    atMs: nowMs,
    of: group.info,
    verdictDueMs: Number.POSITIVE_INFINITY,
    head,
    rows: whole ? [...rows] : older,
    rowsComplete: whole ? complete : false,
    rowsAtMs: whole ? (asked > 1 ? nowMs : 0) : before.rowsAtMs,
  };
  const heads = new Map<string, PendingInfo>();
  for (const row of rows) if (row.consumer !== null && !heads.has(row.consumer)) heads.set(row.consumer, row);
  for (const consumer of group.consumers.values()) {
    const found = heads.get(consumer.info.name);
    if (found !== undefined) consumer.head = found;
    else if (complete) consumer.head = null;
  }
}

const pendingCommand = (group: GroupState, ...range: (string | number | Buffer)[]): Command => [
  "XPENDING",
  group.stream.key,
  keyOf("", group.name),
  ...range,
];

export interface Details {
  /** Reads these groups, in rounds; another look at the same group replaces the last. */
  read(redis: Redis, groups: readonly GroupState[], nowMs: number, budget: DetailBudget): Promise<void>;
}

/** @param leastDeadAfterMs the least silence that counts as dead; undefined = 60 s */
export function createDetails(leastDeadAfterMs: number | undefined): Details {
  /** In the order of their last look, with how many consumers each keeps. */
  const kept = new Map<GroupState, number>();
  const lists = new Set<GroupState>();
  let consumers = 0;

  /** Bounds what is remembered: the groups that were looked into longest ago forget. */
  const keep = (group: GroupState) => {
    consumers += group.consumers.size - (kept.get(group) ?? 0);
    kept.delete(group);
    kept.set(group, group.consumers.size);
    for (const [oldest, size] of kept) {
      if (consumers <= KEPT_CONSUMERS_MAX || oldest === group) break;
      forgetDetails(oldest);
      kept.delete(oldest);
      consumers -= size;
    }
    if ((group.details?.rows.length ?? 0) <= SHORT_LIST) return;
    lists.delete(group);
    lists.add(group);
    for (const oldest of lists) {
      if (lists.size <= KEPT_LISTS_MAX) break;
      lists.delete(oldest);
      if (oldest.details !== null) oldest.details = { ...oldest.details, rows: [], rowsComplete: false };
    }
  };

  const readHeads = async (
    redis: Redis,
    groups: readonly GroupState[],
    nowMs: number,
    budget: DetailBudget,
  ) => {
    const asked = groups.flatMap((group) => {
      const chosen = suspects(group, nowMs, budget.heads);
      budget.heads -= chosen.length;
      return chosen.map((consumer) => ({ group, consumer }));
    });
    if (asked.length === 0) return;
    const replies = await batch(
      redis,
      asked.map(({ group, consumer }) => pendingCommand(group, "-", "+", 1, keyOf("", consumer.info.name))),
    );
    for (const [index, { consumer }] of asked.entries()) {
      const rows = pendingOf(replies[index]);
      if (rows !== null) consumer.head = rows[0] ?? null;
    }
  };

  const readRound = async (
    redis: Redis,
    groups: readonly GroupState[],
    nowMs: number,
    budget: DetailBudget,
  ) => {
    const plans = groups.map((group) => ({
      group,
      rows: group.info.pending > 0 ? listLength(group, nowMs, budget) : 0,
      next: wantsNext(group),
    }));
    const replies = await batch(
      redis,
      plans.flatMap(({ group, rows, next }): Command[] => [
        ["XINFO", "CONSUMERS", group.stream.key, keyOf("", group.name)],
        ...(rows > 0 ? [pendingCommand(group, "-", "+", rows)] : []),
        ...(next
          ? [["XRANGE", group.stream.key, nextId(group.info.lastDelivered), "+", "COUNT", 1] as const]
          : []),
      ]),
    );
    let at = 0;
    const take = (): Reply => {
      at += 1;
      return replies[at - 1];
    };
    for (const { group, rows, next } of plans) {
      const infos = consumersOf(take());
      if (infos !== null) noteConsumers(group, infos, nowMs);
      noteRows(group, rows > 0 ? (pendingOf(take()) ?? []) : [], rows, nowMs);
      if (next) {
        const found: unknown = take();
        if (Array.isArray(found)) {
          const entry: unknown = found[0];
          group.next = {
            after: group.info.lastDelivered,
            id: Array.isArray(entry) ? textOf(entry[0]) : null,
          };
        }
      }
      keep(group);
    }
    await readHeads(redis, groups, nowMs, budget);
    for (const group of groups) {
      group.crew = crewOf(group.consumers.values(), leastDeadAfterMs);
      if (group.details !== null)
        group.details.verdictDueMs = nowMs + untilVerdictMs(group.consumers.values(), leastDeadAfterMs);
      updateBehind(group, nowMs);
    }
  };

  return {
    read: async (redis, groups, nowMs, budget) => {
      for (let start = 0; start < groups.length; start += ROUND)
        await readRound(redis, groups.slice(start, start + ROUND), nowMs, budget);
    },
  };
}
