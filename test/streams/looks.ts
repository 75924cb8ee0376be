/** The streams source looked through as the monitor does it, one look at a time, with a clock that can be put forward. */
import type { Redis } from "ioredis";
import type { Problem } from "@/lib/api/schemas/problems";
import { parseRedisUrl } from "@/lib/config";
import { openTracker } from "@/lib/redis/tracking";
import {
  type BacklogHistory,
  type BacklogRef,
  backlogId,
  type Census,
  type Lookout,
  type Reading,
} from "@/lib/source";
import { createStreamsSource, type StreamsSourceOptions } from "@/lib/streams/source";
import type { TestRedis } from "../redis";

export const NO_HISTORY: BacklogHistory = {
  unfinished: () => ({ stepMs: 10_000, values: [] }),
  inPerS: () => null,
  outPerS: () => null,
};

export interface Look {
  nowMs: number;
  census: Census;
  /** By name of the backlog: all that is known by now. */
  readings: ReadonlyMap<string, Reading>;
  /** Names of those that were read at this look. */
  read: string[];
  problems: Problem[];
}

export interface LooksOptions extends Partial<StreamsSourceOptions> {
  /** `user:password` of a Redis user. */
  login?: string;
  /** Whether changes are told; true. */
  tracking?: boolean;
  intervalMs?: number;
}

export function openLooks(server: TestRedis, options: LooksOptions = {}) {
  const { login, tracking = true, intervalMs = 2_000 } = options;
  const url = login === undefined ? server.url : server.url.replace("redis://", `redis://${login}@`);
  const target = parseRedisUrl("main", url);
  if (typeof target === "string") throw new Error(target);
  const tracker = openTracker(target);
  const [username, password] = login?.split(":") ?? [];
  const plain: Redis = server.client(username === undefined ? {} : { username, password: password ?? "" });
  const { source, watch } = createStreamsSource({
    patterns: options.patterns ?? [],
    ...(options.deadAfterMs === undefined ? {} : { deadAfterMs: options.deadAfterMs }),
  });
  const known = new Map<string, Reading>();
  let aheadMs = 0;
  let changed: BacklogRef[] | "all" = "all";

  const lookoutAt = async (): Promise<{ lookout: Lookout; nowMs: number }> => {
    const watching = (await tracker.settle()) && tracking;
    const { all, keys } = tracker.take();
    changed = source.noteChanges(all ? null : keys);
    const [seconds = 0, micros = 0] = (await plain.time()).map(Number);
    const nowMs = seconds * 1_000 + Math.floor(micros / 1_000) + aheadMs;
    const lookout = {
      tracked: tracker.redis,
      plain,
      watching,
      rereadMs: 10_000,
      intervalMs,
      pulse: () => null,
    };
    return { lookout, nowMs };
  };

  return {
    source,
    watch,
    /** Time passes for the source, not for Redis. */
    wait: (ms: number) => {
      aheadMs += ms;
    },
    /** One look: reads what is new, told of, or due, as the board chooses. */
    look: async (history: BacklogHistory = NO_HISTORY): Promise<Look> => {
      const { lookout, nowMs } = await lookoutAt();
      const told = new Set(changed === "all" ? [] : changed.map(backlogId));
      const census = await source.census(lookout, nowMs);
      const names = new Set(census.backlogs.map(({ name }) => name));
      for (const name of known.keys()) if (!names.has(name)) known.delete(name);
      const due = census.backlogs.filter((ref) => {
        const reading = known.get(ref.name);
        return (
          changed === "all" ||
          !lookout.watching ||
          told.has(backlogId(ref)) ||
          reading === undefined ||
          (reading.dueMs !== null && reading.dueMs <= nowMs)
        );
      });
      const readings = await source.sample(lookout, due, nowMs);
      for (const reading of readings) if (names.has(reading.ref.name)) known.set(reading.ref.name, reading);
      source.flows(nowMs);
      const byId = new Map([...known.values()].map((reading) => [backlogId(reading.ref), reading]));
      const problems = source.diagnose(byId, history, nowMs);
      await source.settle(lookout, byId, nowMs);
      return { nowMs, census, readings: new Map(known), read: due.map(({ name }) => name), problems };
    },
    flowOf: (name: string) =>
      source.flows(0).byBacklog.get(`streams:${name}`) ?? {
        flow: { in: 0, out: 0, failed: 0, delivered: 0 },
        quality: "exact",
      },
    close: () => {
      tracker.close();
      plain.disconnect();
    },
  };
}

export type Looks = ReturnType<typeof openLooks>;
