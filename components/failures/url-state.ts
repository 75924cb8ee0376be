"use client";

import { createParser, parseAsString, useQueryStates } from "nuqs";

/** A cause's fingerprint; anything else in the URL counts as none. */
const fingerprint = createParser({
  parse: (text) => (/^[0-9a-f]{16}$/.test(text) ? text : null),
  serialize: (value: string) => value,
});

/** The chosen cause, queue and filter, all in the URL. */
export function useFailuresState() {
  return useQueryStates({ fp: fingerprint, queue: parseAsString, q: parseAsString.withDefault("") });
}
