/**
 * The conservation checker. At any moment each job is somewhere, never in two settled places, never twice in a list,
 * and nothing is listed that has no hash. When all is quiet, each job is in exactly one place, its status agrees, and
 * its lives add up: one for being made and one for each acknowledged retry are as many as its runs, its acknowledged
 * cancels and the wait it is in.
 */
import type { Redis } from "ioredis";

export const PLACES = [
  "queued",
  "started",
  "failed",
  "finished",
  "deferred",
  "scheduled",
  "canceled",
] as const;
export type Where = (typeof PLACES)[number] | "starting";

export interface JobState {
  /** null = the hash is gone. */
  status: string | null;
  places: Where[];
  /** Entries of its results stream: RQ writes one for each run that ended for good. */
  runs: number;
}

/** What was acknowledged about a job. */
export interface Account {
  retries: number;
  cancels: number;
}

const registryOf: Record<Exclude<Where, "queued" | "starting">, string> = {
  started: "rq:wip:",
  failed: "rq:failed:",
  finished: "rq:finished:",
  deferred: "rq:deferred:",
  scheduled: "rq:scheduled:",
  canceled: "rq:canceled:",
};

const REGISTRIES = Object.entries(registryOf) as [keyof typeof registryOf, string][];

/** All jobs and places of the queues at one moment: a single transaction. Ids that are listed but were never made show too. */
export async function snapshot(
  redis: Redis,
  queues: readonly string[],
  ids: readonly string[],
): Promise<Map<string, JobState>> {
  const asked = redis.multi();
  for (const queue of queues) {
    asked.lrange(`rq:queue:${queue}`, 0, -1);
    asked.lrange(`rq:queue:${queue}:intermediate`, 0, -1);
    for (const [, prefix] of REGISTRIES) asked.zrange(`${prefix}${queue}`, "0", "-1");
  }
  for (const id of ids) {
    asked.hget(`rq:job:${id}`, "status");
    asked.xlen(`rq:results:${id}`);
  }
  const replies = ((await asked.exec()) ?? []).map(([error, value]) => {
    if (error !== null) throw error;
    return value;
  });
  const members = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const found = new Map<string, JobState>(ids.map((id) => [id, { status: null, places: [], runs: 0 }]));
  const put = (id: string, where: Where) => {
    const job = found.get(id) ?? { status: null, places: [], runs: 0 };
    job.places.push(where);
    found.set(id, job);
  };
  let at = 0;
  for (const _ of queues) {
    for (const id of members(replies[at++])) put(id, "queued");
    for (const id of members(replies[at++])) put(id, "starting");
    // RQ 2 lists an execution, `ID:EX`.
    for (const [where] of REGISTRIES)
      for (const member of members(replies[at++]))
        put(where === "started" ? (member.split(":")[0] ?? member) : member, where);
  }
  for (const id of ids) {
    const [status, runs] = [replies[at++], replies[at++]];
    const job = found.get(id);
    if (job === undefined) continue;
    job.status = typeof status === "string" ? status : null;
    job.runs = Number(runs);
    // A flaw of RQ 2: a worker whose transaction at the end of a job has to be repeated, because a child of that job
    // came or went at that moment, leaves the execution listed as started.
    if (status === "finished") job.places = job.places.filter((where) => where !== "started");
  }
  return found;
}

/** Being started is one place, though RQ lists it in the intermediate list and the registry for a moment. */
const isInFlight = (where: Where) => where === "started" || where === "starting";

function agrees(status: string | null, where: Where): boolean {
  if (where === "failed") return status === "failed" || status === "stopped";
  return where === "starting" ? status === "queued" : status === where;
}

/** Holds at any moment, also beside workers. */
export function whileBusy(jobs: ReadonlyMap<string, JobState>): string[] {
  const faults: string[] = [];
  for (const [id, { status, places }] of jobs) {
    const settled = places.filter((where) => !isInFlight(where));
    const seen = `status ${status}, in ${places.join(" and ") || "no place"}`;
    if (status === null) faults.push(`${id}: ${places.length > 0 ? "a ghost" : "gone"}: ${seen}`);
    else if (places.length === 0) faults.push(`${id}: lost: ${seen}`);
    else if (new Set(settled).size < settled.length) faults.push(`${id}: listed twice: ${seen}`);
    else if (settled.length > 1) faults.push(`${id}: in two places: ${seen}`);
    else if (settled.length === 1 && places.length > 1) faults.push(`${id}: in flight and settled: ${seen}`);
  }
  return faults;
}

/** Holds when no worker runs a job and no action is under way. */
export function whenQuiet(jobs: ReadonlyMap<string, JobState>, accountOf: (id: string) => Account): string[] {
  const faults = whileBusy(jobs);
  for (const [id, { status, places, runs }] of jobs) {
    const [where] = places;
    if (where === undefined) continue;
    if (places.length > 1) {
      faults.push(`${id}: not in one place: ${places.join(" and ")}`);
      continue;
    }
    if (!agrees(status, where)) faults.push(`${id}: its status says ${status}, it is in ${where}`);
    const { retries, cancels } = accountOf(id);
    const waits = where === "queued" || where === "deferred" || where === "scheduled" ? 1 : 0;
    if (1 + retries !== runs + cancels + waits)
      faults.push(
        `${id}: 1 life and ${retries} retries, but ${runs} runs, ${cancels} cancels and ${waits} waiting (${status})`,
      );
  }
  return faults;
}
