/** Ends the process on a signal within three seconds, also with event streams open. */
import type { Server } from "node:http";
import { constants } from "node:os";
import { log } from "@/lib/log";

/** For running changes to reach their end, and for closing the connections to Redis. */
const GRACE_MS = 1_500;
/** npm and tsx pass on a Ctrl-C that the terminal has sent already: the second of the pair is no second wish. */
const PAIR_MS = 300;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const after = (ms: number) => new Promise<"late">((resolve) => setTimeout(() => resolve("late"), ms).unref());

async function close({ servers, stop }: { servers: Server[]; stop: () => Promise<void> }): Promise<void> {
  const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
  // A connection that has had its last answer waits for the next request: nothing would end it in time.
  const sweep = setInterval(() => {
    for (const server of servers) server.closeIdleConnections();
  }, 20);
  // Event streams end with the runtime; requests that are under way get the rest of the time.
  const all = stop().then(() => Promise.all(closed));
  if ((await Promise.race([all, after(GRACE_MS)])) === "late")
    log.warn("some requests were cut off at the end");
  clearInterval(sweep);
  for (const server of servers) server.closeAllConnections();
}

const PARENT_LOOK_MS = 250;

/** npx puts a shell between itself and us, and passes SIGTERM to that shell alone: we get another parent, no signal. */
function onNpxGone(act: () => void): void {
  if (process.env.npm_lifecycle_event !== "npx") return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    act();
  }, PARENT_LOOK_MS).unref();
}

/**
 * The first signal ends things in order, exit code 0; a second one ends them at once. A parent that started
 * this process with a channel (the start command) or by npx, and is gone, counts as a signal: nothing is left behind.
 */
export function stopOnSignals(parts: { servers: Server[]; stop: () => Promise<void> }): void {
  let firstAt = 0;
  const end = (code: number) => {
    if (firstAt > 0) {
      if (Date.now() - firstAt > PAIR_MS) process.exit(code);
      return;
    }
    firstAt = Date.now();
    close(parts)
      .catch((error: unknown) => log.error({ err: error }, "closing failed"))
      .finally(() => process.exit(0));
  };
  for (const signal of SIGNALS) process.on(signal, () => end(128 + constants.signals[signal]));
  if (process.connected) process.once("disconnect", () => end(1));
  onNpxGone(() => {
    if (firstAt === 0) end(1);
  });
}
