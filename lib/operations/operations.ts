/**
 * Actions on many items as operations: preview → plan (ids frozen at the start) → paced batches → report, with
 * progress and stop. Single actions take the same path with a plan of one.
 *
 * Operations themselves are kept in this process's memory, the latest 200: a restart forgets their reports, never
 * their effects. Each item's outcome stands for 24 hours in Redis, written by the script that changed the item, so
 * that a repeat with the same operation id, also from another process, does nothing twice.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "pino";
import type { Actor } from "../access/actor";
import {
  type ActionName,
  type Asked,
  entryActionName,
  type ItemOutcome,
  type Operation,
  type OperationPreview,
} from "../api/schemas/operations";
import { AppError } from "../errors";
import { log as defaultLog } from "../log";
import type { Connection } from "../redis/connection";
import { attempt, unreached } from "./attempt";
import { type EntryAsked, NotSent, type Systems, type Work } from "./contract";
import { readOnly } from "./invoke";
import { createPacer, type Pacer } from "./pacer";
import { emptyOperation, fail, ledger } from "./report";
import { runWork } from "./run";

const KEPT = 200;
/** How long a single action waits for a lost reply to be resolved; a command itself times out after 5 s. */
const ONE_PATIENCE_MS = 6_000;
/** How long the process's end waits for batches that run. */
const CLOSE_MS = 2_000;

/** Copies that are remembered for the answer of a route: as many as its `new_ids` may hold. */
const COPIES_KEPT = 200;

export type StartRequest = Asked & { operation_id?: string | undefined };

export interface Settled {
  operation: Operation;
  /** Item → its copy, of the actions that make one; the first 200. */
  copies: ReadonlyMap<string, string>;
  /** What cut the operation short; null when nothing did. */
  failure: unknown;
}

export interface Operations {
  /** What would happen; reads only. */
  preview(asked: Asked): Promise<OperationPreview>;
  /**
   * Plans and begins; answers when the plan stands. The same `operation_id` again gives the same operation.
   * @throws AppError FORBIDDEN (read-only, no permission), CONFLICT (id used for something else), INVALID_INPUT
   */
  start(request: StartRequest, actor: Actor): Promise<Operation>;
  get(id: string): Operation | null;
  /** As it stands when it has ended, or when the time is over. @throws AppError NOT_FOUND */
  settled(id: string, withinMs: number): Promise<Settled>;
  /** Lets the batch that runs end, then stops. @throws AppError NOT_FOUND */
  stop(id: string): Operation;
  /** Newest first. */
  list(): Operation[];
  /**
   * One action on one job, outside the pace of bulk work. The same operation id again gives the same outcome.
   * @returns `outcome: "unknown"` when the reply was lost and Redis could not be asked again in time
   * @throws AppError when Redis refused or was never reached: nothing was changed
   */
  one(
    action: ActionName,
    jobId: string,
    operationId: string | undefined,
    actor: Actor,
  ): Promise<ItemOutcome & { operation_id: string }>;
  /** Begins a cleanup, or gives the one that runs. */
  cleanup(actor: Actor): Operation;
  /** Stops everything and waits for batches that run, at most 2 s. */
  close(): Promise<void>;
}

interface Entry {
  operation: Operation;
  /** Compared when an id comes again. */
  asked: string;
  planned: Promise<void>;
  ended: Promise<void>;
  actor: Actor;
  copies: Map<string, string>;
  failure: unknown;
}

/** Key of an operation's marks. */
export const marksKey = (operationId: string): string => `vigia:op:${operationId}`;

