/**
 * One job's whole hash, within bounds: names of its fields, then their sizes, then what is not too large. Any field
 * may hold 512 MB.
 */
import type { Redis } from "ioredis";
import type { JobDetail } from "../api/schemas/jobs";
import { AppError } from "../errors";
import { nameFromBytes } from "../names";
import { batch, type Command, count, list, textOf } from "../redis/pipeline";
import { bytesField, jsonField } from "./hash";
import { jobKey } from "./keys";
import { STORED_BYTES_MAX } from "./payload/limits";

/** RQ knows about 40 fields. A hash with more than this shows only those that RQ knows. */
const FIELDS_MAX = 256;
const FIELD_BYTES_MAX = 65_536;
/** All fields of one answer together. */
const HASH_BYTES_MAX = 6 * 1_048_576;
const TEXT_CHARS_MAX = 2_000;
const HEX_BYTES_MAX = 1_000;

/** Serializers' output; shown decoded, and worth more bytes. */
const PAYLOADS = ["data", "meta", "result", "exc_info"];
const KNOWN = [
  "status",
  "origin",
  "description",
  "created_at",
  "enqueued_at",
  "started_at",
  "ended_at",
  "last_heartbeat",
  "worker_name",
  "timeout",
  "result_ttl",
  "failure_ttl",
  "ttl",
  "retries_left",
  "retry_intervals",
  "dependency_ids",
  "dependency_id",
  "allow_dependency_failures",
  "enqueue_at_front",
  "group_id",
  "number_of_retries",
  "repeats_left",
  "repeat_intervals",
  "enqueue_at_front_on_retry",
  "webhooks",
  "success_callback_name",
  "failure_callback_name",
  "stopped_callback_name",
  "success_callback_timeout",
  "failure_callback_timeout",
  "stopped_callback_timeout",
  "rate_limit_key",
  "rate_limit_concurrency",
  ...PAYLOADS,
];

interface Field {
  name: Buffer;
  size: number;
  /** null when it was too large to be read. */
  value: Buffer | null;
}

export interface JobHash {
  id: string;
  /** A field that RQ knows; null when it is missing, empty or was too large. */
  get(name: string): Buffer | null;
  /** Bytes of a field; 0 when it is missing. */
  size(name: string): number;
  fields: readonly Field[];
  /** False when the hash has more fields than are listed. */
  complete: boolean;
  /** Milliseconds until Redis drops it; null = never. */
  ttlMs: number | null;
}

const WHERE_IT_MAY_BE =
  "RQ drops finished jobs after their result_ttl (500 s by default) and failed ones after their failure_ttl; check the id, and whether the job is on another Redis or database.";

/** @throws AppError NOT_FOUND */
export function noSuchJob(id: string, kind: string): AppError {
  return kind === "none" || kind === "hash"
    ? new AppError("NOT_FOUND", `There is no job ${id} in Redis. ${WHERE_IT_MAY_BE}`)
    : new AppError("NOT_FOUND", `The key of job ${id} holds a ${kind}, which is not a job.`);
}

async function fieldNames(
  redis: Redis,
  id: string,
): Promise<{ names: Buffer[]; complete: boolean; ttlMs: number | null }> {
  const key = jobKey(id);
  const [type, length, pttl] = await batch(redis, [
    ["TYPE", key],
    ["HLEN", key],
    ["PTTL", key],
  ]);
  if (type instanceof Error) throw type;
  if (length instanceof Error && textOf(type) === "hash") throw length;
  const kind = textOf(type) ?? "none";
  if (kind !== "hash") throw noSuchJob(id, kind);
  const ttl = count(pttl);
  const ttlMs = ttl !== null && ttl >= 0 ? ttl : null;
  if ((count(length) ?? 0) > FIELDS_MAX)
    return { names: KNOWN.map((name) => Buffer.from(name)), complete: false, ttlMs };
  const [reply] = await batch(redis, [["HKEYS", key]]);
  if (reply instanceof Error) throw reply;
  return { names: list(reply).slice(0, FIELDS_MAX), complete: true, ttlMs };
}

