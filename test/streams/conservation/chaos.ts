/** Consumers that come, fail and die, and operators that act at random beside them, doubled and cut. */
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import {
  type EntryActionName,
  type EntrySelector,
  entrySelector,
  type ItemOutcome,
} from "@/lib/api/schemas/operations";
import { AppError } from "@/lib/errors";
import type { Operations } from "@/lib/operations/operations";
import type { Random } from "../../conservation/chaos";
import type { TestRedis } from "../../redis";
import { type Place, type RunningConsumer, startConsumer } from "../consumers";
import type { Account } from "./checker";

/** The least that Vigia takes, so that a short run sees many entries pass it. */
export const MIN_IDLE_MS = 1_000;

const NAMES = ["ana", "bia", "caio", "davi", "eva", "fabio"];
const OPERATORS_AT_ONCE = 6;
const me = { name: "chaos", from: "127.0.0.1" };
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Tells of every command that scripts sent, from Redis' own log of commands. */
export async function watchScripts(
  redis: Redis,
  place: Place,
  account: Account,
): Promise<{ stop: () => void }> {
  const monitor = await redis.monitor();
  monitor.on("monitor", (time: string, args: string[], source: string) => {
    if (source !== "lua" || args[1] !== place.stream) return;
    const command = args[0]?.toUpperCase();
    const atMs = Number(time) * 1_000;
    // XCLAIM key group consumer idle ID… [IDLE ms] JUSTID; XACK key group ID…
    const rest = command === "XCLAIM" ? args.slice(5) : command === "XACK" ? args.slice(3) : [];
    const released = rest.includes("IDLE");
    for (const id of rest)
      if (/^\d+-\d+$/.test(id) && id !== "0-0" && (command === "XCLAIM" || command === "XACK"))
        account.takes.push({ atMs, command, id, released });
  });
  return { stop: () => monitor.disconnect() };
}

export interface Crowd {
  /** Ends all, in the middle of whatever they do. */
  stop(): Promise<void>;
}

/**
 * Six names of consumers; of each, one lives for a while and dies with what it holds. Some read their own list at
 * their start, some reclaim, some work fails, and the producer goes on all the time.
 */
export function startCrowd(options: {
  server: TestRedis;
  place: Place;
  account: Account;
  random: Random;
  perSecond: number;
}): Crowd {
  const { server, place, account, random } = options;
  const producer = server.client();
  let stopped = false;

  const produce = async () => {
    for (let n = 0; !stopped; n++) {
      await producer.xadd(place.stream, "*", "n", n);
      account.made.add(`${n}`);
      await pause(1_000 / options.perSecond);
    }
  };
  const consumer = (name: string): RunningConsumer => {
    const temper = random();
    return startConsumer(server, {
      ...place,
      name,
      count: 1 + Math.floor(random() * 20),
      rereads: temper < 0.2,
      readsNew: temper > 0.1,
      ...(temper > 0.75 ? { reclaims: { minIdleMs: MIN_IDLE_MS, everyMs: 200 } } : {}),
      work: async (_id, fields) => {
        await pause(random() * 12);
        if (random() < 0.15) return false;
        account.worked.add(fields[1] ?? "");
        return true;
      },
      onGiven: (id, fromMs, untilMs) => {
        const touches = account.touches.get(id) ?? [];
        touches.push({ fromMs, untilMs });
        account.touches.set(id, touches);
      },
      onAcked: (id) => account.acked.add(id),
    });
  };
  const live = async (name: string) => {
    while (!stopped) {
      const running = consumer(name);
      const until = Date.now() + 200 + random() * 1_200;
      while (!stopped && Date.now() < until) await pause(20);
      await running.die();
      await pause(random() * 1_500);
    }
  };
  const all = [produce(), ...NAMES.map(live)];
  return {
    stop: async () => {
      stopped = true;
      await Promise.all(all);
    },
  };
}

export interface ChaosOptions {
  random: Random;
  /** Two dashboards on one Redis. */
  operators: readonly [Operations, Operations];
  /** Past the proxy. */
  redis: Redis;
  place: Place;
  account: Account;
  /** Before how many of the actions a connection is cut, and how. */
  cuts: { share: number; cut: () => void };
}

