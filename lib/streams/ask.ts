/** The commands of a look at streams: one `XINFO GROUPS` each, and only what else is needed. Read-only. */
import type { Redis } from "ioredis";
import { batch, type Command, count, type Reply } from "../redis/pipeline";
import { type GroupInfo, groupsOf, type StreamInfo, streamOf } from "./replies";

export interface StreamQuestion {
  key: string | Buffer;
  length: boolean;
  /** `XINFO STREAM`: carries the whole first and last entry. */
  info: boolean;
}

export interface StreamAnswer {
  /** null = refused or gone, see `error`. */
  groups: GroupInfo[] | null;
  error: Error | null;
  /** null = not asked for, or not told. */
  length: number | null;
  info: StreamInfo | null;
}

const commandsOf = ({ key, length, info }: StreamQuestion): Command[] => [
  ["XINFO", "GROUPS", key],
  ...(info ? ([["XINFO", "STREAM", key]] as const) : []),
  ...(length ? ([["XLEN", key]] as const) : []),
];

/** One round trip. All commands of one stream stand next to each other, so that they are nearly of one moment. */
export async function askStreams(
  redis: Redis,
  questions: readonly StreamQuestion[],
): Promise<StreamAnswer[]> {
  const replies = await batch(redis, questions.flatMap(commandsOf));
  let at = 0;
  const take = (): Reply => {
    at += 1;
    return replies[at - 1];
  };
  return questions.map((question) => {
    const groups = take();
    return {
      groups: groupsOf(groups),
      error: groups instanceof Error ? groups : null,
      info: question.info ? streamOf(take()) : null,
      length: question.length ? count(take()) : null,
    };
  });
}
