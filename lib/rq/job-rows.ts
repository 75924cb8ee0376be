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
import { type ErrorLine, errorLine } from "./error-line";
import { bytesField, nameField, numberField, textField, timeField } from "./hash";
import { jobKey, resultsKey, workerKey } from "./keys";
import { funcNameOf } from "./payload/call";
import { exceptionText, latestResultCommand, resultEntries, tracebackOf } from "./results";

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
const EXCEPTION_BYTES_MAX = 65_536;
/** A stream of results beyond this is not read for one line of a list. */
const RESULTS_BYTES_MAX = 262_144;
const DESCRIPTION_CHARS_MAX = 300;

export interface RowRef {
  id: string;
  /** The queue whose list it stands in. */
  queue: string;
  dueMs: number | null;
}

/** What is known already of why a job failed; null = not parsed yet. */
export interface KnownErrors {
  errorOf(queue: string, id: string): ErrorLine | null;
}

/** `failed` rows say their error, `started` rows whether their worker lives. */
export type RowKind = "failed" | "started" | "plain";

interface Asked {
  ref: RowRef;
  known: ErrorLine | null;
  short: Reply;
  sizes: { data: number; description: number; exception: number; results: number };
}

/** `pkg.func(1, b=2)` → `pkg.func`: RQ's own description; another text gives null. */
export function funcOfDescription(description: string | null): string | null {
  return /^([A-Za-z_][\w.]*)\(.*\)$/s.exec(description ?? "")?.[1] ?? null;
}

async function askShort(
  redis: Redis,
  refs: readonly RowRef[],
  kind: RowKind,
  known: (ref: RowRef) => ErrorLine | null,
): Promise<Asked[]> {
  const commands: Command[] = [];
  const plans = refs.map((ref) => {
    const key = jobKey(ref.id);
    const error = kind === "failed" ? known(ref) : null;
    const start = commands.length;
    commands.push(["HMGET", key, ...FIELDS], ["HSTRLEN", key, "data"], ["HSTRLEN", key, "description"]);
    if (kind === "failed" && error === null)
      commands.push(["HSTRLEN", key, "exc_info"], ["MEMORY", "USAGE", resultsKey(ref.id)]);
    return { ref, known: error, start };
  });
  const replies = await batch(redis, commands);
  return plans.map(({ ref, known: error, start }) => {
    const unread = kind === "failed" && error === null;
    return {
      ref,
      known: error,
      short: replies[start],
      sizes: {
        data: count(replies[start + 1]) ?? 0,
        description: count(replies[start + 2]) ?? 0,
        exception: unread ? (count(replies[start + 3]) ?? 0) : 0,
        // Without the right to ask for sizes the newest entry is read all the same: one, of RQ's own making.
        results: unread ? (replies[start + 4] === null ? 0 : (count(replies[start + 4]) ?? 1)) : 0,
      },
    };
  });
}

const fits = (size: number, max: number) => size > 0 && size <= max;

/** The commands of the second trip for one row, and which field each value of the HMGET is. */
function longPlan(asked: Asked) {
  const fields: string[] = [];
  if (fits(asked.sizes.data, DATA_BYTES_MAX)) fields.push("data");
  if (fits(asked.sizes.description, DESCRIPTION_BYTES_MAX)) fields.push("description");
  if (fits(asked.sizes.exception, EXCEPTION_BYTES_MAX)) fields.push("exc_info");
  return { fields, results: fits(asked.sizes.results, RESULTS_BYTES_MAX) };
}

interface Long {
  data: Buffer | null;
  description: Buffer | null;
  exception: Buffer | null;
  results: Reply;
}

async function askLong(
  redis: Redis,
  asked: readonly Asked[],
  workers: readonly string[],
): Promise<{ rows: Long[]; alive: ReadonlyMap<string, boolean> }> {
  const commands: Command[] = [];
  const plans = asked.map((row) => {
    const plan = longPlan(row);
    const start = commands.length;
    if (plan.fields.length > 0) commands.push(["HMGET", jobKey(row.ref.id), ...plan.fields]);
    if (plan.results) commands.push(latestResultCommand(row.ref.id));
    return { ...plan, start };
  });
  const firstWorker = commands.length;
  commands.push(...workers.map((name): Command => ["HMGET", workerKey(name), "birth", "death"]));
  const replies = await batch(redis, commands);
  const rows = plans.map(({ fields, results, start }) => {
    const reply = fields.length > 0 ? replies[start] : null;
    const values = Array.isArray(reply) ? reply : [];
    const value = (field: string) => bytesField(values[fields.indexOf(field)]);
    return {
      data: value("data"),
      description: value("description"),
      exception: value("exc_info"),
      results: results ? replies[start + (fields.length > 0 ? 1 : 0)] : null,
    };
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

function errorOfRow(asked: Asked, long: Long): ErrorLine | null {
  if (asked.known !== null) return asked.known;
  const [latest] = resultEntries(long.results);
  const text = (latest === undefined ? null : tracebackOf(latest)) ?? exceptionText(long.exception);
  return text === null ? null : errorLine(text);
}

/**
 * Rows in the order of `refs`, one for each. Four commands a row, up to three more for a failed one whose error
 * is not known yet, one more per distinct worker of started ones.
 */
export async function readRows(
  redis: Redis,
  refs: readonly RowRef[],
  kind: RowKind,
  known: KnownErrors,
): Promise<JobSummary[]> {
  if (refs.length === 0) return [];
  const asked = await askShort(redis, refs, kind, (ref) => known.errorOf(ref.queue, ref.id));
  const short = asked.map((row) => (Array.isArray(row.short) ? row.short : []));
  const worker = (values: readonly Reply[]) => nameField(values[FIELDS.indexOf("worker_name")]);
  const names = kind === "started" ? short.map(worker).filter((name) => name !== null) : [];
  const { rows, alive } = await askLong(redis, asked, [...new Set(names)]);
  return asked.map((row, index): JobSummary => {
    const values = short[index] ?? [];
    const long = rows[index] ?? { data: null, description: null, exception: null, results: null };
    const field = (name: (typeof FIELDS)[number]): Reply => values[FIELDS.indexOf(name)];
    const error = kind === "failed" ? errorOfRow(row, long) : null;
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