/** @returns runs so many random actions, several at a time; `tally` counts entries by what became of them */
export function createChaos(options: ChaosOptions) {
  const { random, operators, redis, place, account } = options;
  const tally: Record<string, number> = {};
  const note = (what: string, number = 1) => {
    tally[what] = (tally[what] ?? 0) + number;
  };
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const consumers = async (): Promise<string[]> => {
    const reply: unknown = await redis.xinfo("CONSUMERS", place.stream, place.group);
    return (Array.isArray(reply) ? reply : []).map((info: unknown[]) => String(info[1]));
  };

  /** A few entries: mostly pending ones, and now and then any, read or not, acknowledged or not. */
  const someIds = async (): Promise<string[]> => {
    const count = random() < 0.5 ? 1 : 2 + Math.floor(random() * 20);
    if (random() < 0.25) {
      const known = [...account.touches.keys()];
      return Array.from({ length: count }, () => pick(known) ?? "1-1");
    }
    const reply: unknown = await redis.call("XPENDING", place.stream, place.group, "-", "+", 300);
    const rows: unknown[][] = Array.isArray(reply) ? reply : [];
    // Mostly only what may be taken, or is about to become so.
    const idle = random() < 0.7 ? 0.9 * MIN_IDLE_MS : 0;
    const ids = rows.filter((row) => Number(row[2]) >= idle).map((row) => String(row[0]));
    const from = Math.floor(random() * ids.length);
    return ids.length === 0 ? ["1-1"] : ids.slice(from, from + count);
  };

  const selection = async (action: EntryActionName): Promise<EntrySelector | null> => {
    const names = await consumers();
    const to = pick(names);
    if (to === undefined) return null;
    const heir = action === "claim" ? { to } : {};
    const base = { ...place, min_idle_ms: MIN_IDLE_MS, ...heir };
    // An ack is told entry by entry, so that each is known to be an operator's.
    if (action === "ack" || random() < 0.8) return entrySelector.parse({ ...base, ids: await someIds() });
    if (action === "dead-letter") return entrySelector.parse({ ...base, min_deliveries: 4 });
    const consumer = pick(names.filter((name) => name !== to));
    return consumer === undefined ? null : entrySelector.parse({ ...base, consumer });
  };

  /** What was refused because Redis could not be reached is asked again: "nothing was changed" must be true. */
  const ask = async (
    operations: Operations,
    action: EntryActionName,
    selector: EntrySelector,
    id: string,
  ) => {
    for (;;) {
      try {
        await operations.start({ action, selector, operation_id: id }, me);
        const { operation } = await operations.settled(id, 60_000);
        if (operation.state !== "done")
          throw new Error(`${action} ended as ${operation.state}: ${operation.error}`);
        return operation;
      } catch (error) {
        // A consumer may be gone by the time of the claim for it.
        if (error instanceof AppError && error.code === "CONFLICT") return null;
        if (!(error instanceof AppError) || error.code !== "UNAVAILABLE") throw error;
        note("refused while Redis was out of reach");
        await pause(20);
      }
    }
  };

  const credit = (
    action: EntryActionName,
    ids: readonly string[] | undefined,
    done: number,
    items: readonly ItemOutcome[],
  ) => {
    note(`${action} done`, done);
    for (const { reason } of items) if (reason !== null) note(`${action} ${reason}`);
    if (action === "requeue") account.requeued += done;
    if (action === "dead-letter") account.deadLettered += done;
    if (action !== "ack") return;
    const left = new Set(items.map(({ id }) => id));
    for (const id of ids ?? []) if (!left.has(id)) account.dismissed.add(id);
  };

  const act = async (): Promise<void> => {
    // Consumers need time to leave something to rescue.
    await pause(random() * 150);
    if (random() < options.cuts.share) options.cuts.cut();
    const dice = random();
    const action: EntryActionName =
      dice < 0.25
        ? "claim"
        : dice < 0.45
          ? "release"
          : dice < 0.7
            ? "requeue"
            : dice < 0.83
              ? "dead-letter"
              : "ack";
    const selector = await selection(action);
    if (selector === null) return pause(20);
    const id = randomUUID();
    const first = operators[random() < 0.5 ? 0 : 1];
    // One operation id of two dashboards at once: at most one effect. A selection by place is planned by each of
    // them for itself; the second then finds less, and tells of less.
    const callers = selector.ids !== undefined && random() < 0.3 ? operators : [first];
    const answers = await Promise.all(callers.map((operations) => ask(operations, action, selector, id)));
    const answer = answers.find((operation) => operation !== null);
    if (answer === undefined || answer === null) return;
    credit(action, selector.ids, answer.done, answer.items);
  };

  return {
    tally,
    run: async (count: number) => {
      let left = count;
      await Promise.all(
        Array.from({ length: OPERATORS_AT_ONCE }, async () => {
          while (left-- > 0) await act();
        }),
      );
    },
  };
}
