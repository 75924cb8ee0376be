/** Streams for the measurements: two groups each, five consumers a group, and a life that is the same at every size. */
import type { Redis } from "ioredis";
import type { Life } from "./tick";

export const GROUPS = 2;
export const CONSUMERS = 5;
const ENTRIES = 20;
const CHUNK = 200;
export const streamName = (index: number) => `stream-${index}`;
const groupName = (index: number) => `group-${index}`;

export interface Fleet {
  streams: number;
  /** In every so-manieth stream the consumers of the first group hold an entry each; all others have acked everything. */
  holdingEvery: number;
  /** Bytes of one field of each entry. */
  bytes: number;
}

/** `streams` streams of 20 entries, all delivered; what consumers hold is one entry each. */
export async function seedStreams(redis: Redis, fleet: Fleet): Promise<void> {
  await redis.flushall();
  const value = "x".repeat(fleet.bytes);
  for (let from = 0; from < fleet.streams; from += CHUNK) {
    const pipeline = redis.pipeline();
    for (let index = from; index < Math.min(from + CHUNK, fleet.streams); index += 1) {
      const key = streamName(index);
      for (let at = 0; at < (fleet.bytes > 10_000 ? CONSUMERS : ENTRIES); at += 1)
        pipeline.xadd(key, "*", "id", at, "value", value);
      for (let group = 0; group < GROUPS; group += 1) {
        pipeline.xgroup("CREATE", key, groupName(group), "0");
        for (let consumer = 0; consumer < CONSUMERS; consumer += 1)
          pipeline.call("XGROUP", "CREATECONSUMER", key, groupName(group), `consumer-${consumer}`);
      }
    }
    for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
    // What is held is read one by one, the rest is read and acknowledged at once.
    const reading = redis.pipeline();
    for (let index = from; index < Math.min(from + CHUNK, fleet.streams); index += 1)
      for (let group = 0; group < GROUPS; group += 1) {
        const held = group === 0 && index % fleet.holdingEvery === 0 ? CONSUMERS : 0;
        for (let consumer = 0; consumer < held; consumer += 1)
          reading.xreadgroup(
            "GROUP",
            groupName(group),
            `consumer-${consumer}`,
            "COUNT",
            1,
            "STREAMS",
            streamName(index),
            ">",
          );
        reading.xreadgroup(
          "GROUP",
          groupName(group),
          "consumer-0",
          "COUNT",
          ENTRIES,
          "NOACK",
          "STREAMS",
          streamName(index),
          ">",
        );
      }
    for (const [error] of (await reading.exec()) ?? []) if (error !== null) throw error;
  }
}

export const CHANGES_PER_S = 5;
export const STREAM_LIFE = `${CHANGES_PER_S} changes a second (one entry added to the next stream, read and acknowledged by one consumer of each group)`;

/** Five changes a second, each in the next stream. */
export function startStreamLife(redis: Redis, fleet: Fleet): Life {
  let turn = 0;
  let sent = 0;
  const value = "x".repeat(fleet.bytes);
  const change = async (key: string, consumer: string) => {
    const id = await redis.xadd(key, "MAXLEN", "~", 1_000, "*", "id", turn, "value", value);
    const pipeline = redis.pipeline();
    for (let group = 0; group < GROUPS; group += 1)
      pipeline
        .xreadgroup("GROUP", groupName(group), consumer, "COUNT", 1, "STREAMS", key, ">")
        .xack(key, groupName(group), id ?? "0-0");
    await pipeline.exec();
  };
  const timer = setInterval(() => {
    const key = streamName(turn % fleet.streams);
    turn += 1;
    sent += 1 + 2 * GROUPS;
    change(key, `consumer-${turn % CONSUMERS}`).catch((error: unknown) => {
      clearInterval(timer);
      console.error("the changes stopped:", error);
      process.exitCode = 1;
    });
  }, 1_000 / CHANGES_PER_S);
  return { sent: () => sent, stop: () => clearInterval(timer) };
}
