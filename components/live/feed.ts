/**
 * One event stream a browser, shared by its tabs. Only visible tabs ask for the lock; the one that holds it
 * keeps the EventSource and passes each message on. A tab that goes out of sight gives the lock away, so with
 * all tabs hidden nothing is open. Where locks are missing (plain HTTP on another host) each visible tab opens
 * its own.
 */
import { apiUrl } from "./api";

const LOCK = "vigia-live";
const CHANNEL = "vigia-live";
const EVENTS = ["hello", "tick", "reset"] as const;
const RETRY_MIN_MS = 2_000;
const RETRY_MAX_MS = 30_000;

interface Turn {
  abort: AbortController;
  release: () => void;
}

export type FeedMessage = { event: (typeof EVENTS)[number]; data: string };

/** Calls `onMessage` for each message of the stream, whichever tab holds it. Returns what ends it. */
export function openFeed(onMessage: (message: FeedMessage) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event: MessageEvent<FeedMessage>) => onMessage(event.data);

  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | null = null;
  let retryMs = RETRY_MIN_MS;
  let turn: Turn | null = null;

  function close(): void {
    source?.close();
    source = null;
    if (retry !== null) clearTimeout(retry);
    retry = null;
  }

  function open(): void {
    close();
    const opened = new EventSource(apiUrl("events"));
    source = opened;
    opened.onopen = () => {
      retryMs = RETRY_MIN_MS;
    };
    for (const event of EVENTS)
      opened.addEventListener(event, ({ data }: MessageEvent<string>) => {
        const message: FeedMessage = { event, data };
        channel.postMessage(message);
        onMessage(message);
      });
    opened.onerror = () => {
      // A broken connection is taken up by the browser itself; a refusal (HTTP error) is final for this object.
      if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
      retry = setTimeout(open, retryMs);
      retryMs = Math.min(RETRY_MAX_MS, retryMs * 2);
    };
  }

  function takeTurn(): void {
    if (turn !== null) return;
    const abort = new AbortController();
    const mine: Turn = { abort, release: () => undefined };
    turn = mine;
    if (navigator.locks === undefined) {
      open();
      return;
    }
    navigator.locks
      .request(LOCK, { signal: abort.signal }, () => {
        if (turn !== mine) return Promise.resolve();
        return new Promise<void>((resolve) => {
          mine.release = resolve;
          open();
        });
      })
      .catch((error: unknown) => {
        // Gave up waiting because the tab was hidden or closed.
        if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
      });
  }

  function giveUpTurn(): void {
    close();
    turn?.abort.abort();
    turn?.release();
    turn = null;
  }

  function follow(): void {
    if (document.visibilityState === "visible") takeTurn();
    else giveUpTurn();
  }

  // A page in the back/forward cache must not keep the stream; it wakes up with `pageshow`.
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", giveUpTurn);
  window.addEventListener("pageshow", follow);
  follow();
  return () => {
    document.removeEventListener("visibilitychange", follow);
    window.removeEventListener("pagehide", giveUpTurn);
    window.removeEventListener("pageshow", follow);
    giveUpTurn();
    channel.close();
  };
}
