/**
 * RQ's workers. An idle worker beats only when its blocking pop returns, up to 405 s apart by default, so age
 * alone says nothing: the TTL that it granted itself says when the next beat is due.
 */
import type { Redis } from "ioredis";
import type { Worker } from "../api/schemas/jobs";
import { nameFromBytes } from "../names";
import { batch, type Command, count, list, type Reply, textOf } from "../redis/pipeline";
import { readBriefs } from "./job-brief";
import { type Key, SUSPENDED, timeOf, WORKERS, workerKey, workerOfMember } from "./keys";

/** Workers read at most; the page says when there are more. */
const WORKERS_MAX = 5_000;
const SMEMBERS_MAX = 10_000;
/** RQ's TTLs are its beat interval plus 60 s. */
const TTL_MARGIN_MS = 60_000;
const BEAT_SLACK_MS = 15_000;
const BEAT_MIN_MS = 60_000;
/** Without a TTL (a hash that lost it) the default schedule of an idle worker is assumed. */
const DEFAULT_TTL_MS = 480_000;

const FIELDS = [
  "birth",
  "last_heartbeat",
  "death",
  "shutdown_requested_date",
  "queues",
  "pid",
  "hostname",
  "version",
  "python_version",
  "state",
  "current_job",
  "successful_job_count",
  "failed_job_count",
  "total_working_time",
] as const;
type Field = (typeof FIELDS)[number];

/** What one worker's hash said. */
export interface WorkerLook {
  worker: Worker;
  /** Redis time at which the hash is gone unless the worker beats again; null = it never goes. */
  expiresAtMs: number | null;
}

/** Two commands a worker. */
export const workerCommands = (name: string): Command[] => [
  ["HMGET", workerKey(name), ...FIELDS],
  ["PTTL", workerKey(name)],
];

/** `queues` is joined by commas, so a queue with a comma in its name reads as two. */
function queueNames(value: Buffer | undefined): string[] {
  if (value === undefined || value.length === 0) return [];
  const names: string[] = [];
  for (let start = 0; start <= value.length; ) {
    const comma = value.indexOf(0x2c, start);
    const end = comma < 0 ? value.length : comma;
    if (end > start) names.push(nameFromBytes(value.subarray(start, end)));
    start = end + 1;
  }
  return names;
}

function stateOf(text: string | null, currentJob: string | null): Worker["state"] {
  if (text === "started") return "starting";
  if (text === "busy" || text === "idle" || text === "suspended") return text;
  return currentJob === null ? "idle" : "busy";
}

/** @param replies the two replies of {@link workerCommands} */
export function lookAt(name: string, replies: readonly [Reply, Reply], nowMs: number): WorkerLook {
  const values = Array.isArray(replies[0]) ? replies[0] : [];
  const raw = (field: Field): Buffer | undefined => {
    const value: unknown = values[FIELDS.indexOf(field)];
    return Buffer.isBuffer(value) ? value : undefined;
  };
  const text = (field: Field) => textOf(raw(field) ?? null);
  const number = (field: Field) => count(raw(field) ?? null);
  const pttl = count(replies[1]);
  const expiresInMs = pttl !== null && pttl >= 0 ? pttl : null;

  const heartbeatMs = timeOf(text("last_heartbeat"));
  const birthMs = timeOf(text("birth"));
  const exists = values.some((value) => value !== null);
  const grantedMs =
    expiresInMs === null || heartbeatMs === null
      ? DEFAULT_TTL_MS
      : expiresInMs + Math.max(0, nowMs - heartbeatMs);
  const dueMs =
    heartbeatMs === null
      ? null
      : heartbeatMs + Math.max(BEAT_MIN_MS, grantedMs - TTL_MARGIN_MS + BEAT_SLACK_MS);
  const said = raw("current_job");
  const currentJob = said === undefined || said.length === 0 ? null : nameFromBytes(said);
  const alive = exists && birthMs !== null && !text("death");
  const state: Worker["state"] = alive
    ? dueMs !== null && nowMs > dueMs
      ? "late"
      : stateOf(text("state"), currentJob)
    : exists && birthMs === null
      ? "ghost"
      : "dead";
  return {
    worker: {
      name,
      state,
      alive,
      queues: queueNames(raw("queues")),
      hostname: text("hostname"),
      pid: number("pid"),
      version: text("version"),
      python_version: text("python_version"),
      birth_ms: birthMs,
      heartbeat_ms: heartbeatMs,
      heartbeat_due_ms: dueMs,
      current_job: currentJob,
      current_job_func: null,
      current_job_started_ms: null,
      successful_jobs: number("successful_job_count") ?? 0,
      failed_jobs: number("failed_job_count") ?? 0,
      working_s: number("total_working_time"),
      shutdown_requested_ms: timeOf(text("shutdown_requested_date")),
    },
    expiresAtMs: expiresInMs === null ? null : nowMs + expiresInMs,
  };
}

