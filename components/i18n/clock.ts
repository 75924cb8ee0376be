/**
 * The page's clock: the server's time, not the browser's (a laptop may be minutes off), in whole seconds.
 * One timer serves every relative time on the page; it rests while nobody listens or the page is frozen.
 */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let offsetMs = 0;
let heldAtMs: number | null = null;
let currentMs = 0;

function read(): number {
  return heldAtMs ?? Math.floor((Date.now() + offsetMs) / 1_000) * 1_000;
}

function tick(): void {
  const next = read();
  if (next === currentMs) return;
  currentMs = next;
  for (const listener of listeners) listener();
}

/** For `useSyncExternalStore`. */
export function subscribeClock(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) {
    // After hydration the first look comes with the timer already running: it must not find the epoch.
    currentMs = read();
    timer = setInterval(tick, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** Unix ms by the server's clock, in steps of a second; the same value until the next tick. */
export function nowMs(): number {
  if (timer === null) currentMs = read();
  return currentMs;
}

/** Sets how far the server's clock is ahead of the browser's. Small differences are noise of the network. */
export function setServerTime(serverNowMs: number): void {
  const offset = serverNowMs - Date.now();
  if (Math.abs(offset - offsetMs) < 500) return;
  offsetMs = offset;
  tick();
}

/** Stops the clock for a frozen page, so that ages keep agreeing with the figures beside them. */
export function holdClock(held: boolean): void {
  heldAtMs = held ? read() : null;
  tick();
}
