/** What is read of a group's pending entries for its page: how many, their ends, each consumer's oldest, a sample. */
import type { Redis } from "ioredis";
import { keyOf, nameFromBytes } from "../names";
import { batch, type Command, count, type Reply, textOf } from "../redis/pipeline";
import { createSample, firstProbes, type Probe, type Weighed } from "./histogram";
import { isEntryId } from "./ids";
import { type ConsumerInfo, type PendingInfo, pendingOf } from "./replies";

/** Oldest entries that are read of all listed consumers together, and of one. */
const HEADS_MAX = 1_000;
const HEAD_MAX = 20;

/** `XPENDING key group`. */
export interface Summary {
  total: number;
  min: string;
  max: string;
  /** By name; null = nobody's. */
  held: ReadonlyMap<string | null, number>;
}

/** null for an empty list and for an error reply. */
export function summaryOf(reply: Reply): Summary | null {
  if (!Array.isArray(reply)) return null;
  const [total, min, max] = [count(reply[0]), textOf(reply[1]), textOf(reply[2])];
  if (!total || min === null || max === null || !isEntryId(min) || !isEntryId(max)) return null;
  const rows: unknown[] = Array.isArray(reply[3]) ? reply[3] : [];
  const held = new Map<string | null, number>();
  let unowned = total;
  for (const row of rows) {
    const [owner, number]: [unknown, unknown] = Array.isArray(row) ? [row[0], row[1]] : [null, null];
    const n = count(number);
    if (!Buffer.isBuffer(owner) || n === null) continue;
    held.set(nameFromBytes(owner), n);
    unowned -= n;
  }
  return { total, min, max, held: held.set(null, unowned) };
}

export interface PendingLook {
  /** Of each holder its entries with the lowest IDs. */
  heads: ReadonlyMap<string, readonly PendingInfo[]>;
  sample: Weighed;
}

export interface PendingPlan {
  commands: readonly Command[];
  /** One more round trip when the list is long. @param replies those of `commands` */
  finish(redis: Redis, replies: readonly Reply[]): Promise<PendingLook>;
}

const entriesOf = (reply: Reply) => pendingOf(reply) ?? [];

/**
 * A list of up to 2,000 entries is read whole; of a longer one some 70 windows of 20 entries, then as many of 40 at the
 * second round trip.
 * @param holders consumers with pending entries, one command each
 */
export function planPending(
  stream: string,
  group: string,
  summary: Summary,
  holders: readonly ConsumerInfo[],
): PendingPlan {
  const command = ({ from, to, n }: Probe, ...owner: (string | Buffer)[]): Command => [
    "XPENDING",
    keyOf("", stream),
    keyOf("", group),
    from,
    to,
    n,
    ...owner,
  ];
  const probes = firstProbes(summary.total, summary.min, summary.max);
  const n = Math.min(HEAD_MAX, Math.floor(HEADS_MAX / Math.max(1, holders.length)));
  return {
    commands: [
      ...holders.map(({ name }) => command({ from: "-", to: "+", n }, keyOf("", name))),
      ...probes.map((probe) => command(probe)),
    ],
    finish: async (redis, replies) => {
      const lists = replies.map(entriesOf);
      const heads = new Map(holders.map(({ name }, index) => [name, lists[index] ?? []]));
      const sample = createSample(summary, probes);
      const again = sample.refine(lists.slice(holders.length));
      const looked = await batch(
        redis,
        again.map((probe) => command(probe)),
      );
      const weighed = sample.finish(looked.map(entriesOf), [...heads.values()].flat(), summary.held);
      return { heads, sample: weighed };
    },
  };
}
