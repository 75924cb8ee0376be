import { parseAsStringLiteral } from "nuqs/server";

/** In the order of the tabs. The schema's `PLACES` has the same ones; a test holds them together. */
export const TABS = ["queued", "started", "failed", "scheduled", "deferred", "finished", "canceled"] as const;
export const ORDERS = ["newest", "oldest"] as const;

export const tabParser = parseAsStringLiteral(TABS).withDefault("queued");
export const orderParser = parseAsStringLiteral(ORDERS).withDefault("newest");
/** As the header's switch writes it. */
export const windowParser = parseAsStringLiteral(["15m", "1h", "6h", "24h"] as const).withDefault("1h");
