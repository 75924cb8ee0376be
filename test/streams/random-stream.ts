/**
 * Random lives of a stream with groups: added to, trimmed, deleted from, read, set back. What the stream then holds and
 * what it lost follows from the commands alone, so that a server's answers can be held against it.
 */
import { compareIds, nextId, parseId } from "@/lib/streams/ids";
import type { Random } from "../conservation/chaos";

export interface Moment {
  /** Arguments of the command that led here. */
  command: readonly [name: string, ...args: (string | number)[]];
  live: readonly string[];
  /** Ever trimmed, ever deleted. */
  trimmed: readonly string[];
  deleted: readonly string[];
}

export interface LifeOptions {
  random: Random;
  key: string;
  steps: number;
  /** Redis 7.0 and later take ENTRIESREAD. */
  counters: boolean;
}

/** How a producer chooses IDs: times, a counter, one busy millisecond, numbers that lose digits as numbers. */
const ID_STYLES: readonly ((random: Random, last: string) => string)[] = [
  (random, last) => {
    if (last === "0-0") return "1700000000000-0";
    const pause = 1n + BigInt(Math.floor(random() ** 3 * 9_000));
    return random() < 0.2 ? nextId(last) : `${parseId(last).ms + pause}-0`;
  },
  (_, last) => `${parseId(last).ms + 1n}-0`,
  (_, last) => (last === "0-0" ? "1700000000000-0" : nextId(last)),
  (_, last) => (last === "0-0" ? "9007199254740993-18446744073709551613" : nextId(last)),
];

const pick = <T>(random: Random, items: readonly T[]): T | undefined =>
  items[Math.floor(random() * items.length)];

/** What a life of one stream did, moment by moment. Every command succeeds on every server since 6.2. */
export function randomLife({ random, key, steps, counters }: LifeOptions): Moment[] {
  const makeId = pick(random, ID_STYLES) ?? ((_: Random, last: string) => nextId(last));
  // A stream that nobody deletes from has other proofs than one with holes; an orderly cap is the common case.
  const holes = random() < 0.6;
  const cap = random() < 0.5 ? 3 + Math.floor(random() * 20) : null;
  const groups: string[] = [];
  const added: string[] = [];
  let live: string[] = [];
  let trimmed: string[] = [];
  let deleted: string[] = [];
  let last = "0-0";

  const trim = (keep: (id: string, index: number) => boolean) => {
    trimmed = [...trimmed, ...live.filter((id, index) => !keep(id, index))];
    live = live.filter(keep);
  };
  const toLength = (length: number) => trim((_, index) => index >= live.length - length);

  const add = (): Moment["command"] => {
    last = makeId(random, last);
    added.push(last);
    live = [...live, last];
    if (cap === null) return ["XADD", key, last, "n", added.length];
    toLength(cap);
    return ["XADD", key, "MAXLEN", cap, last, "n", added.length];
  };
  const trimNow = (): Moment["command"] => {
    if (random() < 0.5) {
      const length = Math.floor(random() * (live.length + 2));
      toLength(length);
      return ["XTRIM", key, "MAXLEN", length];
    }
    const least = pick(random, added) ?? last;
    trim((id) => compareIds(id, least) >= 0);
    return ["XTRIM", key, "MINID", least];
  };
  const remove = (): Moment["command"] => {
    const places = [0, live.length - 1, Math.floor(random() * live.length)];
    const gone = live[pick(random, places) ?? 0];
    if (gone === undefined) return add();
    deleted = [...deleted, gone];
    live = live.filter((id) => id !== gone);
    return ["XDEL", key, gone];
  };
  const read = (): Moment["command"] => {
    const group = pick(random, groups);
    if (group === undefined) return place();
    const ack = random() < 0.2 ? ["NOACK"] : [];
    const count = 1 + Math.floor(random() ** 2 * 12);
    return ["XREADGROUP", "GROUP", group, "worker", "COUNT", count, ...ack, "STREAMS", key, ">"];
  };
  /** Where a group is put, with the number of entries before it when that is told (truly). */
  const position = (): string[] => {
    const ids = ["0", "$", pick(random, added) ?? "0", nextId(pick(random, added) ?? "0-0"), nextId(last)];
    const id = pick(random, ids) ?? "0";
    // No number is true of an ID that entries are yet to come before.
    if (!counters || random() < 0.5 || (id !== "$" && compareIds(id === "0" ? "0-0" : id, last) > 0))
      return [id];
    const at = id === "0" ? "0-0" : id === "$" ? last : id;
    return [id, "ENTRIESREAD", String(added.filter((one) => compareIds(one, at) <= 0).length)];
  };
  const place = (): Moment["command"] => {
    const group = pick(random, groups);
    if (group !== undefined && (groups.length > 3 || random() < 0.6))
      return ["XGROUP", "SETID", key, group, ...position()];
    const name = `group-${groups.length}`;
    groups.push(name);
    const [id = "0", ...read] = position();
    return ["XGROUP", "CREATE", key, name, id, "MKSTREAM", ...read];
  };
  const raise = (): Moment["command"] => {
    last = nextId(nextId(last));
    return ["XSETID", key, last];
  };

  const next = (): Moment["command"] => {
    const die = random();
    if (die < 0.45) return add();
    if (die < 0.75) return read();
    if (die < 0.81) return cap === null || holes ? trimNow() : add();
    if (die < 0.91) return holes ? remove() : read();
    if (die < 0.98) return place();
    return holes ? raise() : add();
  };
  return Array.from({ length: steps }, (_, index) => {
    const command = index === 0 ? add() : next();
    return { command, live, trimmed, deleted };
  });
}
