/**
 * Replies of the stream commands as records. Maps are read by field name, never by position: versions 7.0, 7.2, 8.6
 * and 8.8 put new fields in the middle. Integers may come as numbers or text. `null` = the server did not tell.
 */
import { nameFromBytes } from "../names";
import { count, type Reply, textOf } from "../redis/pipeline";

export interface GroupInfo {
  /** String form of lib/names. */
  name: string;
  consumers: number;
  pending: number;
  lastDelivered: string;
  /** Redis 7.0 and later; null when unknown to the server too. */
  entriesRead: number | null;
  lag: number | null;
  /** Whether this server tells lag at all. */
  tellsLag: boolean;
}

export interface ConsumerInfo {
  name: string;
  pending: number;
  idleMs: number;
  /** Redis 7.2 and later: null = never got anything. */
  inactiveMs: number | null;
  tellsInactive: boolean;
}

export interface StreamInfo {
  length: number;
  lastGenerated: string;
  /** Redis 7.0 and later. */
  added: number | null;
  maxDeleted: string | null;
  first: string | null;
  last: string | null;
  groups: number;
  /** Bytes of the first and last entry in the reply: what asking cost. */
  payloadBytes: number;
}

/** One row of `XPENDING key group start end count`. */
export interface PendingInfo {
  id: string;
  /** null = unowned (released by XNACK). */
  consumer: string | null;
  idleMs: number | null;
  deliveries: number;
}

/** A map reply, flat in RESP2. Other shapes give null. */
export function mapOf(reply: Reply): Map<string, Reply> | null {
  if (!Array.isArray(reply) || reply.length % 2 !== 0) return null;
  const map = new Map<string, Reply>();
  for (let index = 0; index < reply.length; index += 2) {
    const key = textOf(reply[index]);
    if (key === null) return null;
    map.set(key, reply[index + 1]);
  }
  return map;
}

const nameOf = (reply: Reply) => (Buffer.isBuffer(reply) ? nameFromBytes(reply) : null);

/** `XINFO GROUPS`; null for an error reply. */
export function groupsOf(reply: Reply): GroupInfo[] | null {
  if (!Array.isArray(reply)) return null;
  return reply.flatMap((item) => {
    const map = mapOf(item);
    const name = nameOf(map?.get("name"));
    if (map === null || name === null) return [];
    return [
      {
        name,
        consumers: count(map.get("consumers")) ?? 0,
        pending: count(map.get("pending")) ?? 0,
        lastDelivered: textOf(map.get("last-delivered-id")) ?? "0-0",
        entriesRead: count(map.get("entries-read")),
        lag: count(map.get("lag")),
        tellsLag: map.has("lag"),
      },
    ];
  });
}

/** `XINFO CONSUMERS`; null for an error reply. */
export function consumersOf(reply: Reply): ConsumerInfo[] | null {
  if (!Array.isArray(reply)) return null;
  return reply.flatMap((item) => {
    const map = mapOf(item);
    const name = nameOf(map?.get("name"));
    if (map === null || name === null) return [];
    const inactive = count(map.get("inactive"));
    return [
      {
        name,
        pending: count(map.get("pending")) ?? 0,
        idleMs: count(map.get("idle")) ?? 0,
        inactiveMs: inactive === null || inactive < 0 ? null : inactive,
        tellsInactive: map.has("inactive"),
      },
    ];
  });
}

function entryIdOf(reply: Reply): { id: string | null; bytes: number } {
  if (!Array.isArray(reply)) return { id: null, bytes: 0 };
  const fields: unknown = reply[1];
  const bytes = Array.isArray(fields)
    ? fields.reduce<number>((sum, part) => sum + (Buffer.isBuffer(part) ? part.length : 0), 0)
    : 0;
  return { id: textOf(reply[0]), bytes };
}

/** `XINFO STREAM` without FULL: beware, it carries the whole first and last entry. null for an error reply. */
export function streamOf(reply: Reply): StreamInfo | null {
  const map = mapOf(reply);
  if (map === null) return null;
  const first = entryIdOf(map.get("first-entry"));
  const last = entryIdOf(map.get("last-entry"));
  return {
    length: count(map.get("length")) ?? 0,
    lastGenerated: textOf(map.get("last-generated-id")) ?? "0-0",
    added: count(map.get("entries-added")),
    maxDeleted: textOf(map.get("max-deleted-entry-id")),
    first: first.id,
    last: last.id,
    groups: count(map.get("groups")) ?? 0,
    payloadBytes: first.bytes + last.bytes,
  };
}

/** `XPENDING key group start end count`; null for an error reply. */
export function pendingOf(reply: Reply): PendingInfo[] | null {
  if (!Array.isArray(reply)) return null;
  return reply.flatMap((item) => {
    if (!Array.isArray(item)) return [];
    const id = textOf(item[0]);
    if (id === null) return [];
    const owner: unknown = item[1];
    const idle = count(item[2]);
    return [
      {
        id,
        consumer: Buffer.isBuffer(owner) && owner.length > 0 ? nameFromBytes(owner) : null,
        idleMs: idle === null || idle < 0 ? null : idle,
        deliveries: count(item[3]) ?? 0,
      },
    ];
  });
}
