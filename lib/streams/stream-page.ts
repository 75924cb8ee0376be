/** One stream, read now. */
import type { Redis } from "ioredis";
import type { StreamDetail, StreamGroup } from "../api/schemas/streams";
import { keyOf } from "../names";
import { batch, count, type Reply } from "../redis/pipeline";
import { originOf } from "./dead-letters";
import { nextId } from "./ids";
import { behindOf, type LagFacts } from "./lag";
import { factsOf, groundCommands, groundOf, idsAreTimes, lagIn, lookCommands, lookOf } from "./look";
import { rawEntriesOf } from "./raw-entries";
import { type States, stateOfGroup } from "./states";
import type { StreamsWatch } from "./watch";

/** Groups whose next entry is read to learn how far behind they are. */
const NEXT_MAX = 20;
/** Of such entries at most; together they stay below 1.5 MB. */
const NEXT_BYTES = 64 * 1_024;

export interface PageContext {
  watch: StreamsWatch;
  states: States;
  /** Redis' clock. */
  nowMs: number;
}

/** ID of the first entry in an answer; null = there is none, undefined = the user may not read entries. */
export function nextIn(reply: Reply): string | null | undefined {
  const found = rawEntriesOf(reply);
  return found === null ? undefined : (found[0]?.id ?? null);
}

/** The next entry of those groups of which nothing else tells how far behind they are. */
async function readNext(
  redis: Redis,
  stream: string,
  facts: readonly LagFacts[],
  entryBytes: number | null,
  nowMs: number,
): Promise<Map<LagFacts, string | null | undefined>> {
  const asked =
    entryBytes !== null && entryBytes <= NEXT_BYTES
      ? facts.filter((of) => behindOf(of, nowMs).nextWouldTell).slice(0, NEXT_MAX)
      : [];
  const replies = await batch(
    redis,
    asked.map(
      ({ group }) => ["XRANGE", keyOf("", stream), nextId(group.lastDelivered), "+", "COUNT", 1] as const,
    ),
  );
  return new Map(asked.map((of, index) => [of, nextIn(replies[index])]));
}

/**
 * At most three round trips, the last with an entry for each of at most 20 groups.
 * @throws AppError NOT_FOUND, UNSUPPORTED (no stream)
 */
export async function readStream(redis: Redis, stream: string, context: PageContext): Promise<StreamDetail> {
  const { watch, states, nowMs } = context;
  const first = await batch(redis, [...groundCommands(stream), ["PTTL", keyOf("", stream)]]);
  const { ground, rest } = groundOf(first, stream);
  const { look } = lookOf(await batch(redis, lookCommands(stream, ground)), stream);
  const { info } = look;
  const facts = look.groups.map((group) => factsOf(look, group, ground, watch, stream));
  // The first and the last entry stand for all where memory does not tell.
  const entryBytes = ground.meanBytes ?? (info === null ? null : info.payloadBytes / 2);
  const next = await readNext(redis, stream, facts, entryBytes, nowMs);
  const watched = watch.stream(stream);
  const origin = originOf(stream);
  const pttl = count(rest[0]);
  return {
    stream,
    length: look.length,
    in_per_s: watched?.inPerS ?? null,
    added_total: info?.added ?? null,
    first_id: info?.first ?? null,
    last_id: info?.last ?? null,
    last_generated_id: info?.lastGenerated ?? null,
    ids_are_times: idsAreTimes(look, look.groups[0] ?? null, nowMs),
    memory_bytes: ground.memoryBytes,
    memory_trusted: ground.memoryTrusted,
    trimming: watched?.trimming ?? "unknown",
    evicted_per_s: watched?.evictedPerS ?? null,
    expires_s: pttl === null || pttl < 0 ? null : Math.round(pttl / 1_000),
    groups: facts.map((of): StreamGroup => {
      const { group } = of;
      const flow = watch.group(stream, group.name);
      const lag = lagIn(look, of);
      const { state, problem } = stateOfGroup(states, watch, { stream, group: group.name, lag });
      return {
        group: group.name,
        state,
        problem,
        lag,
        pending: group.pending,
        behind_ms: behindOf(of, nowMs, next.get(of)).ms,
        consumers: group.consumers,
        in_per_s: flow?.inPerS ?? null,
        out_per_s: flow?.outPerS ?? null,
      };
    }),
    dead_letters: ground.deadLetters,
    dead_letters_of: origin === null ? null : { stream: origin },
    at_ms: nowMs,
  };
}
