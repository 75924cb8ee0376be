/** Ends the process on a signal within three seconds, also with event streams open. */
import type { Server } from "node:http";
import { constants } from "node:os";
import { log } from "@/lib/log";

/** For running changes to reach their end, and for closing the connections to Redis. */
const GRACE_MS = 2_000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const after = (ms: number) => new Promise<"late">((resolve) => setTimeout(() => resolve("late"), ms).unref());

async function close({ servers, stop }: { servers: Server[]; stop: () => Promise<void> }): Promise<void> {
  const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
  for (const server of servers) server.closeIdleConnections();
  // Event streams end here; requests that are under way get the rest of the time.
  const all = stop().then(() => Promise.all(closed));
  if ((await Promise.race([all, after(GRACE_MS)])) === "late")
    log.warn("some requests were cut off at the end");
  for (const server of servers) server.closeAllConnections();
}

/**
 * The first signal ends things in order, exit code 0; a second one ends them at once. A parent that started
 * this process with a channel (the start command) and is gone counts as a signal: nothing is left behind.
 */
export function stopOnSignals(parts: { servers: Server[]; stop: () => Promise<void> }): void {
  let ending = false;
  const end = (code: number) => {
    if (ending) process.exit(code);
    ending = true;
    close(parts)
      .catch((error: unknown) => log.error({ err: error }, "closing failed"))
      .finally(() => process.exit(0));
  };
  for (const signal of SIGNALS) process.on(signal, () => end(128 + constants.signals[signal]));
  if (process.connected) process.once("disconnect", () => end(1));
}