function limitOf(name: string): number {
  return PAYLOADS.includes(name) ? STORED_BYTES_MAX : FIELD_BYTES_MAX;
}

/** Short fields first, so that large unknown ones cannot push them out of the budget. */
function chosen(fields: readonly { name: Buffer; size: number }[]): Set<number> {
  let left = HASH_BYTES_MAX;
  const indexes = new Set<number>();
  const bySize = fields.map((field, index) => ({ ...field, index })).sort((a, b) => a.size - b.size);
  for (const { name, size, index } of bySize) {
    if (size === 0 || size > limitOf(name.toString("latin1")) || size > left) continue;
    left -= size;
    indexes.add(index);
  }
  return indexes;
}

/**
 * Four round trips; at most one command for each of 256 fields, and at most 6 MB.
 * @throws AppError NOT_FOUND when there is no such hash
 */
export async function readJobHash(redis: Redis, id: string): Promise<JobHash> {
  const key = jobKey(id);
  const { names, complete, ttlMs } = await fieldNames(redis, id);
  const lengths = await batch(
    redis,
    names.map((name): Command => ["HSTRLEN", key, name]),
  );
  const sized = names.map((name, index) => ({ name, size: count(lengths[index]) ?? 0 }));
  const wanted = [...chosen(sized)];
  const [reply] =
    wanted.length === 0
      ? [[]]
      : await batch(redis, [["HMGET", key, ...wanted.map((index) => sized[index]?.name ?? "")]]);
  if (reply instanceof Error) throw reply;
  const values = Array.isArray(reply) ? reply : [];
  const read = new Map(wanted.map((index, position) => [index, bytesField(values[position])]));
  const fields = sized.map(
    ({ name, size }, index): Field => ({
      name,
      size,
      value: size === 0 ? Buffer.alloc(0) : (read.get(index) ?? null),
    }),
  );
  if (wanted.length > 0 && [...read.values()].every((value) => value === null)) throw noSuchJob(id, "none");
  const present = complete ? fields : fields.filter(({ size }) => size > 0);
  const byName = new Map(present.map((field) => [field.name.toString("latin1"), field]));
  return {
    id,
    get: (name) => bytesField(byName.get(name)?.value ?? null),
    size: (name) => byName.get(name)?.size ?? 0,
    fields: present,
    complete,
    ttlMs,
  };
}

const MASK = "•••";

/** Headers of webhooks hold tokens. What cannot be taken apart is not shown at all. */
function maskedWebhooks(value: Buffer): string | null {
  const hooks = jsonField(value);
  if (!Array.isArray(hooks)) return null;
  const masked = hooks.map((hook: unknown) => {
    if (typeof hook !== "object" || hook === null) return MASK;
    const { headers, ...rest } = hook as Record<string, unknown>; // any JSON object is one
    const names = typeof headers === "object" && headers !== null ? Object.keys(headers) : [];
    return { ...rest, headers: Object.fromEntries(names.map((name) => [name, MASK])) };
  });
  return JSON.stringify(masked);
}

const strict = new TextDecoder("utf-8", { fatal: true });

function utf8(bytes: Buffer): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

/** Every field for the raw view: text where it is text, hex otherwise, both null when it was too large to read. */
export function rawFields(hash: JobHash): JobDetail["fields"] {
  return hash.fields
    .map(({ name, size, value }) => {
      const label = nameFromBytes(name);
      if (value === null) return { name: label, text: null, hex: null, size };
      const text = label === "webhooks" ? maskedWebhooks(value) : utf8(value);
      const isHidden = label === "webhooks";
      return {
        name: label,
        text: text === null ? null : text.slice(0, TEXT_CHARS_MAX),
        hex: text === null && !isHidden ? value.subarray(0, HEX_BYTES_MAX).toString("hex") : null,
        size,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
