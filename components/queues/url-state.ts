import { parseAsStringLiteral } from "nuqs";

/** In the order of the tabs. The schema's `PLACES` has the same ones; a test holds them together. */
export const TABS = ["queued", "started", "failed", "scheduled", "deferred", "finished", "canceled"] as const;
export const ORDERS = ["newest", "oldest"] as const;

export const tabParser = parseAsStringLiteral(TABS).withDefault("queued");
export const orderParser = parseAsStringLiteral(ORDERS).withDefault("newest");
