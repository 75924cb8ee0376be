/**
 * Repairing jobs that are listed as started and whose worker is gone. RQ's workers do so in their maintenance, every
 * ten minutes, if any worker is left; here it is done at once, and the job may also go back into its queue.
 */
import { deflateSync } from "node:zlib";
import type { Redis } from "ioredis";
import type { RepairMode, Selector, SkipReason } from "@/lib/api/schemas/operations";
import { keyOf, nameFromBytes } from "@/lib/names";
import { type Batch, MARK_TTL_S } from "@/lib/operations/contract";
import { argOf } from "@/lib/operations/invoke";
import { batch, count, list, type Reply, textOf } from "@/lib/redis/pipeline";
import { type Arg, type Script, script } from "@/lib/redis/scripts";
import { DEADLINE_SLACK_MS } from "../gone";
import { nameField, numberField } from "../hash";
import {
  dependenciesKey,
  dependentsKey,
  jobKey,
  type Key,
  placeKey,
  QUEUES,
  resultsKey,
  rqTime,
  startedMember,
  workerKey,
} from "../keys";
import { executionsKey } from "../started";
import type { Item } from "./items";
import { firstSeenKey } from "./retry";
import { runSlice } from "./run";
import { itemsById, queueNames, redisMs, registryMembers } from "./select";

const repairScript = script("rq/lua/repair.lua");

/** Jobs that wait on one job and are looked at. */
const DEPENDENTS_MAX = 1_000;

interface Entry {
  member: Buffer;
  /** null = the bare id of RQ 1.16. */
  execution: string | null;
  deadlineMs: number;
}

/** A started job, where it is listed, and what speaks against a repair. */
export interface StartedItem extends Item {
  worker: string | null;
  entries: readonly Entry[];
  /** Whether it is started and its worker gone. */
  lost: boolean;
  /** What the script will say of it, or null when it will do it. */
  reason: SkipReason | null;
}

/** Entries of `rq:wip:Q` by job id; one round trip for 1,000, and one more for RQ 2's. */
async function entriesOf(read: Redis, queue: string, bound: number): Promise<Map<string, Entry[]>> {
  const found = new Map<string, Entry[]>();
  for await (const page of registryMembers(read, "started", queue)) {
    // Only the hash tells whether the whole member is an id (RQ 1.16 allows colons) or an id and an execution.
    const whole = await batch(
      read,
      page.map(({ member }) => ["EXISTS", jobKey(nameFromBytes(member))] as const),
    );
    page.forEach(({ member, score }, at) => {
      const split = startedMember(member);
      const isBare = split.execution === null || count(whole[at]) === 1;
      const id = isBare ? nameFromBytes(member) : split.id;
      const entry = { member, execution: isBare ? null : split.execution, deadlineMs: score * 1_000 };
      found.set(id, [...(found.get(id) ?? []), entry]);
    });
    if (found.size > bound) break;
  }
  return found;
}

interface Crew {
  alive: boolean;
  currentJob: string | null;
}

async function crewOf(read: Redis, names: readonly string[]): Promise<Map<string, Crew>> {
  const replies = await batch(
    read,
    names.map((name) => ["HMGET", workerKey(name), "birth", "death", "current_job"] as const),
  );
  return new Map(
    names.map((name, at) => {
      const reply = replies[at];
      const [birth, death, job] = Array.isArray(reply) ? reply : [];
      return [name, { alive: Boolean(textOf(birth)) && !textOf(death), currentJob: nameField(job) }];
    }),
  );
}

/** Ids of jobs on which another waits that RQ runs after a failure too: only RQ itself can release it then. */
async function withHeirs(read: Redis, ids: readonly string[]): Promise<Set<string>> {
  const replies = await batch(
    read,
    ids.map((id) => ["SSCAN", dependentsKey(id), "0", "COUNT", DEPENDENTS_MAX] as const),
  );
  const children = ids.flatMap((id, at) => {
    const reply = replies[at];
    const members = Array.isArray(reply) ? list(reply[1]).slice(0, DEPENDENTS_MAX) : [];
    return members.map((child) => ({ id, child: nameFromBytes(child) }));
  });
  const flags = await batch(
    read,
    children.map(({ child }) => ["HGET", jobKey(child), "allow_dependency_failures"] as const),
  );
  return new Set(children.filter((_, at) => textOf(flags[at]) === "1").map(({ id }) => id));
}

const FIELDS = ["status", "origin", "worker_name", "rate_limit_key", "failure_ttl", "retries_left"] as const;

function judge(
  fields: Readonly<Record<(typeof FIELDS)[number], Reply>>,
  entries: readonly Entry[],
  crew: Crew | null,
  at: { id: string; nowMs: number; mode: RepairMode; hasHeirs: boolean },
): Pick<StartedItem, "lost" | "reason"> {
  const status = textOf(fields.status);
  if (status !== "started") return { lost: false, reason: status === null ? "gone" : "not-running" };
  if (entries.length === 0) return { lost: false, reason: "not-in-registry" };
  const deadlineMs = Math.max(...entries.map((entry) => entry.deadlineMs));
  const isLost =
    (crew !== null && !crew.alive) ||
    (deadlineMs <= at.nowMs && (crew?.currentJob !== at.id || deadlineMs < at.nowMs - DEADLINE_SLACK_MS));
  if (!isLost) return { lost: false, reason: "worker-alive" };
  const fails = at.mode === "fail" && (numberField(fields.retries_left) ?? 0) <= 0;
  const reason = textOf(fields.rate_limit_key)
    ? "unsupported"
    : fails && at.hasHeirs
      ? "dependents"
      : fails && numberField(fields.failure_ttl) === 0
        ? "not-kept"
        : null;
  return { lost: true, reason };
}