export function createOperations(options: {
  connection: Connection;
  actions: Systems;
  log?: Logger;
  pacer?: Pacer;
}): Operations {
  const { connection, actions } = options;
  const log = options.log ?? defaultLog;
  const pacer = options.pacer ?? createPacer();
  const connectionId = connection.target.id;
  const entries = new Map<string, Entry>();
  let closing = false;

  const mustWrite = () => {
    if (connection.write === null) throw readOnly();
    if (closing) throw new AppError("UNAVAILABLE", "Vigia is shutting down. Nothing was changed.");
  };

  const keep = (entry: Entry) => {
    entries.set(entry.operation.operation_id, entry);
    for (const [id, old] of entries) {
      if (entries.size <= KEPT) break;
      if (old.operation.ended_ms !== null) entries.delete(id);
    }
  };

  /** Begins in the background; `planned` settles when the plan stands, and rejects when there is none. */
  const begin = (operation: Operation, asked: string, actor: Actor, plan: () => Promise<Work>): Entry => {
    const planning = plan().catch((error: unknown) => {
      throw unreached(error);
    });
    const copies = new Map<string, string>();
    const onOutcome = ({ id, new_id }: ItemOutcome) => {
      if (new_id !== undefined && copies.size < COPIES_KEPT) copies.set(id, new_id);
    };
    const marks = marksKey(operation.operation_id);
    const ended = planning
      .then((work) => runWork({ operation, work, pacer, marks, onOutcome }))
      .catch((error: unknown) => {
        log.warn({ operation_id: operation.operation_id, err: error }, "operation cut short");
        entry.failure = error;
        fail(operation, error);
      })
      .then(() => logEnd(log, operation, actor));
    const planned = planning.then(() => undefined);
    planned.catch(() => undefined);
    const entry: Entry = { operation, asked, planned, ended, actor, copies, failure: null };
    keep(entry);
    return entry;
  };

  const found = (id: string): Entry => {
    const entry = entries.get(id);
    if (entry === undefined)
      throw new AppError(
        "NOT_FOUND",
        "There is no such operation here: reports are kept until Vigia restarts.",
      );
    return entry;
  };

  return {
    preview: async (asked) => ({
      action: asked.action,
      selector: asked.selector,
      connection: connectionId,
      ...(await (ofEntries(asked) ? actions.streams.preview(asked) : actions.rq.preview(asked)).catch(
        (error: unknown) => {
          throw unreached(error);
        },
      )),
    }),

    start: async (request, actor) => {
      mustWrite();
      const { operation_id, ...wanted } = request;
      const asked = JSON.stringify(wanted);
      const id = operation_id ?? randomUUID();
      let entry = entries.get(id);
      if (entry !== undefined && entry.asked !== asked)
        throw new AppError(
          "CONFLICT",
          "This operation id was used before, for something else. Nothing was changed.",
        );
      entry ??= begin(
        emptyOperation({ id, asked: wanted, connection: connectionId, actor: actor.name }),
        asked,
        actor,
        () => (ofEntries(wanted) ? actions.streams.plan(wanted, actor) : actions.rq.plan(wanted, actor)),
      );
      await entry.planned.catch((error: unknown) => {
        // A plan that never stood is no operation: the same id may be tried again.
        entries.delete(id);
        throw error;
      });
      return entry.operation;
    },

    get: (id) => entries.get(id)?.operation ?? null,

    settled: async (id, withinMs) => {
      const entry = found(id);
      const timer = new AbortController();
      await Promise.race([
        entry.ended,
        wait(withinMs, undefined, { signal: timer.signal, ref: false }).catch(() => undefined),
      ]);
      timer.abort();
      return { operation: entry.operation, copies: entry.copies, failure: entry.failure };
    },

    stop: (id) => {
      const { operation } = found(id);
      if (operation.state === "planning" || operation.state === "running") operation.state = "stopping";
      return operation;
    },

    list: () => [...entries.values()].map(({ operation }) => operation).reverse(),

    one: async (action, jobId, operationId, actor) => {
      mustWrite();
      const id = operationId ?? randomUUID();
      const began = performance.now();
      const marks = marksKey(id);
      const tell = (outcome: Pick<ItemOutcome, "outcome" | "reason" | "status" | "final">) =>
        log.info(
          {
            action,
            connection: connectionId,
            operation_id: id,
            actor: actor.name,
            from: actor.from,
            job_id: jobId,
            outcome: outcome.outcome,
            reason: outcome.reason,
            status: outcome.status,
            final: outcome.final,
            duration_ms: Math.round(performance.now() - began),
          },
          "action",
        );
      const unknown: ItemOutcome = { id: jobId, outcome: "unknown", reason: null, status: null, final: null };
      try {
        // Planned again at each attempt: the plan reads where the job is, and an attempt may come seconds later.
        const result = await attempt(
          async () => {
            const plan = actions.rq.plan({ action, selector: { ids: [jobId] } }, actor);
            const work = await plan.catch((error: unknown) => {
              throw new NotSent(error);
            });
            return work.run(0, 1, marks);
          },
          { patienceMs: ONE_PATIENCE_MS, goOnUnsent: false },
        );
        const outcome = ("batch" in result ? result.batch.outcomes[0] : undefined) ?? unknown;
        tell(outcome);
        return { ...outcome, operation_id: id };
      } catch (error) {
        log.warn(
          {
            action,
            connection: connectionId,
            operation_id: id,
            actor: actor.name,
            from: actor.from,
            job_id: jobId,
            err: error,
            duration_ms: Math.round(performance.now() - began),
          },
          "action refused",
        );
        throw error;
      }
    },

    cleanup: (actor) => {
      mustWrite();
      for (const { operation } of entries.values())
        if (operation.action === "cleanup" && operation.ended_ms === null) return operation;
      const operation = emptyOperation({
        id: randomUUID(),
        asked: null,
        connection: connectionId,
        actor: actor.name,
      });
      return begin(operation, "cleanup", actor, () => actions.rq.cleanup()).operation;
    },

    close: async () => {
      closing = true;
      const running = [...entries.values()].filter(({ operation }) => operation.ended_ms === null);
      for (const { operation } of running) operation.state = "stopping";
      await Promise.race([
        Promise.all(running.map(({ ended }) => ended)),
        new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref()),
      ]);
    },
  };
}

const ofEntries = (asked: Asked): asked is EntryAsked => entryActionName.safeParse(asked.action).success;

/** A line of the log names the place; a thousand ids are only counted there. */
const withoutIds = (selector: object) =>
  "ids" in selector && selector.ids !== undefined ? { ...selector, ids: "listed" } : selector;

function logEnd(log: Logger, operation: Operation, actor: Actor): void {
  const facts = {
    action: operation.action,
    connection: operation.connection,
    operation_id: operation.operation_id,
    actor: actor.name,
    from: actor.from,
    selector: operation.selector === null ? null : withoutIds(operation.selector),
    to: operation.to,
    mode: operation.mode,
    ids: operation.matched,
    ...ledger(operation),
    state: operation.state,
    error: operation.error,
    duration_ms: (operation.ended_ms ?? operation.started_ms) - operation.started_ms,
  };
  if (operation.state === "failed") log.warn(facts, "operation failed");
  else log.info(facts, "action");
}
