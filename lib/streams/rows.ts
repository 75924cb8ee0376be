/** The list of streams, from what is remembered. Costs Redis nothing. Problems are not in it: they are the monitor's to open. */
import type { StreamRow } from "../api/schemas/streams";
import { isStreamSettled } from "./due";
import { behindMsOf } from "./facts";
import type { GroupState, StreamState } from "./state";
import { trimmingOf } from "./trimming";

type GroupRow = StreamRow["groups"][number];

/** What nobody could read for so long says nothing about now. */
const UNKNOWN_AFTER_MS = 30_000;

const rounded = (rate: number | null) => (rate === null ? null : Number(rate.toPrecision(3)));

function groupRow(group: GroupState, stale: boolean, nowMs: number): GroupRow {
  return {
    group: group.name,
    state: stale || group.lag.value === null ? "unknown" : "ok",
    problem: null,
    lag: group.lag,
    pending: group.info.pending,
    behind_ms: behindMsOf(group, nowMs),
    consumers: group.info.consumers,
    in_per_s: rounded(group.inRate.perS()),
    out_per_s: rounded(group.outRate.perS()),
  };
}

function sumOf(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return values.length === 0 ? null : sum;
}

/** @param confirmed whether changes are told: what was not told of since and cannot change silently is still true */
export function rowOf(stream: StreamState, confirmed: boolean, nowMs: number): StreamRow {
  const readAtMs = stream.readAtMs ?? 0;
  const atMs =
    confirmed && !stream.changed && stream.dueMs > nowMs && isStreamSettled(stream) ? nowMs : readAtMs;
  const stale = nowMs - atMs > UNKNOWN_AFTER_MS;
  const groups = [...stream.groups.values()].map((group) => groupRow(group, stale, nowMs));
  return {
    stream: stream.name,
    // Without a group, progress cannot be seen: that is no health.
    state: groups.length > 0 && groups.every(({ state }) => state === "ok") ? "ok" : "unknown",
    length: stream.denied ? null : stream.length,
    in_per_s: rounded(stream.inRate.perS()),
    groups,
    trimming: trimmingOf(stream, nowMs),
    lag: sumOf(groups.map(({ lag }) => lag.value)),
    pending: sumOf(groups.map(({ pending }) => pending)),
    at_ms: atMs,
  };
}
