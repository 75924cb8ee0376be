/**
 * Looks at streams: asks for what may have changed and takes the answers in. In rounds, between which other work of
 * this process gets its turn.
 */
import type { Redis } from "ioredis";
import { batch, type Command, count } from "../redis/pipeline";
import type { Lookout } from "../source";
import { absorbStream, type Moved } from "./absorb";
import { askStreams, type StreamAnswer, type StreamQuestion } from "./ask";
import { correctLarge, createPayloadBudget, isSmall, LARGE_ENTRY_BYTES, takeLarge } from "./entry-size";
import type { StreamState } from "./state";

/** So many replies are parsed in about 6 ms; fewer would cost Redis more in system calls than in answers. */
const ROUND = 200;

export type Outcome =
  | { stream: StreamState; kind: "read"; moved: Moved; regrouped: boolean }
  /** `error`: no such key, another type, a refusal. */
  | { stream: StreamState; kind: "failed"; error: Error };

export interface Reader {
  read(
    lookout: Pick<Lookout, "tracked" | "plain" | "watching">,
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
    const info = fresh && (isSmall(stream.entryBytes) || takeLarge(stream, budget, nowMs));
    // What is read without need proves that changes are told: by its length.
    const proof = stream.dueMs > nowMs;
    return { key: stream.key, info, length: !info && (fresh || proof) };
  };

  const absorb = (stream: StreamState, answer: StreamAnswer, fixed: boolean, nowMs: number): Outcome => {
    // A small stream that turned out to be large is paid for as well.
    if (answer.info !== null) {
      if (!isSmall(stream.entryBytes)) correctLarge(stream.entryBytes, answer.info.payloadBytes, budget);
      else if (answer.info.payloadBytes > 2 * LARGE_ENTRY_BYTES) budget.correct(answer.info.payloadBytes);
    }
    if (answer.groups === null)
      return { stream, kind: "failed", error: answer.error ?? new Error("XINFO GROUPS gave no list") };
    return { stream, kind: "read", ...absorbStream(stream, answer, answer.groups, { fixed, nowMs }) };
  };

  return {
    read: async ({ tracked, plain, watching }, streams, { nowMs, fixed }) => {
      const outcomes: Outcome[] = [];
      const readOn = async (redis: Redis, chosen: readonly StreamState[]) => {
        for (let start = 0; start < chosen.length; start += ROUND) {
          const round = chosen.slice(start, start + ROUND);
          await size(redis, round);
          const questions = round.map((stream) => questionOf(stream, watching, nowMs));
          const answers = await askStreams(redis, questions);
          for (const [index, stream] of round.entries()) {
            const answer = answers[index];
            if (answer !== undefined) outcomes.push(absorb(stream, answer, fixed, nowMs));
          }
        }
      };
      // Redis still remembers a key that nothing was told of: it need not be made to remember it again.
      const remembered = (stream: StreamState) => watching && !stream.changed && stream.readAtMs !== null;
      await readOn(
        tracked,
        streams.filter((stream) => !remembered(stream)),
      );
      await readOn(plain, streams.filter(remembered));
      return outcomes;
    },
  };
}
