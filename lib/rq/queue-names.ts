import type { Redis } from "ioredis";
import { QUEUES, queueOfMember } from "./keys";
import { members } from "./workers";

/** Queues that a list over all of them takes part of; beyond this the list says that it is not whole. */
const QUEUES_MAX = 10_000;

/** Names of all queues that RQ knows, sorted. */
export async function queueNames(redis: Redis): Promise<{ queues: string[]; complete: boolean }> {
  const index = await members(redis, QUEUES, QUEUES_MAX);
  const queues = index.members.map(queueOfMember).filter((name) => name !== null);
  return { queues: queues.sort(), complete: index.complete };
}
