import {
  type DehydratedState,
  dehydrate,
  HydrationBoundary,
  QueryClient,
  type QueryKey,
} from "@tanstack/react-query";
import type { ReactNode } from "react";
import { AppError } from "@/lib/errors";
import { toAppError } from "@/lib/redis/errors";

/** A page never waits longer than this for Redis: what comes later is read by the islands. */
const PATIENCE_MS = 800;

/** A read that the page begins with, and where its islands look for it. */
export interface Seed {
  read: () => Promise<unknown>;
  put: (client: QueryClient, data: unknown) => void;
}

export function seed(queryKey: QueryKey, read: () => Promise<unknown>): Seed {
  return { read, put: (client, data) => client.setQueryData(queryKey, data) };
}

/** The first page of a list, where `usePages` looks for it. */
export function seedList<Page>(
  source: { key: QueryKey; readonly page?: Page },
  read: () => Promise<Page>,
): Seed {
  return {
    read,
    put: (client, data) => {
      client.setQueryData([...source.key, "head"], data);
      client.setQueryData([...source.key, "pages"], { pages: [data], pageParams: [null] });
    },
  };
}

export interface Prefill {
  state: DehydratedState;
  /** Some read found that the thing of this page does not exist. */
  missing: boolean;
}

function isMissing(error: unknown): boolean {
  const known = toAppError(error);
  return known instanceof AppError && (known.code === "NOT_FOUND" || known.code === "INVALID_INPUT");
}

/**
 * Reads what a page begins with, so that it comes with its content. A failed or slow read is not a failed page:
 * its island reads again and shows the error in place.
 */
export async function prefill(seeds: readonly Seed[]): Promise<Prefill> {
  const client = new QueryClient();
  let missing = false;
  const reads = seeds.map(({ read, put }) =>
    read().then(
      (data) => put(client, data),
      (error: unknown) => {
        missing ||= isMissing(error);
      },
    ),
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([Promise.all(reads), patience]);
  clearTimeout(timer);
  return { state: dehydrate(client), missing };
}

/** Hands prefilled reads to the islands inside. */
export function Prefilled({ state, children }: { state: DehydratedState; children: ReactNode }) {
  return <HydrationBoundary state={state}>{children}</HydrationBoundary>;
}
