/** Reads why jobs failed, for many at a time and within bounds: nothing that a job left behind can be too large. */
import type { Redis } from "ioredis";
import { fingerprintOf } from "../failures/fingerprint";
import { batch, type Command, count, type Reply, textOf } from "../redis/pipeline";
import { jobKey, resultsKey, timeOf } from "./keys";
import { funcNameOf } from "./payload/call";
import { inflate } from "./payload/inflate";

/** Jobs of one round trip. */
const SLICE = 50;
/** What is read of one job, and of the jobs of one round trip together. */
const TEXT_BYTES_MAX = 1_048_576;
const DATA_BYTES_MAX = 262_144;
const DESCRIPTION_BYTES_MAX = 4_096;
const ROUND_BYTES_MAX = 8_388_608;
/** Taken for a results stream whose size Redis would not tell (no permission for MEMORY USAGE). */
const UNKNOWN_BYTES = 65_536;
/** The event loop is left to others after so much work. */
const WORK_MS = 10;

export interface Failure {
  fingerprint: string;
  error_type: string;
  /** Normalised, for the title of the group. */
  message: string;
  /** Line of the error, at most 300 characters. */
  error: string;
  func: string | null;
  /** When it failed, Unix ms; null when nothing tells. */
  endedMs: number | null;
}

interface Sizes {
  id: string;
  data: number;
  excInfo: number;
  /** Memory of the results stream; null when there is none. */
  results: number | null;
}

async function sizesOf(redis: Redis, ids: readonly string[]): Promise<Sizes[]> {
  const replies = await batch(
    redis,
    ids.flatMap((id): Command[] => [
      ["HSTRLEN", jobKey(id), "data"],
      ["HSTRLEN", jobKey(id), "exc_info"],
      ["MEMORY", "USAGE", resultsKey(id)],
    ]),
  );
  return ids.map((id, index) => {
    const results = replies[index * 3 + 2];
    return {
      id,
      data: count(replies[index * 3]) ?? 0,
      excInfo: count(replies[index * 3 + 1]) ?? 0,
      results: results === null ? null : (count(results) ?? UNKNOWN_BYTES),
    };
  });
}

const within = (size: number, max: number) => (size > 0 && size <= max ? size : 0);
const readSize = ({ data, excInfo, results }: Sizes) =>
  within(data, DATA_BYTES_MAX) + within(excInfo, TEXT_BYTES_MAX) + within(results ?? 0, TEXT_BYTES_MAX);

/** Splits jobs so that one round trip stays small, whatever they hold. */
function rounds(sizes: readonly Sizes[]): Sizes[][] {
  const found: Sizes[][] = [[]];
  let bytes = 0;
  for (const one of sizes) {
    bytes += readSize(one);
    if (bytes > ROUND_BYTES_MAX) {
      found.push([]);
      bytes = readSize(one);
    }
    found.at(-1)?.push(one);
  }
  return found;
}

/** The newest entry of a results stream: its time and its fields. */
function entryOf(reply: Reply): { atMs: number | null; fields: Map<string, Buffer> } {
  const fields = new Map<string, Buffer>();
  const [entry] = Array.isArray(reply) ? reply : [];
  const [id, flat] = Array.isArray(entry) ? entry : [];
  const atMs = Number.parseInt(textOf(id) ?? "", 10);
  const values: unknown[] = Array.isArray(flat) ? flat : [];
  for (let at = 0; at + 1 < values.length; at += 2) {
    const value = values[at + 1];
    if (Buffer.isBuffer(value)) fields.set(textOf(values[at]) ?? "", value);
  }
  return { atMs: Number.isFinite(atMs) ? atMs : null, fields };
}

const inflated = (bytes: Buffer) => inflate(bytes).bytes.toString("utf8");

/** RQ's result types that say why a job failed; 5: it asked for more retries than it may have, and has no text. */
const FAILED = "2";
const RETRIES_EXCEEDED = "5";

/** The text in the order in which RQ itself looks: newest result, then the hash (where RQ 1.16 leaves some). */
function errorText(sizes: Sizes, fields: ReadonlyMap<string, Buffer>, excInfo: Buffer | null): string {
  const type = fields.get("type")?.toString();
  const stored = type === FAILED ? fields.get("exc_string") : undefined;
  const text =
    (stored === undefined ? "" : inflated(Buffer.from(stored.toString("latin1"), "base64"))) ||
    (excInfo === null ? "" : inflated(excInfo));
  if (text !== "") return text;
  if (type === RETRIES_EXCEEDED) return "Maximum retries exceeded.";
  const isHuge = (sizes.results ?? 0) > TEXT_BYTES_MAX || sizes.excInfo > TEXT_BYTES_MAX;
  return isHuge ? "The error text is too large to be read." : "No error text was kept.";
}

