/** Everything about one job. About a dozen round trips' worth of bounded reads; nothing of it is executed. */
import type { Redis } from "ioredis";
import type { JobDetail, Payload } from "../api/schemas/jobs";
import { parseTraceback } from "../failures/traceback";
import { nameFromText } from "../names";
import { batch } from "../redis/pipeline";
import { allowedActions } from "./allowed";
import { findJob } from "./find-job";
import { nameField, numberField, numbersField, textField, timeField } from "./hash";
import { type JobHash, rawFields, readJobHash } from "./job-hash";
import { funcOfDescription, workerLives } from "./job-rows";
import { workerKey } from "./keys";
import { NULL } from "./payload/atoms";
import { decodeCall } from "./payload/call";
import { decodePayload } from "./payload/payload";
import { findPlaces } from "./places";
import { readRelations } from "./relations";
import {
  exceptionText,
  type Results,
  readResults,
  returnValueOf,
  toJobResult,
  tracebackOf,
  typeOf,
} from "./results";

const DESCRIPTION_CHARS_MAX = 2_000;
const MARK_WITHOUT_STATUS = "unknown";

/** The hash without its queue: RQ itself could not place it. */
export const originOf = (hash: JobHash): string => nameField(hash.get("origin")) ?? nameFromText("");
export const statusOf = (hash: JobHash): string => textField(hash.get("status")) ?? MARK_WITHOUT_STATUS;

function unread(size: number, reason: string): Payload {
  return { encoding: "bytes", detail: null, size, truncated: true, reason, value: null };
}

/** A field that was too large to be read says so instead of looking absent. */
function payloadOf(hash: JobHash, field: string): Payload {
  const value = hash.get(field);
  const size = hash.size(field);
  if (value === null && size > 0) return unread(size, `It has ${size} bytes, more than Vigia reads.`);
  return decodePayload(value ?? Buffer.alloc(0));
}

function callOf(hash: JobHash): JobDetail["call"] {
  const data = hash.get("data");
  if (data !== null) return decodeCall(data);
  return { func_name: null, instance: null, args: [], kwargs: [], payload: payloadOf(hash, "data") };
}

/** A success without a stored value returned None; without results the hash may hold one (repeats, old Redis). */
export function latestReturn(hash: JobHash, results: Results): Payload | null {
  if (results.tooLarge !== null)
    return unread(results.tooLarge, `The results have ${results.tooLarge} bytes, more than Vigia reads.`);
  const success = results.entries.find((entry) => typeOf(entry) === "successful");
  if (success !== undefined) {
    return returnValueOf(success) ?? { ...decodePayload(Buffer.alloc(0)), value: NULL };
  }
  return hash.size("result") > 0 ? payloadOf(hash, "result") : null;
}

/** Why it failed last; null when its latest outcome is a success. */
export function latestTraceback(hash: JobHash, results: Results): string | null {
  const [latest] = results.entries;
  if (latest !== undefined && typeOf(latest) === "successful") return null;
  const text = results.entries.map(tracebackOf).find((found) => found !== null);
  return text ?? exceptionText(hash.get("exc_info"));
}

async function workerAlive(redis: Redis, name: string | null): Promise<boolean | null> {
  if (name === null) return null;
  const [reply] = await batch(redis, [["HMGET", workerKey(name), "birth", "death"]]);
  return workerLives(reply);
}

/**
 * @param given the id, or what a person may paste for it (see `findJob`)
 * @param nowMs Redis' clock
 * @throws AppError NOT_FOUND
 */
export async function readJobDetail(redis: Redis, given: string, nowMs: number): Promise<JobDetail> {
  const id = await findJob(redis, given);
  const hash = await readJobHash(redis, id);
  const status = textField(hash.get("status"));
  const queue = originOf(hash);
  const workerName = nameField(hash.get("worker_name"));
  const [results, relations, whereabouts, alive] = await Promise.all([
    readResults(redis, id),
    readRelations(redis, hash),
    findPlaces(redis, { id, queue, status }),
    workerAlive(redis, workerName),
  ]);
  const call = callOf(hash);
  const description = textField(hash.get("description"), DESCRIPTION_CHARS_MAX);
  const time = (field: string) => timeField(hash.get(field));
  const number = (field: string) => numberField(hash.get(field));
  const traceback = latestTraceback(hash, results);
  return {
    job_id: id,
    status: statusOf(hash),
    origin: queue,
    func_name: call.func_name ?? funcOfDescription(description),
    description,
    created_at: time("created_at"),
    enqueued_at: time("enqueued_at"),
    started_at: time("started_at"),
    ended_at: time("ended_at"),
    last_heartbeat: time("last_heartbeat"),
    worker_name: workerName,
    worker_alive: alive,
    timeout_s: number("timeout"),
    result_ttl_s: number("result_ttl"),
    failure_ttl_s: number("failure_ttl"),
    ttl_s: number("ttl"),
    expires_in_s: hash.ttlMs === null ? null : hash.ttlMs / 1_000,
    retries_left: number("retries_left"),
    retry_intervals_s: numbersField(hash.get("retry_intervals")),
    call,
    meta: payloadOf(hash, "meta"),
    result: latestReturn(hash, results),
    results: results.entries.map(toJobResult),
    results_total: results.total,
    traceback: traceback === null ? null : parseTraceback(traceback),
    ...relations,
    fields: rawFields(hash),
    fields_truncated: !hash.complete,
    places: whereabouts.places,
    places_complete: whereabouts.complete,
    actions: allowedActions({
      ...whereabouts,
      status,
      hasData: hash.size("data") > 0,
      rateLimited: hash.size("rate_limit_key") > 0,
      workerName,
      workerAlive: alive,
    }),
    at_ms: nowMs,
  };
}
