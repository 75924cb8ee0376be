/** The flat record of one job that existing callers expect. */
import type { Redis } from "ioredis";
import type { QueueJob } from "../api/schemas/jobs";
import { fingerprintOf } from "../failures/fingerprint";
import { dateField, nameField, numberField, textField } from "./hash";
import { latestReturn, latestTraceback, originOf, statusOf } from "./job-detail";
import { readJobHash } from "./job-hash";
import { funcOfDescription } from "./job-rows";
import { funcNameOf } from "./payload/call";
import { plainJson } from "./payload/plain-json";
import { previewOf } from "./payload/preview";
import { readResults } from "./results";

const DESCRIPTION_CHARS_MAX = 2_000;
const RESULT_CHARS_MAX = 10_000;
const TRACEBACK_CHARS_MAX = 65_536;

function resultOf(payload: ReturnType<typeof latestReturn>): Pick<QueueJob, "result" | "result_text"> {
  if (payload === null) return { result: null, result_text: null };
  if (payload.value === null) return { result: null, result_text: payload.reason };
  const plain = payload.truncated ? null : plainJson(payload.value);
  return plain === null
    ? { result: null, result_text: previewOf(payload.value, RESULT_CHARS_MAX) }
    : { result: plain.json, result_text: null };
}

/**
 * Seven round trips. `result` is plain JSON, or null with `result_text` saying what it is.
 * @throws AppError NOT_FOUND
 */
export async function readQueueJob(redis: Redis, id: string): Promise<QueueJob> {
  const hash = await readJobHash(redis, id);
  const results = await readResults(redis, id);
  const traceback = latestTraceback(hash, results);
  const data = hash.get("data");
  const description = textField(hash.get("description"), DESCRIPTION_CHARS_MAX);
  const date = (field: string) => dateField(hash.get(field));
  return {
    job_id: id,
    status: statusOf(hash),
    origin: originOf(hash),
    func_name: (data === null ? null : funcNameOf(data)) ?? funcOfDescription(description),
    description,
    created_at: date("created_at"),
    enqueued_at: date("enqueued_at"),
    started_at: date("started_at"),
    ended_at: date("ended_at"),
    worker_name: nameField(hash.get("worker_name")),
    timeout_s: numberField(hash.get("timeout")),
    ...resultOf(latestReturn(hash, results)),
    error: traceback === null ? null : fingerprintOf(traceback).error,
    traceback: traceback === null ? null : traceback.slice(-TRACEBACK_CHARS_MAX),
  };
}