/** A slice keeps the whole text alive that it was cut from; a copy does not. */
const copied = (text: string) => Buffer.from(text).toString();

interface Found extends Failure {
  id: string;
}

/** The replies to one job's commands, by what was asked for. */
interface Answer {
  ended: Reply;
  data: Reply;
  excInfo: Reply;
  results: Reply;
}

function failureOf(sizes: Sizes, { ended, data, excInfo, results }: Answer): Found {
  const { atMs, fields } = entryOf(results);
  const found = fingerprintOf(errorText(sizes, fields, Buffer.isBuffer(excInfo) ? excInfo : null));
  const func = Buffer.isBuffer(data) ? funcNameOf(data) : null;
  return {
    id: sizes.id,
    fingerprint: found.fingerprint,
    error_type: copied(found.error_type),
    message: copied(found.message),
    error: copied(found.error),
    func: func === null ? null : copied(func),
    endedMs: timeOf(textOf(ended)) ?? atMs,
  };
}

const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What may be read of one job: only what its size allows. */
function questions({ id, data, excInfo, results }: Sizes): [keyof Answer, Command][] {
  const asked: [keyof Answer, Command][] = [["ended", ["HGET", jobKey(id), "ended_at"]]];
  if (within(data, DATA_BYTES_MAX) > 0) asked.push(["data", ["HGET", jobKey(id), "data"]]);
  if (within(excInfo, TEXT_BYTES_MAX) > 0) asked.push(["excInfo", ["HGET", jobKey(id), "exc_info"]]);
  if (within(results ?? 0, TEXT_BYTES_MAX) > 0) {
    asked.push(["results", ["XREVRANGE", resultsKey(id), "+", "-", "COUNT", 1]]);
  }
  return asked;
}

async function readRound(redis: Redis, sizes: readonly Sizes[]): Promise<Found[]> {
  const asked = sizes.map(questions);
  const replies = await batch(
    redis,
    asked.flatMap((one) => one.map(([, command]) => command)),
  );
  const found: Found[] = [];
  let since = performance.now();
  let at = 0;
  for (const [index, one] of sizes.entries()) {
    const answer: Answer = { ended: null, data: null, excInfo: null, results: null };
    for (const [what] of asked[index] ?? []) answer[what] = replies[at++];
    found.push(failureOf(one, answer));
    if (performance.now() - since < WORK_MS) continue;
    await pause();
    since = performance.now();
  }
  return found;
}

/** RQ's own call string, `jobs.add(1, 2)`, for jobs whose data is too large or unreadable. */
async function describe(redis: Redis, found: readonly Found[]): Promise<void> {
  const unnamed = found.filter(({ func }) => func === null);
  const lengths = await batch(
    redis,
    unnamed.map(({ id }): Command => ["HSTRLEN", jobKey(id), "description"]),
  );
  const readable = unnamed.filter((_, at) => within(count(lengths[at]) ?? 0, DESCRIPTION_BYTES_MAX) > 0);
  const texts = await batch(
    redis,
    readable.map(({ id }): Command => ["HGET", jobKey(id), "description"]),
  );
  for (const [index, failure] of readable.entries()) {
    const name = /^[\w.<>]{1,300}(?=\()/.exec(textOf(texts[index]) ?? "")?.[0];
    failure.func = name === undefined ? null : copied(name);
  }
}

/**
 * Why each of these jobs failed. A job whose hash is gone gives null. Some six commands a job, fifty jobs a round trip,
 * at most 8 MiB each; large texts are not read. Other work runs in between.
 * @throws when Redis is away
 */
export async function readFailures(
  redis: Redis,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Failure | null>> {
  const read = new Map<string, Failure | null>();
  for (let start = 0; start < ids.length; start += SLICE) {
    const sizes = await sizesOf(redis, ids.slice(start, start + SLICE));
    for (const { id } of sizes) read.set(id, null);
    for (const round of rounds(sizes.filter(({ data }) => data > 0))) {
      const found = await readRound(redis, round);
      await describe(redis, found);
      for (const { id, ...failure } of found) read.set(id, failure);
    }
  }
  return read;
}
