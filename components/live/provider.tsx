"use client";

import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import type { Overview } from "@/lib/api/schemas/overview";
import { ApiError } from "./api";
import { asUnknown } from "./apply-tick";
import { createLiveStore, type Link, type LiveStore } from "./live-store";
import { fetchOverview, OVERVIEW_KEY } from "./overview-query";

const Context = createContext<LiveStore | null>(null);

const RETRIES = 2;

function makeClient(overview: Overview | null): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        // Vigia is often on this very machine: the browser's idea of being offline does not matter.
        networkMode: "always",
        staleTime: 1_000,
        // What the server refused it will refuse again.
        retry: (failed, error) =>
          failed < RETRIES && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
        retryDelay: (attempt) => 500 * 2 ** attempt,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
  if (overview !== null) client.setQueryData(OVERVIEW_KEY, overview);
  return client;
}

export interface LiveProviderProps {
  /** What the server knew when it made the page. */
  overview: Overview | null;
  /** False where nobody is signed in. */
  listen: boolean;
  children: ReactNode;
}

/** Gives all islands the query cache, filled with what the server knew, and keeps it live. */
export function LiveProvider({ overview, listen, children }: LiveProviderProps) {
  const [client] = useState(() => makeClient(overview));
  const [store] = useState(() => createLiveStore(client));
  useEffect(() => (listen ? store.start() : undefined), [store, listen]);
  return (
    <QueryClientProvider client={client}>
      <Context value={store}>{children}</Context>
    </QueryClientProvider>
  );
}

function useStore(): LiveStore {
  const store = useContext(Context);
  if (store === null) throw new Error("LiveProvider is missing above this component");
  return store;
}

const ON_SERVER: Link = { state: "live", heardMs: 0 };

/** How this tab hears Vigia. */
export function useLink(): Link {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, store.link, () => ON_SERVER);
}

/** Whether the page is frozen, and what freezes and thaws it. */
export function useFreeze(): [frozen: boolean, setFrozen: (frozen: boolean) => void] {
  const store = useStore();
  return [useLink().state === "frozen", store.setFrozen];
}

/** `refetchInterval` of a query that lives with the page: stops while it is frozen. */
export function useLiveInterval(everyMs: number): number | false {
  const [frozen] = useFreeze();
  return frozen ? false : everyMs;
}

/** Why nothing on the page is known to be true now. */
export interface Stale {
  /** `vigia`: the page cannot reach Vigia. `redis`: Vigia cannot reach Redis, or its figures are old. */
  cause: "vigia" | "redis";
  /** Unix ms by the browser's clock (`vigia`) or Redis' clock (`redis`). */
  sinceMs: number;
}

/** The newest overview; every state in it is `unknown` while it is stale. `null` = nothing was ever read. */
export function useOverview(): { overview: Overview | null; stale: Stale | null } {
  const link = useLink();
  const { data } = useQuery<Overview>({
    queryKey: OVERVIEW_KEY,
    queryFn: ({ client, signal }) => fetchOverview(client, signal),
    // The live store alone decides when to read it.
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return useMemo(() => {
    const overview = data ?? null;
    if (link.state === "lost")
      return { overview: overview && asUnknown(overview), stale: { cause: "vigia", sinceMs: link.heardMs } };
    const sinceMs = overview?.stale_since_ms ?? null;
    if (overview !== null && sinceMs !== null)
      return { overview: asUnknown(overview), stale: { cause: "redis", sinceMs } };
    return { overview, stale: null };
  }, [data, link.state, link.heardMs]);
}
