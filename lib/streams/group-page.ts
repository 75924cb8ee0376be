/** One consumer group, read now: at most three round trips, whatever the length of its pending list. */
import type { Redis } from "ioredis";
import type { Consumer, GroupDetail } from "../api/schemas/streams";
import { keyOf } from "../names";
import { batch } from "../redis/pipeline";
import { noGroup } from "./absent";
import { deadAfterMs, stateOf } from "./consumers";
import { deliveriesOf, histogramOf } from "./histogram";
import { ageOf, nextId } from "./ids";
import { behindOf, lostOf } from "./lag";
import { factsOf, groundCommands, groundOf, idsAreTimes, isHuge, lagIn, lookCommands, lookOf } from "./look";
import { type PendingLook, planPending, summaryOf } from "./pending-sample";
import { type ConsumerInfo, consumersOf } from "./replies";
import { stateOfGroup } from "./states";
import { nextIn, type PageContext } from "./stream-page";
import type { GroupWatch } from "./watch";

const CONSUMERS_LISTED = 200;

const byPending = (a: ConsumerInfo, b: ConsumerInfo) =>
  b.pending - a.pending || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** @param held all pending entries of the group */
function consumerOf(
  info: ConsumerInfo,
  look: PendingLook | null,
  watched: GroupWatch | null,
  held: number,
  { watch: { leastDeadAfterMs }, nowMs }: PageContext,
): Consumer {
  const watch = watched?.consumers.get(info.name);
  const head = look?.heads.get(info.name)?.[0];
  const usualGapMs = watch?.usualGapMs ?? null;
  return {
    name: info.name,
    state: stateOf(info, { usualGapMs, headIdleMs: head?.idleMs ?? null, leastDeadAfterMs }),
    pending: info.pending,
    oldest_ms: head === undefined ? null : ageOf(head.id, nowMs),
    oldest_id: head?.id ?? null,
    idle_ms: info.idleMs,
    inactive_ms: info.inactiveMs,
    usual_gap_ms: usualGapMs,
    dead_after_ms: deadAfterMs(usualGapMs, leastDeadAfterMs),
    acked_per_s: watch?.ackedPerS ?? null,
    share: held === 0 ? null : Math.min(1, info.pending / held),
    reread_seen_ms: watch?.rereadSeenMs ?? null,
  };
}

/**
 * Commands: about a dozen, one for each of at most 200 consumers with pending entries, and for a pending list above 2,000
 * entries some 140 that read 20 or 40 each.
 * @throws AppError NOT_FOUND with the groups that there are, UNSUPPORTED (no stream)
 */
export async function readGroup(
  redis: Redis,
  stream: string,
  group: string,
  context: PageContext,
): Promise<GroupDetail> {
  const { watch, nowMs } = context;
  const key = keyOf("", stream);
  const name = keyOf("", group);

  const first = await batch(redis, [
    ...groundCommands(stream),
    ["XINFO", "CONSUMERS", key, name],
    ["XPENDING", key, name],
  ]);
  const { ground, rest: ofGroup } = groundOf(first, stream);
  const before = ground.groups.find((found) => found.name === group);
  if (before === undefined) throw noGroup(stream, group, ground.groups);
  const consumers = (consumersOf(ofGroup[0]) ?? []).sort(byPending);
  const listed = consumers.slice(0, CONSUMERS_LISTED);
  const summary = summaryOf(ofGroup[1]);
  const plan =
    summary === null
      ? null
      : planPending(
          stream,
          group,
          summary,
          listed.filter(({ pending }) => pending > 0),
        );

  const huge = isHuge(ground);
  const second = await batch(redis, [
    ...lookCommands(stream, ground),
    huge ? ["XLEN", key] : ["XRANGE", key, nextId(before.lastDelivered), "+", "COUNT", 1],
    ...(plan?.commands ?? []),
  ]);
  const { look, rest } = lookOf(second, stream);
  const info = look.groups.find((found) => found.name === group);
  if (info === undefined) throw noGroup(stream, group, look.groups);
  const [nextReply, ...pendingReplies] = rest;
  const pending = plan === null ? null : await plan.finish(redis, pendingReplies);

  const facts = factsOf(look, info, ground, watch, stream);
  const lag = lagIn(look, facts);
  const lost = lostOf(facts);
  const deliveries = pending === null ? null : deliveriesOf(pending.sample);
  const none = info.pending === 0 ? 0 : null;
  const watched = watch.group(stream, group);
  return {
    stream,
    group,
    state: stateOfGroup(context.states, watch, { stream, group, lag }).state,
    lag,
    pending: info.pending,
    behind_ms: behindOf(facts, nowMs, huge ? undefined : nextIn(nextReply)).ms,
    ids_are_times: idsAreTimes(look, info, nowMs),
    last_delivered_id: info.lastDelivered,
    lost: lost.lost,
    lost_quality: lost.quality,
    pending_oldest_ms: summary === null ? none : ageOf(summary.min, nowMs),
    pending_oldest_id: summary?.min ?? null,
    redelivered: deliveries?.redelivered ?? none,
    max_deliveries: deliveries?.max ?? none,
    poison: deliveries?.poison ?? none,
    consumers: listed.map((consumer) => consumerOf(consumer, pending, watched, info.pending, context)),
    consumers_complete: listed.length === consumers.length,
    histogram: pending === null ? null : histogramOf(pending.sample),
    reclaiming: {
      seen_ms: watched?.reclaimSeenMs ?? null,
      min_idle_ms: watched?.reclaimMinIdleMs ?? null,
    },
    length: look.length,
    trimming: watch.stream(stream)?.trimming ?? "unknown",
    memory_bytes: ground.memoryBytes,
    memory_trusted: ground.memoryTrusted,
    dead_letters: ground.deadLetters,
    tells_inactive: ground.features.tellsInactive || consumers.some(({ tellsInactive }) => tellsInactive),
    redis_version: ground.features.version,
    at_ms: nowMs,
  };
}
