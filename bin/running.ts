/** The front's view of the parts that run behind Next: they live on `globalThis`, if they were started. */
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

/** Ends event streams and closes the connections to Redis. */
export async function stopRuntime(): Promise<void> {
  await running()?.stop();
}
