/**
 * The smallest source that is worth something, for docs/contributing.md: plain lists used as queues. The set
 * `simple:queues` holds their names, `simple:NAME` is the list, items are pushed to its end and taken from its head.
 * Nobody notes who works on them, so crews are empty and what runs cannot be known.
 */
import type { Redis } from "ioredis";
import { bytesFromName, keyOf, nameFromBytes } from "@/lib/names";
import { batch, type Command, count, list, type Reply } from "@/lib/redis/pipeline";
import { type BacklogRef, backlogId, type Census, type Flow, type Reading, type Source } from "@/lib/source";

const INDEX = "simple:queues";
/** A list of names that no attacker can make endless. */
const QUEUES_MAX = 1_000;
const NOBODY = { live: 0, busy: 0, total: 0 };
const STILL: Flow = { in: 0, out: 0, failed: 0, delivered: 0 };

const refOf = (name: string): BacklogRef => ({ source: "rq", name });
const lengthOf = (name: string): Command => ["LLEN", keyOf("simple:", name)];

/** What one reply tells; an error (WRONGTYPE, NOPERM) is unknown, never 0. */
function readingOf(ref: BacklogRef, reply: Reply, atMs: number): Reading {
  const waiting = count(reply);
  return {
    ref,
    waiting,
    running: null,
    failed: null,
    oldestSinceMs: null,
    counts: null,
    stream: null,
    told: String(waiting),
    atMs,
    dueMs: null,
    quality: { running: "unknown", ...(waiting === null ? { waiting: "unknown" } : {}) },
  };
}

export function createSimpleSource(): Source {
  let backlogs: BacklogRef[] = [];
  let complete = true;
  let indexChanged = true;
  const lengths = new Map<string, number | null>();
  const added = new Map<string, Flow>();

  const read = async (redis: Redis, refs: readonly BacklogRef[], nowMs: number) => {
    const replies = await batch(
      redis,
      refs.map(({ name }) => lengthOf(name)),
    );
    return refs.map((ref, at) => readingOf(ref, replies[at], nowMs));
  };

  /** Counters only grow: a list that became longer took something in, one that became shorter gave something out. */
  const grow = ({ ref, waiting }: Reading) => {
    const before = lengths.get(ref.name) ?? null;
    lengths.set(ref.name, waiting);
    if (before === null || waiting === null) return;
    const flow = added.get(ref.name) ?? STILL;
    added.set(ref.name, {
      ...flow,
      in: flow.in + Math.max(0, waiting - before),
      out: flow.out + Math.max(0, before - waiting),
    });
  };

  return {
    id: "rq",
    indexKey: INDEX,
    rowsPerLook: 200,
    census: async ({ tracked, watching }, nowMs): Promise<Census> => {
      if (indexChanged || !watching) {
        indexChanged = false;
        const [reply] = await batch(tracked, [["SSCAN", INDEX, "0", "COUNT", QUEUES_MAX]]);
        if (reply instanceof Error) throw reply;
        const [cursor, members] = Array.isArray(reply) ? reply : [];
        complete = String(cursor) === "0";
        backlogs = list(members).map((member) => refOf(nameFromBytes(member)));
      }
      return { atMs: nowMs, backlogs, complete, crewTotal: NOBODY, crews: new Map(), doubted: [] };
    },
    sample: async ({ tracked }, refs, nowMs) => {
      const readings = await read(tracked, refs, nowMs);
      for (const reading of readings) grow(reading);
      return readings;
    },
    peek: read,
    settle: async () => undefined,
    flows: () => {
      const flows = [...added].map(([name, flow]) => [backlogId(refOf(name)), flow] as const);
      const sum = (of: "in" | "out") => flows.reduce((all, [, flow]) => all + flow[of], 0);
      const total: Flow = { ...STILL, in: sum("in"), out: sum("out") };
      return {
        total,
        byBacklog: new Map(flows.map(([id, flow]) => [id, { flow, quality: "estimated" as const }])),
      };
    },
    noteChanges: (keys) => {
      if (keys === null) {
        indexChanged = true;
        return "all";
      }
      const changed = new Set(keys.map((key) => key.toString("latin1")));
      indexChanged ||= changed.has(INDEX);
      return backlogs.filter(({ name }) => changed.has(`simple:${bytesFromName(name)?.toString("latin1")}`));
    },
    isUrgent: () => false,
    weigh: async () => [],
    /** Pure: what was read, and nothing else. This one knows no workers, so it can tell of growth alone; see RQ's. */
    diagnose: () => [],
  };
}
