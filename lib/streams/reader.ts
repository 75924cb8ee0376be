/**
 * Looks at streams: asks for what may have changed and takes the answers in. In rounds, between which other work of
 * this process gets its turn.
 */
import type { Redis } from "ioredis";
import { batch, type Command, count } from "../redis/pipeline";
import type { Lookout } from "../source";
import { absorbStream, type Moved } from "./absorb";
import { askStreams, type StreamAnswer, type StreamQuestion } from "./ask";
import { createPayloadBudget, entryBytesAfter, isSmall, mayAskLarge } from "./entry-size";
import type { StreamState } from "./state";

/** So many replies are parsed in about 2 ms. */
const ROUND = 40;

export type Outcome =
  | { stream: StreamState; kind: "read"; moved: Moved; regrouped: boolean }
  /** `error`: no such key, another type, a refusal. */
  | { stream: StreamState; kind: "failed"; error: Error };

export interface Reader {
  read(
    lookout: Pick<Lookout, "tracked" | "watching">,
    streams: readonly StreamState[],
    look: { nowMs: number; fixed: boolean },
  ): Promise<Outcome[]>;
}

export function createReader(): Reader {
  const budget = createPayloadBudget();
  let maySize = true;

  /**
   * The mean size of entries, before `XINFO STREAM` is first asked: then it may carry two of them. `MEMORY USAGE` counts
   * pending lists too, so it errs on the side of caution.
   */
  const size = async (redis: Redis, streams: readonly StreamState[]) => {
    const unknown = streams.filter(({ entryBytes }) => entryBytes === null);
    if (unknown.length === 0 || !maySize) return;
    const replies = await batch(
      redis,
      unknown.flatMap(({ key }): Command[] => [
        ["XLEN", key],
        ["MEMORY", "USAGE", key],
      ]),
    );
    for (const [index, stream] of unknown.entries()) {
      const length = count(replies[2 * index]);
      const usage = replies[2 * index + 1];
      if (usage instanceof Error && /NOPERM|unknown command/i.test(usage.message)) maySize = false;
      const bytes = count(usage);
      if (length === 0) stream.entryBytes = 0;
      else if (length !== null && bytes !== null) stream.entryBytes = bytes / length;
    }
  };

  const questionOf = (stream: StreamState, watching: boolean, nowMs: number): StreamQuestion => {
    const fresh = stream.changed || !watching || !stream.infoCurrent;
    const info = fresh && (isSmall(stream.entryBytes) || mayAskLarge(stream, budget, nowMs));
    // What is read without need proves that changes are told: by its length.
    const proof = stream.dueMs > nowMs;
    return { key: stream.key, info, length: !info && (fresh || proof) };
  };

  const absorb = (stream: StreamState, answer: StreamAnswer, fixed: boolean, nowMs: number): Outcome => {
    if (answer.info !== null) {
      const { payloadBytes, length } = answer.info;
      if (!isSmall(entryBytesAfter(null, payloadBytes, length))) budget.spend(payloadBytes);
    }
    if (answer.groups === null)
      return { stream, kind: "failed", error: answer.error ?? new Error("XINFO GROUPS gave no list") };
    return { stream, kind: "read", ...absorbStream(stream, answer, answer.groups, { fixed, nowMs }) };
  };

  return {
    read: async ({ tracked, watching }, streams, { nowMs, fixed }) => {
      const outcomes: Outcome[] = [];
      for (let start = 0; start < streams.length; start += ROUND) {
        const round = streams.slice(start, start + ROUND);
        await size(tracked, round);
        const answers = await askStreams(
          tracked,
          round.map((stream) => questionOf(stream, watching, nowMs)),
        );
        for (const [index, stream] of round.entries()) {
          const answer = answers[index];
          if (answer !== undefined) outcomes.push(absorb(stream, answer, fixed, nowMs));
        }
      }
      return outcomes;
    },
  };
}