/**
 * Members of an index set, at most `max`; one reply where the set is small, a bounded scan where it is not.
 * @returns `complete: false` when there are more
 */
export async function members(
  redis: Redis,
  key: Key,
  max: number,
): Promise<{ members: Buffer[]; complete: boolean }> {
  const [size] = await batch(redis, [["SCARD", key]]);
  if (size instanceof Error) throw size;
  if ((count(size) ?? 0) <= SMEMBERS_MAX) {
    const [reply] = await batch(redis, [["SMEMBERS", key]]);
    if (reply instanceof Error) throw reply;
    const found = list(reply);
    return { members: found.slice(0, max), complete: found.length <= max };
  }
  const found = new Map<string, Buffer>();
  let cursor = "0";
  do {
    const [reply] = await batch(redis, [["SSCAN", key, cursor, "COUNT", 1_000]]);
    if (reply instanceof Error) throw reply;
    const parts = Array.isArray(reply) ? reply : [];
    cursor = textOf(parts[0]) ?? "0";
    for (const member of list(parts[1])) found.set(member.toString("latin1"), member);
  } while (cursor !== "0" && found.size < max);
  return { members: [...found.values()].slice(0, max), complete: cursor === "0" && found.size <= max };
}

/** Fills in what the current jobs say. */
async function withJobs(redis: Redis, workers: Worker[]): Promise<Worker[]> {
  const jobs = workers.flatMap(({ alive, current_job }) =>
    alive && current_job !== null ? [current_job] : [],
  );
  const briefs = await readBriefs(redis, jobs);
  return workers.map((worker) => {
    const brief = worker.alive && worker.current_job !== null ? briefs.get(worker.current_job) : undefined;
    if (brief === undefined) return worker;
    return { ...worker, current_job_func: brief.func, current_job_started_ms: brief.startedMs };
  });
}

const ORDER: readonly Worker["state"][] = ["dead", "ghost", "late", "busy", "starting", "suspended", "idle"];

/**
 * All registered workers, read now: those in trouble first, then busy ones, then by name. Two commands a worker
 * and two more a busy one, pipelined; at most 5,000 workers.
 * @param nowMs Redis' clock
 */
export async function readWorkers(
  redis: Redis,
  nowMs: number,
): Promise<{ workers: Worker[]; suspended: boolean; truncated: boolean }> {
  const index = await members(redis, WORKERS, WORKERS_MAX);
  const names = index.members.map(workerOfMember).filter((name) => name !== null);
  const replies = await batch(redis, [["EXISTS", SUSPENDED], ...names.flatMap(workerCommands)]);
  const looked = names.map(
    (name, at) => lookAt(name, [replies[1 + at * 2], replies[2 + at * 2]], nowMs).worker,
  );
  const workers = await withJobs(redis, looked);
  workers.sort(
    (a, b) =>
      ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  return { workers, suspended: count(replies[0]) === 1, truncated: !index.complete };
}
