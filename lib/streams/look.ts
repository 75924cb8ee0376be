/**
 * One look at one stream, for its page and for those of its groups. First what costs the same for every stream; then
 * `XINFO STREAM`, which carries the whole first and last entry and is left out where entries are known to be huge.
 */
import type { Lag, StreamDetail } from "../api/schemas/streams";
import { keyOf } from "../names";
import { type Command, count, type Reply, textOf } from "../redis/pipeline";
import { noStream, requireStream, streamError } from "./absent";
import { deadLettersOf } from "./dead-letters";
import { type Features, featuresOf } from "./features";
import { isTimeId } from "./ids";
import { type LagFacts, lagOf } from "./lag";
import { type GroupInfo, groupsOf, type StreamInfo, streamOf } from "./replies";
import type { StreamsWatch } from "./watch";

/** From such a mean size of entries on, nobody asks for two of them to learn their IDs. */
const HUGE_BYTES = 2 * 1_024 * 1_024;
/** Redis 7.0 counts large pending lists several times over; below this it does not matter. */
export const PENDING_TRUSTED = 10_000;

export interface Ground {
  groups: GroupInfo[];
  features: Features;
  memoryBytes: number | null;
  memoryTrusted: boolean;
  /** Mean size of an entry in memory; null = not known. */
  meanBytes: number | null;
  deadLetters: StreamDetail["dead_letters"];
}

const GROUND_COMMANDS = 7;

export function groundCommands(stream: string): Command[] {
  const key = keyOf("", stream);
  const letters = keyOf("", deadLettersOf(stream));
  return [
    ["TYPE", key],
    ["XINFO", "GROUPS", key],
    ["XLEN", key],
    ["MEMORY", "USAGE", key],
    ["INFO", "server"],
    ["TYPE", letters],
    ["XLEN", letters],
  ];
}

/**
 * @param replies those of {@link groundCommands}, then any others, which come back as `rest`
 * @throws AppError NOT_FOUND, UNSUPPORTED (no stream); the error reply of a user who may not ask
 */
export function groundOf(replies: readonly Reply[], stream: string): { ground: Ground; rest: Reply[] } {
  const [type, groupsReply, xlen, memory, server, lettersType, lettersLength] = replies;
  requireStream(type, stream);
  const groups = groupsOf(groupsReply);
  if (groups === null)
    throw groupsReply instanceof Error ? streamError(groupsReply, stream) : noStream(stream);
  const features = featuresOf(textOf(server) ?? "");
  const memoryBytes = count(memory);
  const pending = groups.reduce((sum, group) => sum + group.pending, 0);
  const memoryTrusted = features.memoryTrusted || pending <= PENDING_TRUSTED;
  const length = count(xlen) ?? 0;
  // What is counted too much comes with pending entries, some 500 bytes each: few of them leave a mean that is of use.
  const telling = features.memoryTrusted || (memoryTrusted && pending <= length);
  const ground: Ground = {
    groups,
    features,
    memoryBytes,
    memoryTrusted,
    meanBytes: memoryBytes !== null && telling && length > 0 ? memoryBytes / length : null,
    deadLetters:
      textOf(lettersType) === "stream"
        ? { stream: deadLettersOf(stream), length: count(lettersLength) ?? 0 }
        : null,
  };
  return { ground, rest: replies.slice(GROUND_COMMANDS) };
}

export interface Look {
  /** null = was not asked for, or denied. */
  info: StreamInfo | null;
  denied: boolean;
  groups: GroupInfo[];
  length: number;
}

const LOOK_COMMANDS = 3;

/** Whether an entry is too large to be read for its ID alone. */
export function isHuge({ meanBytes }: Ground): boolean {
  return meanBytes !== null && meanBytes > HUGE_BYTES;
}

/** Side by side at the head of one write, so that nothing comes between: facts of two moments prove no lag. */
export function lookCommands(stream: string, ground: Ground): Command[] {
  const key = keyOf("", stream);
  return [isHuge(ground) ? ["XLEN", key] : ["XINFO", "STREAM", key], ["XINFO", "GROUPS", key], ["XLEN", key]];
}

/** @throws AppError NOT_FOUND when the stream went away meanwhile */
export function lookOf(replies: readonly Reply[], stream: string): { look: Look; rest: Reply[] } {
  const [infoReply, groupsReply, length] = replies;
  const groups = groupsOf(groupsReply);
  if (groups === null)
    throw groupsReply instanceof Error ? streamError(groupsReply, stream) : noStream(stream);
  const info = streamOf(infoReply);
  const look = {
    info,
    denied: infoReply instanceof Error,
    groups,
    length: info?.length ?? count(length) ?? 0,
  };
  return { look, rest: replies.slice(LOOK_COMMANDS) };
}

export function factsOf(
  look: Look,
  group: GroupInfo,
  { features }: Ground,
  watch: StreamsWatch,
  stream: string,
): LagFacts {
  const { info, length } = look;
  const watched = watch.stream(stream);
  const own = watch.group(stream, group.name);
  return {
    length,
    first: info === null ? undefined : info.first,
    last: info === null ? undefined : info.last,
    lastGenerated: info?.lastGenerated,
    maxDeleted: info === null ? undefined : info.maxDeleted,
    added: info === null ? undefined : info.added,
    group,
    fixed: features.lagFixed,
    sawBehindFirst: own?.sawBehindFirst ?? false,
    proof: own?.counterProof ?? null,
    addedAt: (id) => watched?.addedAt(id) ?? null,
  };
}

/** The lag, with the reason that only the look knows: the user may not ask for what would tell. */
export function lagIn(look: Look, facts: LagFacts): Lag {
  const lag = lagOf(facts);
  return look.denied && lag.reason !== null ? { ...lag, reason: "denied" } : lag;
}

/** Judged by the newest ID that is known; where there never was one, nothing speaks against it. */
export function idsAreTimes({ info }: Look, group: GroupInfo | null, nowMs: number): boolean {
  const newest = info?.lastGenerated ?? group?.lastDelivered ?? "0-0";
  return newest === "0-0" || isTimeId(newest, nowMs);
}
