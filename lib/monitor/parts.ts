/**
 * What each consumer of a group held over time, so that the chart of the last hour still shows a dead consumer's
 * share after its rescue. A consumer that is not told of holds nothing as long as its group is; it is forgotten
 * with its group, or when it held nothing through the longest window.
 */
import type { History } from "../api/schemas/history";
import type { Part } from "../source";
import { createRings, type Tier } from "./rings";

/** Series of one group that are told apart; the rest is one. */
const TOP = 8;
/** Parts taken at one look. */
const PARTS_MAX = 2_000;
/** Consumers remembered, 2 kB each: names that change with every start must not add up for a day. */
const REMEMBERED_MAX = 4_000;

const HELD = 0;
const OLDEST = 1;

type Series = History["parts"][number];
type Values = Series["held"];

/** One backlog at a look. */
export interface Parted {
  /** Items that its members hold together; null = unknown. */
  running: number | null;
  /** What the members hold that were told of; null where the system knows no members. */
  parts: readonly Part[] | null;
}

export interface PartsStore {
  /** @param backlogs all that exist; one that is left out ends, with its parts */
  record(atMs: number, contiguous: boolean, backlogs: ReadonlyMap<string, Parted>): void;
  /** Whether members of this backlog can be told of. */
  has(backlog: string): boolean;
  /** The eight that held most in a tier, and the rest under `""`. */
  of(backlog: string, tier: number, nowMs: number): Series[];
  bytes(): number;
}

/** What one consumer held at a look; nulls are unknown. */
interface Share {
  held: number | null;
  oldestMs: number | null;
  /** Since when it is known to have held nothing before this look. */
  zeroSinceMs: number | null;
}

interface Group {
  /** Since when all that hold something were told of without a break, Redis time; null = not now. */
  knownSinceMs: number | null;
  /** When each consumer last held something. */
  heldAtMs: Map<string, number>;
}

const summed = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : a + b);
const greater = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b));

function merged(rows: readonly Values[], by: typeof summed): Values {
  return rows.reduce((all, values) => all.map((value, at) => by(value, values[at] ?? null)));
}

/** Neither form holds a slash, so the last one parts them. */
const subjectOf = (backlog: string, name: string) => `${backlog}/${name}`;

/** @param longestMs how long a consumer that holds nothing is remembered */
export function createParts(tiers: readonly Tier[], longestMs: number): PartsStore {
  const rings = createRings<Share>(tiers, 2, 0, (share, into) => {
    into.gauges[HELD] = share.held;
    into.gauges[OLDEST] = share.oldestMs;
    into.zeroSinceMs = share.zeroSinceMs;
  });
  const groups = new Map<string, Group>();

  const oldestMs = (part: Part, atMs: number): number | null => {
    if (part.held === 0) return 0;
    return part.oldestSinceMs === null ? null : Math.max(0, atMs - part.oldestSinceMs);
  };

  /** Adds the shares of one backlog. */
  const take = (id: string, { running, parts }: Parted, atMs: number, shares: Map<string, Share>) => {
    if (parts === null) return;
    const group = groups.get(id) ?? { knownSinceMs: null, heldAtMs: new Map<string, number>() };
    groups.set(id, group);
    // Something is held and nobody is told of: this backlog is left out for now, and who holds it is unknown.
    const known = running !== null && (running === 0 || parts.length > 0);
    group.knownSinceMs = known ? (group.knownSinceMs ?? atMs) : null;
    const nothing = known ? 0 : null;
    const absent: Share = { held: nothing, oldestMs: nothing, zeroSinceMs: null };
    for (const [name, heldAtMs] of group.heldAtMs) {
      if (atMs - heldAtMs > longestMs) group.heldAtMs.delete(name);
      else shares.set(subjectOf(id, name), absent);
    }
    for (const part of parts) {
      if (part.held === 0 && !group.heldAtMs.has(part.name)) continue;
      if (part.held > 0) group.heldAtMs.set(part.name, atMs);
      shares.set(subjectOf(id, part.name), {
        held: part.held,
        oldestMs: oldestMs(part, atMs),
        zeroSinceMs: group.knownSinceMs,
      });
    }
  };

  /** Forgets those that held nothing for longest. */
  const bound = (shares: Map<string, Share>) => {
    const over = shares.size - REMEMBERED_MAX;
    if (over <= 0) return;
    const all = [...groups].flatMap(([id, { heldAtMs }]) =>
      [...heldAtMs].map(([name, atMs]) => ({ id, name, atMs })),
    );
    for (const { id, name } of all.sort((a, b) => a.atMs - b.atMs).slice(0, over)) {
      groups.get(id)?.heldAtMs.delete(name);
      shares.delete(subjectOf(id, name));
    }
  };

  return {
    record: (atMs, contiguous, backlogs) => {
      for (const id of groups.keys()) if ((backlogs.get(id)?.parts ?? null) === null) groups.delete(id);
      const shares = new Map<string, Share>();
      let room = PARTS_MAX;
      for (const [id, { running, parts }] of backlogs) {
        const fits = parts !== null && parts.length <= room;
        if (fits) room -= parts.length;
        take(id, { running, parts: parts === null || fits ? parts : [] }, atMs, shares);
      }
      bound(shares);
      rings.record(atMs, contiguous, shares);
    },
    has: (backlog) => groups.has(backlog),
    of: (backlog, tier, nowMs) => {
      const all = [...(groups.get(backlog)?.heldAtMs.keys() ?? [])]
        .map((key) => {
          const subject = subjectOf(backlog, key);
          const held = rings.values(subject, HELD, tier, nowMs);
          return { key, held, oldest_ms: rings.values(subject, OLDEST, tier, nowMs) };
        })
        .map((one) => ({ one, top: one.held.reduce<number>((top, value) => Math.max(top, value ?? 0), 0) }))
        .filter(({ top }) => top > 0)
        .sort((a, b) => b.top - a.top || (a.one.key < b.one.key ? -1 : 1))
        .map(({ one }) => one);
      const rest = all.slice(TOP);
      if (rest.length === 0) return all;
      return [
        ...all.slice(0, TOP),
        {
          key: "",
          held: merged(
            rest.map(({ held }) => held),
            summed,
          ),
          oldest_ms: merged(
            rest.map(({ oldest_ms }) => oldest_ms),
            greater,
          ),
        },
      ];
    },
    bytes: rings.bytes,
  };
}
