import { createParser, parseAsStringLiteral } from "nuqs/server";

export const ORDERS = ["newest", "oldest"] as const;
export type Order = (typeof ORDERS)[number];

const ID = /^\d{1,20}-\d{1,20}$/;
const PLACE = /^\d{1,20}(-\d{1,20})?$/;

export const orderParser = parseAsStringLiteral(ORDERS).withDefault("newest");

/** Where the list of entries begins: an entry ID, or Unix ms alone. Anything else counts as its end. */
export const atParser = createParser<string>({
  parse: (text) => (PLACE.test(text) ? text : null),
  serialize: (at) => at,
});

/** The entry whose dialog is open. */
export const entryParser = createParser<string>({
  parse: (text) => (ID.test(text) ? text : null),
  serialize: (id) => id,
});
