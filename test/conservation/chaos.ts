/** Random actions by several operators, single and bulk, doubled and cut, with an account of what was acknowledged. */
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { ActionName, ItemOutcome, Operation } from "@/lib/api/schemas/operations";
import { AppError } from "@/lib/errors";
import { marksKey, type Operations, type StartRequest } from "@/lib/operations/operations";
import type { Account } from "./checker";

export type Random = () => number;

/** mulberry32: small, and the same sequence for the same seed everywhere. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Chaos {
  /** All ids that were made. */
  ids: string[];
  accountOf(id: string): Account;
  /** Sends `count` random actions, several at a time. */
  run(count: number): Promise<void>;
  /** Asks again, with their own operation ids, for all outcomes that are still unknown. */
  resolve(): Promise<void>;
  /** How many actions had which end. */
  readonly tally: Record<string, number>;
}

export interface ChaosOptions {
  random: Random;
  /** Two dashboards on one Redis. */
  operators: readonly [Operations, Operations];
  /** For reading the marks of bulk work, past the proxy. */
  redis: Redis;
  /** Makes jobs now and then, beside the actions; gives their ids. */
  make: () => Promise<string[]>;
  /** Queues of bulk work. */
  queues: readonly string[];
  /** Queues between which waiting jobs are moved: their workers run whatever comes. */
  between: readonly string[];
  /** Before how many of the actions a connection is cut, and how. */
  cuts: { share: number; cut: () => void };
  /** Ids that may be stopped, told by {@link ChaosOptions.make}. */
  stoppable: () => readonly string[];
}

const OPERATORS_AT_ONCE = 6;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const me = { name: "chaos", from: "127.0.0.1" };

export function createChaos(options: ChaosOptions): Chaos {
  const { random, operators, redis, queues } = options;
  const ids: string[] = [];
  const accounts = new Map<string, Account>();
  const unknown: { action: ActionName; id: string; operationId: string }[] = [];
  const tally: Record<string, number> = {};
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const operator = () => operators[random() < 0.5 ? 0 : 1];
  const accountOf = (id: string) => {
    const account = accounts.get(id) ?? { retries: 0, cancels: 0 };
    accounts.set(id, account);
    return account;
  };
  const credit = (action: ActionName, id: string) => {
    if (action === "retry") accountOf(id).retries += 1;
    if (action === "cancel") accountOf(id).cancels += 1;
  };
  const note = (what: string) => {
    tally[what] = (tally[what] ?? 0) + 1;
  };

  /** One operation id, sent by one to three callers at once: at most one effect, and one answer. */
  async function single(action: ActionName, id: string): Promise<void> {
    const operationId = randomUUID();
    const callers = random() < 0.3 ? 1 + Math.floor(random() * 3) : 1;
    const answers = await Promise.all(
      Array.from({ length: callers }, () => ask(operator(), action, id, operationId)),
    );
    if (answers.includes("done")) {
      credit(action, id);
      note(`${action} done`);
    } else if (answers.includes("unknown")) {
      unknown.push({ action, id, operationId });
      note(`${action} unknown`);
    } else note(`${action} ${answers[0]}`);
  }

  /**
   * Tells the outcome. What was refused because Redis could not be reached is asked again a moment later, as a
   * person does, "nothing was changed" must be true.
   */
  async function ask(
    operations: Operations,
    action: ActionName,
    id: string,
    operationId: string,
  ): Promise<ItemOutcome["outcome"]> {
    for (;;) {
      try {
        return (await operations.one(action, id, operationId, me)).outcome;
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== "UNAVAILABLE") throw error;
        note("refused while Redis was out of reach");
        await pause(20);
      }
    }
  }

  /** One operation to its end; what could not even be planned for want of Redis is asked for again. */
  async function operate(operations: Operations, request: StartRequest): Promise<Operation> {
    const operation = await operations.start(request, me).catch((error: unknown) => {
      if (error instanceof AppError && error.code === "UNAVAILABLE") return null;
      throw error;
    });
    if (operation === null) {
      await pause(20);
      return operate(operations, request);
    }
    while (operation.ended_ms === null) await pause(5);
    if (operation.state !== "done")
      throw new Error(`a ${request.action} ended as ${operation.state}: ${operation.error}`);
    return operation;
  }

  /**
   * Some jobs, or all that wait in a queue, to another one; now and then asked for by several under one operation id.
   * It changes where a job waits, and nothing of its account.
   */
  async function move(): Promise<void> {
    const from = pick(options.between);
    const to = pick(options.between.filter((queue) => queue !== from));
    if (from === undefined || to === undefined) return;
    const movable = new Set(Array.from({ length: 10 }, () => pick(ids) ?? ""));
    for (const id of ["", ...options.stoppable()]) movable.delete(id);
    const all = random() < 0.3 || movable.size === 0;
    const request: StartRequest = {
      action: "move",
      selector: all ? { queue: from, place: "queued" } : { ids: [...movable] },
      to,
      at_front: random() < 0.3,
      operation_id: randomUUID(),
    };
    const callers = random() < 0.3 ? 1 + Math.floor(random() * 3) : 1;
    const ends = await Promise.all(Array.from({ length: callers }, () => operate(operator(), request)));
    note(ends.some(({ done }) => done > 0) ? "move done" : "move skipped");
  }

  async function bulk(
    action: "retry" | "cancel",
    place: "failed" | "canceled" | "queued" | "deferred",
  ): Promise<void> {
    const queue = pick(queues);
    if (queue === undefined) return;
    const operation = await operate(operator(), { action, selector: { queue, place } });
    const marks = await redis.hgetall(marksKey(operation.operation_id));
    const done = Object.entries(marks).filter(([, mark]) => mark.startsWith(`${action}:done`));
    for (const [id] of done) credit(action, id);
    if (done.length !== operation.done)
      throw new Error(`a bulk ${action} reports ${operation.done} done, its marks say ${done.length}`);
    note(`bulk ${action}`);
  }

  async function act(): Promise<void> {
    if (random() < options.cuts.share) options.cuts.cut();
    const dice = random();
    if (dice < 0.06) {
      ids.push(...(await options.make()));
      return;
    }
    if (dice < 0.065) return bulk("retry", random() < 0.7 ? "failed" : "canceled");
    if (dice < 0.07) return bulk("cancel", random() < 0.5 ? "queued" : "deferred");
    if (dice < 0.16) return move();
    const stoppable = options.stoppable();
    if (dice < 0.19 && stoppable.length > 0) return single("stop", pick(stoppable) ?? "");
    const id = pick(ids);
    if (id !== undefined) await single(random() < 0.6 ? "retry" : "cancel", id);
  }

  return {
    ids,
    accountOf,
    tally,
    run: async (count) => {
      let left = count;
      await Promise.all(
        Array.from({ length: OPERATORS_AT_ONCE }, async () => {
          while (left-- > 0) await act();
        }),
      );
    },
    resolve: async () => {
      for (const { action, id, operationId } of unknown.splice(0)) {
        const outcome = await ask(operators[0], action, id, operationId);
        if (outcome === "done") credit(action, id);
        else if (outcome !== "skipped")
          throw new Error(`${action} of ${id} stays ${outcome} without any fault left`);
      }
    },
  };
}
