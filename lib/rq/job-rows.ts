/**
 * Rows of job lists. Two round trips a page: sizes and short fields, then what may be long and is not. A list
 * never reads a whole hash: `data`, `meta` and `description` may hold megabytes each.
 *
 * The function's name is read from the call itself (its first kilobyte), because `description` can be any text
 * that someone set; it is derived from the description only where the call is too long or cannot be read.
 */
import type { Redis } from "ioredis";
import type { JobSummary } from "../api/schemas/jobs";
import { batch, type Command, count, type Reply } from "../redis/pipeline";
import { type Failure, readFailures } from "./failure-reader";
import { bytesField, nameField, numberField, textField, timeField } from "./hash";
import { jobKey, workerKey } from "./keys";
import { funcNameOf } from "./payload/call";

const FIELDS = [
  "status",
  "origin",
  "created_at",
  "enqueued_at",
  "started_at",
  "ended_at",
  "worker_name",
  "timeout",
  "retries_left",
] as const;

const DATA_BYTES_MAX = 4_096;
const DESCRIPTION_BYTES_MAX = 16_384;
const DESCRIPTION_CHARS_MAX = 300;

export interface RowRef {
  id: string;
  /** The queue whose list it stands in. */
  queue: string;
  dueMs: number | null;
}

export type ErrorLine = Pick<Failure, "error" | "fingerprint">;

/** What is known already of why a job failed; null = not parsed yet. */
export interface KnownErrors {
  errorOf(queue: string, id: string): ErrorLine | null;
}

/** `failed` rows say their error, `started` rows whether their worker lives. */
export type RowKind = "failed" | "started" | "plain";

interface Asked {
  ref: RowRef;
  short: Reply;
  sizes: { data: number; description: number };
}

/** `pkg.func(1, b=2)` → `pkg.func`: RQ's own description; another text gives null. */
export function funcOfDescription(description: string | null): string | null {
  return /^([A-Za-z_][\w.]*)\(.*\)$/s.exec(description ?? "")?.[1] ?? null;
}

async function askShort(redis: Redis, refs: readonly RowRef[]): Promise<Asked[]> {
  const replies = await batch(
    redis,
    refs.flatMap(({ id }): Command[] => {
      const key = jobKey(id);
      return [
        ["HMGET", key, ...FIELDS],
        ["HSTRLEN", key, "data"],
        ["HSTRLEN", key, "description"],
      ];
    }),
  );
  return refs.map((ref, index) => ({
    ref,
    short: replies[index * 3],
    sizes: { data: count(replies[index * 3 + 1]) ?? 0, description: count(replies[index * 3 + 2]) ?? 0 },
  }));
}

const fits = (size: number, max: number) => size > 0 && size <= max;

/** What the second trip may read of one row. */
function longFields({ sizes }: Asked): string[] {
  const fields: string[] = [];
  if (fits(sizes.data, DATA_BYTES_MAX)) fields.push("data");
  if (fits(sizes.description, DESCRIPTION_BYTES_MAX)) fields.push("description");
  return fields;
}

interface Long {
  data: Buffer | null;
  description: Buffer | null;
}

async function askLong(
  redis: Redis,
  asked: readonly Asked[],
  workers: readonly string[],
): Promise<{ rows: Long[]; alive: ReadonlyMap<string, boolean> }> {
  const commands: Command[] = [];
  const plans = asked.map((row) => {
    const fields = longFields(row);
    const at = commands.length;
    if (fields.length > 0) commands.push(["HMGET", jobKey(row.ref.id), ...fields]);
    return { fields, at };
  });
  const firstWorker = commands.length;
  commands.push(...workers.map((name): Command => ["HMGET", workerKey(name), "birth", "death"]));
  const replies = await batch(redis, commands);
  const rows = plans.map(({ fields, at }) => {
    const reply = fields.length > 0 ? replies[at] : null;
    const values = Array.isArray(reply) ? reply : [];
    const value = (field: string) => bytesField(values[fields.indexOf(field)]);
    return { data: value("data"), description: value("description") };
  });
  const alive = new Map<string, boolean>();
  workers.forEach((name, index) => {
    const lives = workerLives(replies[firstWorker + index]);
    if (lives !== null) alive.set(name, lives);
  });
  return { rows, alive };
}

/** From `HMGET worker birth death`; null = Redis would not tell. */
export function workerLives(reply: Reply): boolean | null {
  if (!Array.isArray(reply)) return null;
  return bytesField(reply[0]) !== null && bytesField(reply[1]) === null;
}

/** Why the rows failed: known lines where there are, the others are read now. */
async function errorsOf(
  redis: Redis,
  refs: readonly RowRef[],
  known: KnownErrors,
): Promise<(ErrorLine | null)[]> {
  const lines = refs.map((ref) => known.errorOf(ref.queue, ref.id));
  const unread = refs.filter((_, index) => lines[index] === null).map(({ id }) => id);
  const found = unread.length === 0 ? new Map<string, Failure | null>() : await readFailures(redis, unread);
  return refs.map(({ id }, index) => lines[index] ?? found.get(id) ?? null);
}

/**
 * Rows in the order of `refs`, one for each. Four commands a row, some six more for a failed one whose error is not
 * known yet, one more per distinct worker of started ones.
 */
export async function readRows(
  redis: Redis,
  refs: readonly RowRef[],
  kind: RowKind,
  known: KnownErrors,
): Promise<JobSummary[]> {
  if (refs.length === 0) return [];
  const asked = await askShort(redis, refs);
  const short = asked.map((row) => (Array.isArray(row.short) ? row.short : []));
  const worker = (values: readonly Reply[]) => nameField(values[FIELDS.indexOf("worker_name")]);
  const names = kind === "started" ? short.map(worker).filter((name) => name !== null) : [];
  const [{ rows, alive }, errors] = await Promise.all([
    askLong(redis, asked, [...new Set(names)]),
    kind === "failed" ? errorsOf(redis, refs, known) : [],
  ]);
  return asked.map((row, index): JobSummary => {
    const values = short[index] ?? [];
    const long = rows[index] ?? { data: null, description: null };
    const field = (name: (typeof FIELDS)[number]): Reply => values[FIELDS.indexOf(name)];
    const error = errors[index] ?? null;
    const description = textField(long.description, DESCRIPTION_CHARS_MAX);
    const workerName = worker(values);
    return {
      job_id: row.ref.id,
      status: textField(field("status")),
      origin: nameField(field("origin")),
      func_name:
        (long.data === null ? null : funcNameOf(long.data)) ??
        funcOfDescription(textField(long.description, DESCRIPTION_BYTES_MAX)),
      description,
      created_at: timeField(field("created_at")),
      enqueued_at: timeField(field("enqueued_at")),
      started_at: timeField(field("started_at")),
      ended_at: timeField(field("ended_at")),
      worker_name: workerName,
      timeout_s: numberField(field("timeout")),
      retries_left: numberField(field("retries_left")),
      error: error?.error ?? null,
      fingerprint: error?.fingerprint ?? null,
      // A hash that lacks all of this (a lone heartbeat written after a deletion) is no job for RQ either.
      ghost: Array.isArray(row.short) && values.every((value) => value === null) && row.sizes.data === 0,
      due_ms: row.ref.dueMs,
      worker_alive: workerName === null ? null : (alive.get(workerName) ?? null),
    };
  });
}
