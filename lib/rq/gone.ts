/**
 * Started jobs whose worker is gone. A live worker moves its job's deadline ahead every 30 s, so only entries near
 * their deadline are looked into; after a worker died, all started entries of its queues once.
 */
import type { Redis } from "ioredis";
import type { Worker } from "../api/schemas/jobs";
import { nameFromBytes } from "../names";
import type { GoneJob } from "./diagnose";
import { type JobBrief, readBriefs } from "./job-brief";
import { startedMember } from "./keys";
import type { QueueSample } from "./sample";

const LISTED_MAX = 10;
/** A deadline that passed long ago needs no proof from the worker. */
export const DEADLINE_SLACK_MS = 30_000;

interface Suspect {
  id: string;
  brief: JobBrief;
  deadlineMs: number;
}

export interface GoneWatch {
  /** Looks into the suspects of a queue's latest sample; reads only jobs that it has not seen. */
  inspect(redis: Redis, sample: QueueSample, worker: (name: string) => Worker | null): Promise<void>;
  /** By queue. */
  found(): ReadonlyMap<string, { jobs: GoneJob[]; total: number }>;
  drop(queue: string): void;
}

export function createGoneWatch(): GoneWatch {
  const gone = new Map<string, { jobs: GoneJob[]; total: number }>();
  /** What is known of each suspect, by queue and member. */
  const seen = new Map<string, Map<string, Suspect>>();

  return {
    inspect: async (redis, sample, worker) => {
      const { queue, suspects, reading } = sample;
      if (suspects.length === 0) {
        gone.delete(queue);
        seen.delete(queue);
        return;
      }
      const before = seen.get(queue);
      const members = suspects.map(({ member, deadlineMs }) => ({
        key: member.toString("latin1"),
        member,
        deadlineMs,
      }));
      // A later deadline may be another run of the same id; a job that was about to start says more now.
      const holds = ({ key, deadlineMs }: { key: string; deadlineMs: number }) => {
        const held = before?.get(key);
        return held?.brief.status === "started" && held.deadlineMs === deadlineMs ? held : null;
      };
      const fresh = members.filter((entry) => holds(entry) === null);
      // Only the hash tells whether the whole member is an id (RQ 1.16 allows colons) or an id and an execution.
      const candidates = fresh.flatMap(({ member }) => [
        ...new Set([nameFromBytes(member), startedMember(member).id]),
      ]);
      const briefs = await readBriefs(redis, candidates);
      const now = new Map<string, Suspect>();
      for (const entry of members) {
        const { key, member, deadlineMs } = entry;
        const whole = nameFromBytes(member);
        const id = briefs.get(whole)?.status != null ? whole : startedMember(member).id;
        const brief = briefs.get(id);
        const known = holds(entry) ?? (brief === undefined ? null : { id, brief, deadlineMs });
        if (known !== null) now.set(key, known);
      }
      seen.set(queue, now);

      const isGone = (key: string, deadlineMs: number) => {
        const known = now.get(key);
        if (known === undefined || known.brief.status !== "started") return false;
        const by = known.brief.worker === null ? null : worker(known.brief.worker);
        if (known.brief.worker !== null && by?.alive !== true) return true;
        if (deadlineMs > reading.atMs) return false;
        return by?.current_job !== known.id || deadlineMs < reading.atMs - DEADLINE_SLACK_MS;
      };
      const lost = members.filter(({ key, deadlineMs }) => isGone(key, deadlineMs));
      if (lost.length === 0) {
        gone.delete(queue);
        return;
      }
      const jobs = lost.slice(0, LISTED_MAX).flatMap(({ key }): GoneJob[] => {
        const known = now.get(key);
        if (known === undefined) return [];
        const { id, brief } = known;
        return [
          { job_id: id, func_name: brief.func, worker_name: brief.worker, started_ms: brief.startedMs },
        ];
      });
      const total = sample.suspectsCut ? Math.max(lost.length, reading.counts?.abandoned ?? 0) : lost.length;
      gone.set(queue, { jobs, total });
    },
    found: () => gone,
    drop: (queue) => {
      gone.delete(queue);
      seen.delete(queue);
    },
  };
}
