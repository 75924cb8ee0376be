/**
 * Keeps the cached overview current: ticks of the shared stream, whole fetches when a tick does not fit, and
 * polling while the stream says nothing. Also knows whether Vigia itself can be heard. One a tab.
 */
import type { QueryClient } from "@tanstack/react-query";
import { holdClock, setServerTime } from "@/components/i18n/clock";
import type { Overview, TickEvent } from "@/lib/api/schemas/overview";
import { ApiError } from "./api";
import { applyTick } from "./apply-tick";
import { type FeedMessage, openFeed } from "./feed";
import { fetchOverview, OVERVIEW_KEY } from "./overview-query";

/** `lost`: Vigia has not been heard for three ticks. Nothing on the page is known to be true then. */
export type LinkState = "live" | "late" | "lost" | "frozen";

export interface Link {
  state: LinkState;
  /** Browser's clock when Vigia was last heard, Unix ms. */
  heardMs: number;
}

export interface LiveStore {
  subscribe(listener: () => void): () => void;
  link(): Link;
  setFrozen(frozen: boolean): void;
  /** Starts to listen; returns what ends it. */
  start(): () => void;
}

const CHECK_MS = 500;
const LATE_TICKS = 1.5;
const LOST_TICKS = 3;
/** What a tick may take on its way before it counts as missed. */
const GRACE_MS = 1_000;

/** The session has ended; the login page leads back here. */
function toLogin(): void {
  const { pathname, search } = window.location;
  window.location.assign(`/login?next=${encodeURIComponent(pathname + search)}`);
}

export function createLiveStore(client: QueryClient): LiveStore {
  const listeners = new Set<() => void>();
  let heardMs = Date.now();
  let link: Link = { state: "live", heardMs };
  let frozen = false;
  let fetching = false;
  let triedMs = 0;
  /** When the stream last said something; while it is silent the page polls. */
  let streamMs = Date.now();
  let started = false;

  function held(): Overview | undefined {
    return client.getQueryData<Overview>(OVERVIEW_KEY);
  }

  /** The snapshot changes with the state alone, so that hearing a tick by itself draws nothing again. */
  function setState(state: LinkState): void {
    if (state === link.state) return;
    link = { state, heardMs };
    for (const listener of listeners) listener();
  }

  function heard(): void {
    heardMs = Date.now();
    setState(frozen ? "frozen" : "live");
  }

  function put(overview: Overview): void {
    heard();
    if (frozen) return;
    client.setQueryData(OVERVIEW_KEY, overview);
    // Ages are told by Redis' clock, which the times in jobs follow.
    setServerTime(overview.server_now_ms + (overview.connection.clock_skew_ms ?? 0));
  }

  async function fetchWhole(): Promise<void> {
    if (fetching) return;
    fetching = true;
    triedMs = Date.now();
    try {
      put(await fetchOverview(client));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) toLogin();
      // Else not heard: `check` tells it to the page when it lasts, and tries again.
    } finally {
      fetching = false;
    }
  }

  function onMessage(message: FeedMessage): void {
    streamMs = Date.now();
    const current = held();
    if (frozen) {
      heard();
    } else if (message.event === "reset" || current === undefined) {
      void fetchWhole();
    } else if (message.event === "hello") {
      // What the stream builds on from here: its ticks fit only what has the same number.
      const { tick } = JSON.parse(message.data) as { tick: number }; // the stream's own type
      if (tick !== current.tick) void fetchWhole();
    } else {
      const event = JSON.parse(message.data) as TickEvent; // the stream's own type
      const next = applyTick(current, event);
      if (next !== null) put(next);
      // A tick that was under way while the whole was fetched tells nothing new.
      else if (event.server_now_ms > current.server_now_ms) void fetchWhole();
    }
  }

  function check(): void {
    if (document.visibilityState !== "visible" || frozen) return;
    const now = Date.now();
    const tickMs = held()?.interval_ms ?? 2_000;
    const lateMs = LATE_TICKS * tickMs + GRACE_MS;
    if (now - streamMs > lateMs && now - triedMs >= tickMs) void fetchWhole();
    const lost = now - heardMs > LOST_TICKS * tickMs + GRACE_MS;
    if (now - heardMs > lateMs) setState(lost ? "lost" : "late");
  }

  function onVisible(): void {
    if (document.visibilityState !== "visible" || frozen) return;
    // Nobody listened while the tab was hidden: silence until now says nothing about Vigia.
    streamMs = Date.now();
    heardMs = streamMs;
    void fetchWhole();
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    link: () => link,
    setFrozen(next) {
      frozen = next;
      holdClock(next);
      heard();
      if (!next) void fetchWhole();
    },
    start() {
      if (started) return () => undefined;
      started = true;
      streamMs = Date.now();
      heardMs = streamMs;
      if (held() === undefined) void fetchWhole();
      const close = openFeed(onMessage);
      const timer = setInterval(check, CHECK_MS);
      document.addEventListener("visibilitychange", onVisible);
      return () => {
        started = false;
        close();
        clearInterval(timer);
        document.removeEventListener("visibilitychange", onVisible);
      };
    },
  };
}
