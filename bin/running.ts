/** The front's view of the parts that run behind Next: they live on `globalThis`, if they were started. */
import type { Overview } from "@/lib/api/schemas/overview";
import type { Serialised } from "@/lib/monitor/monitor";
import type { Runtime } from "@/lib/runtime";

// lib/runtime is not imported for its value: importing would start a second copy of everything it builds.
const KEY = Symbol.for("vigia.runtime");
const running = (): Runtime | undefined => (globalThis as typeof globalThis & { [KEY]?: Runtime })[KEY];

const FRESH_MS = 30_000;

/** Whether Redis answers and the figures are fresh. */
export function isReady(): boolean {
  const runtime = running();
  if (runtime === undefined || runtime.connection.status().phase !== "up") return false;
  const ageMs = runtime.monitor.health().age_ms;
  return ageMs !== null && ageMs < FRESH_MS;
}

/** The body behind a path that the monitor keeps serialised; null for all others, and until it has started. */
export function snapshotOf(path: string): Serialised | null {
  const monitor = running()?.monitor;
  if (monitor === undefined) return null;
  if (path === "/api/v1/overview") return monitor.overviewBody();
  if (path === "/api/v1/queue/info") return monitor.queueInfoBody();
  return null;
}

/** What the monitor says now; null until it has started. */
export function overviewNow(): Overview | null {
  return running()?.monitor.overview() ?? null;
}

/** Ends event streams and closes the connections to Redis. */
export async function stopRuntime(): Promise<void> {
  await running()?.stop();
}