/**
 * Started jobs that were named, or of a place those whose worker is gone, as things stand now. The script asks again.
 * Cost: reads all of `rq:wip:Q` of the queues at hand, which holds about one entry a worker, and four commands a job.
 */
export async function selectStarted(
  read: Redis,
  selector: Selector,
  mode: RepairMode,
  bound: number,
): Promise<{ items: StartedItem[]; truncated: boolean }> {
  const named = "ids" in selector ? await itemsById(read, selector.ids) : null;
  const asked =
    "ids" in selector ? [] : selector.queue === undefined ? await queueNames(read) : [selector.queue];
  const queues = named === null ? asked : [...new Set(named.flatMap(({ queue }) => queue ?? []))];
  const listed = new Map<string, Map<string, Entry[]>>();
  for (const queue of queues) listed.set(queue, await entriesOf(read, queue, bound));
  const candidates =
    named?.map(({ id, queue }) => ({ id, queue })) ??
    [...listed].flatMap(([queue, entries]) => [...entries.keys()].map((id) => ({ id, queue })));

  const replies = await batch(
    read,
    candidates.map(({ id }) => ["HMGET", jobKey(id), ...FIELDS] as const),
  );
  const fields = candidates.map((_, at) => {
    const reply: unknown = replies[at];
    const values: readonly unknown[] = Array.isArray(reply) ? reply : [];
    const [status, origin, worker_name, rate_limit_key, failure_ttl, retries_left] = values;
    return { status, origin, worker_name, rate_limit_key, failure_ttl, retries_left };
  });
  const workers = fields.map(({ worker_name }) => nameField(worker_name));
  const crew = await crewOf(read, [...new Set(workers.flatMap((name) => name ?? []))]);
  const heirs =
    mode === "fail"
      ? await withHeirs(
          read,
          candidates.map(({ id }) => id),
        )
      : new Set<string>();
  const nowMs = await redisMs(read);
  const items = candidates.flatMap(({ id, queue }, at): StartedItem[] => {
    const of = fields[at];
    if (of === undefined) return [];
    const worker = workers[at] ?? null;
    const entries = listed.get(queue ?? "")?.get(id) ?? [];
    const by = worker === null ? null : (crew.get(worker) ?? null);
    const judged = judge(of, entries, by, { id, nowMs, mode, hasHeirs: heirs.has(id) });
    return [{ id, queue, status: textOf(of.status), worker, entries, ...judged }];
  });
  const fitting = named === null ? items.filter(({ lost }) => lost) : items;
  return { items: fitting.slice(0, bound), truncated: fitting.length > bound };
}

/** RQ's own words, so that both are one failure to whoever groups them. */
function whyFailed(nowMs: number): Buffer {
  const at = rqTime(nowMs).replace("T", " ").replace("Z", "+00:00");
  return deflateSync(Buffer.from(`Moved to FailedJobRegistry, due to AbandonedJobError, at ${at}`));
}

/**
 * Repairs started jobs, each atomically.
 * @param marks key of the operation's marks
 * @param using another text of the script, for tests that plant faults
 * @see lib/rq/lua/repair.lua
 */
export async function repairJobs(
  redis: Redis,
  items: readonly StartedItem[],
  mode: RepairMode,
  marks: string,
  using: Script = repairScript,
): Promise<Batch> {
  const nowMs = await redisMs(redis);
  const heirs =
    mode === "fail"
      ? await withHeirs(
          redis,
          items.map(({ id }) => id),
        )
      : new Set<string>();
  const why = whyFailed(nowMs);
  return runSlice(redis, "repair", using, items, marks, ({ queues, queueArgs, known }) => {
    const keys: Key[] = [marks, QUEUES];
    for (const queue of queues)
      for (const place of ["started", "queued", "failed", "scheduled"] as const)
        keys.push(placeKey(place, queue));
    const args: Arg[] = [
      MARK_TTL_S,
      mode,
      rqTime(nowMs),
      DEADLINE_SLACK_MS / 1_000,
      why,
      why.toString("base64"),
    ];
    args.push(queues.length, ...queueArgs);
    for (const { item, at, queueNumber } of known) {
      const { id, queue } = item;
      const worker = items[at]?.worker ?? null;
      const entries = items[at]?.entries ?? [];
      keys.push(
        jobKey(id),
        dependentsKey(id),
        dependenciesKey(id),
        firstSeenKey(queue, id),
        resultsKey(id),
        executionsKey(id),
        workerKey(worker ?? ""),
      );
      args.push(argOf(id), queueNumber, argOf(worker ?? ""), heirs.has(id) ? "1" : "", entries.length);
      for (const { member, execution } of entries) {
        args.push(member, execution ?? "");
        if (execution !== null) keys.push(keyOf("rq:execution:", id, `:${execution}`));
      }
    }
    return { keys, args };
  });
}
