import { parseAsInteger, parseAsString, parseAsStringLiteral } from "nuqs/server";

export const TABS = ["pending", "dead-letters"] as const;
export const tabParser = parseAsStringLiteral(TABS).withDefault("pending");

/** What the pending list is narrowed to. `idle` in seconds; empty and 0 = everything. */
export const filterParsers = {
  consumer: parseAsString.withDefault(""),
  idle: parseAsInteger.withDefault(0),
  deliveries: parseAsInteger.withDefault(0),
};
