/**
 * Comparing Vigia with RQ field by field: a state made by real RQ in database 0 is copied key by key to database 1;
 * RQ acts on the one, Vigia on the other, and every key of the two is compared.
 */
import type { Redis } from "ioredis";
import { parseRedisUrl } from "@/lib/config";
import { type Connection, openConnection } from "@/lib/redis/connection";
import type { TestRedis } from "../redis";

/** A connection as the product opens it. */
export async function connect(url: string, readOnly = false): Promise<Connection> {
  const target = parseRedisUrl("main", url);
  if (typeof target === "string") throw new Error(target);
  const connection = openConnection(target, { readOnly });
  for (const redis of [connection.read, connection.write])
    if (redis !== null && redis.status !== "ready")
      await new Promise<void>((resolve) => redis.once("ready", resolve));
  return connection;
}

export const urlOf = (server: TestRedis, db: number): string => `redis://127.0.0.1:${server.port}/${db}`;

/** Copies all of database 0 to database 1, with TTLs, and empties the latter before. */
export async function copyState(redis: Redis): Promise<void> {
  await redis.select(1);
  await redis.flushdb();
  await redis.select(0);
  for (const key of await redis.keysBuffer("*")) await redis.call("COPY", key, key, "DB", "1");
}

export interface KeyDump {
  type: string;
  /** Seconds; -1 = never. */
  ttl: number;
  value: unknown;
}

const pairs = (flat: string[]): Record<string, string> =>
  Object.fromEntries(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? ""]] : [])));

async function read(redis: Redis, key: string, type: string): Promise<unknown> {
  const latin1 = (reply: unknown): string[] =>
    (Array.isArray(reply) ? reply : []).map((part: unknown) =>
      Buffer.isBuffer(part) ? part.toString("latin1") : JSON.stringify(part),
    );
  if (type === "hash") return pairs(latin1(await redis.callBuffer("HGETALL", key)));
  if (type === "zset") return pairs(latin1(await redis.callBuffer("ZRANGE", key, 0, -1, "WITHSCORES")));
  if (type === "list") return latin1(await redis.callBuffer("LRANGE", key, 0, -1));
  if (type === "set") return latin1(await redis.callBuffer("SMEMBERS", key)).sort();
  if (type === "stream") return JSON.stringify(await redis.call("XRANGE", key, "-", "+"));
  return await redis.get(key);
}

/** Every key of one database, except workers' own and Vigia's marks. */
export async function dump(redis: Redis, db: number): Promise<Record<string, KeyDump>> {
  await redis.select(db);
  const found: Record<string, KeyDump> = {};
  for (const key of (await redis.keys("*")).sort()) {
    if (/^(vigia:|rq:workers?[:s]|rq:workers$|rq:clean_registries|rq:scheduler)/.test(key)) continue;
    const type = await redis.type(key);
    found[key] = { type, ttl: await redis.ttl(key), value: await read(redis, key, type) };
  }
  await redis.select(0);
  return found;
}

export interface Difference {
  key: string;
  field: string;
  rq: unknown;
  vigia: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const RQ_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;

/** Equal, or two moments in RQ's own form that lie within 30 seconds. */
function same(field: string, a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "string" || typeof b !== "string") return JSON.stringify(a) === JSON.stringify(b);
  if (field === "enqueued_at")
    return RQ_TIME.test(a) && RQ_TIME.test(b) && Math.abs(Date.parse(a) - Date.parse(b)) < 30_000;
  // Scores that are moments: whole seconds in both.
  return /^\d{10}$/.test(a) && /^\d{10}$/.test(b) && Math.abs(Number(a) - Number(b)) < 30;
}

/** All differences between two dumps; TTLs may differ by the seconds that the test took. */
export function differences(rq: Record<string, KeyDump>, vigia: Record<string, KeyDump>): Difference[] {
  const found: Difference[] = [];
  for (const key of new Set([...Object.keys(rq), ...Object.keys(vigia)])) {
    const [a, b] = [rq[key], vigia[key]];
    if (a === undefined || b === undefined) {
      found.push({ key, field: "(key)", rq: a?.value ?? null, vigia: b?.value ?? null });
      continue;
    }
    if (a.ttl !== b.ttl && (a.ttl < 0 || b.ttl < 0 || Math.abs(a.ttl - b.ttl) > 30))
      found.push({ key, field: "(ttl)", rq: a.ttl, vigia: b.ttl });
    if (isRecord(a.value) && isRecord(b.value)) {
      for (const field of new Set([...Object.keys(a.value), ...Object.keys(b.value)]))
        if (!same(field, a.value[field], b.value[field]))
          found.push({ key, field, rq: a.value[field] ?? null, vigia: b.value[field] ?? null });
    } else if (!same("", a.value, b.value)) {
      found.push({ key, field: "(value)", rq: a.value, vigia: b.value });
    }
  }
  return found;
}
