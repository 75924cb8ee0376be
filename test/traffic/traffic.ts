/**
 * Living traffic on one Redis: real RQ workers of both versions and their producer, and streams with real consumers. For
 * screenshots, journeys and trying things.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RqVersion, rqVersions } from "../rq/harness";
import { exited, killTree, signalGroup } from "./processes";
import { type StreamProgram, spawnStreamProgram, streamPrograms } from "./streams";

const HERE = import.meta.dirname;

/** A copy of the application in a neutral place: tracebacks on screenshots then name no one's home. */
function deploy(): string {
  const app = join(mkdtempSync(join(tmpdir(), "vigia-")), "app");
  cpSync(join(HERE, "shop"), join(app, "shop"), { recursive: true });
  return app;
}

const APP = deploy();
/** The worker of `imports` dies in the middle of a job, stays away, and is replaced. */
const DIES_AFTER_MS = 25_000;
const AWAY_MS = 180_000;

interface WorkerPlan {
  name: string;
  queues: readonly string[];
  rq: RqVersion;
  /** Forks a work-horse for each job: needed to stop a job or to time it out; costs more CPU. */
  forks: boolean;
  scheduler?: boolean;
}

export interface TrafficOptions {
  redisUrl: string;
  /** Factor on all rates; 1 is about 12 jobs and 13 stream entries a second. */
  rate?: number;
}

export interface Traffic {
  /** Ends all producers and workers; at most about 3 seconds. */
  stop(): Promise<void>;
}

function plan(): WorkerPlan[] {
  const newest = rqVersions.find((rq) => rq.id === "2") ?? rqVersions[0];
  const oldest = rqVersions[0];
  if (newest === undefined || oldest === undefined)
    throw new Error("RQ is not installed in .venvs: run `npm test` once, it installs both versions");
  return [
    { name: "web-1", queues: ["high", "default"], rq: newest, forks: false, scheduler: true },
    { name: "web-2", queues: ["high", "default", "low"], rq: oldest, forks: false },
    { name: "documents-1", queues: ["document_processing"], rq: newest, forks: false },
    { name: "documents-2", queues: ["document_processing"], rq: oldest, forks: true },
    { name: "thumbs-1", queues: ["thumbnails"], rq: newest, forks: false },
    { name: "cleanup-1", queues: ["cleanup_tasks"], rq: newest, forks: false, scheduler: true },
    { name: "reports-1", queues: ["reports"], rq: newest, forks: true },
    { name: "reports-2", queues: ["reports"], rq: oldest, forks: true },
  ];
}

function spawnWorker(redisUrl: string, worker: WorkerPlan): ChildProcess {
  const args = ["worker", "--url", redisUrl, "--name", worker.name, "--path", APP, "--quiet"];
  if (!worker.forks) args.push("--worker-class", "rq.worker.SimpleWorker");
  if (worker.scheduler) args.push("--with-scheduler");
  return spawn(worker.rq.rq, [...args, ...worker.queues], {
    env: { ...process.env, PYTHONPATH: APP },
    stdio: "ignore",
    // Its own process group: a work-horse is a child of its worker and must end with it.
    detached: true,
  });
}

export function startTraffic(options: TrafficOptions): Traffic {
  const workers = plan();
  const running = new Set<ChildProcess>();
  const timers = new Set<NodeJS.Timeout>();
  let stopping = false;

  const keep = (child: ChildProcess) => {
    running.add(child);
    child.once("exit", () => running.delete(child));
    return child;
  };
  const later = (ms: number, what: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!stopping) what();
    }, ms);
    timers.add(timer);
  };
  const startKept = (worker: WorkerPlan) => {
    keep(spawnWorker(options.redisUrl, worker)).once("exit", () => {
      // A worker ends when its Redis goes away; a service manager would start it again.
      later(2_000, () => startKept(worker));
    });
  };
  const startProgram = (program: StreamProgram) => {
    const child = keep(spawnStreamProgram(options.redisUrl, program));
    if (program.kept) child.once("exit", () => later(2_000, () => startProgram(program)));
  };
  let generation = 0;
  const startDoomed = () => {
    const rq = workers[0]?.rq;
    if (rq === undefined) return;
    generation += 1;
    const child = keep(
      spawnWorker(options.redisUrl, { name: `imports-${generation}`, queues: ["imports"], rq, forks: true }),
    );
    later(DIES_AFTER_MS, () => {
      killTree(child);
      later(AWAY_MS, startDoomed);
    });
  };

  const producer = keep(
    spawn(
      workers[0]?.rq.python ?? "python3",
      [join(HERE, "producer.py"), "--url", options.redisUrl, "--rate", String(options.rate ?? 1)],
      { env: { ...process.env, PYTHONPATH: APP }, stdio: ["ignore", "inherit", "inherit"], detached: true },
    ),
  );
  producer.once("exit", (code) => {
    if (!stopping) console.error(`the producer ended by itself (exit code ${code})`);
  });
  for (const worker of workers) startKept(worker);
  startDoomed();
  for (const program of streamPrograms(options.rate ?? 1)) startProgram(program);

  return {
    async stop() {
      stopping = true;
      for (const timer of timers) clearTimeout(timer);
      const all = [...running];
      for (const child of all) signalGroup(child, "SIGTERM");
      const late = setTimeout(() => {
        for (const child of all) killTree(child);
      }, 2_000);
      await Promise.all(all.map(exited));
      clearTimeout(late);
    },
  };
}
