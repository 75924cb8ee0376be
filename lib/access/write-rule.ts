/**
 * Which writes are accepted. A browser attaches cookies to requests that other sites make, and reaches loopback
 * for them; it cannot be made to lie in `Sec-Fetch-Site` or `Origin`. A request with neither header and without
 * a cookie does not come from a browser.
 */
import { isOwnOrigin } from "./hosts";

export interface WriteFacts {
  host: string;
  origin: string | undefined;
  secFetchSite: string | undefined;
  contentType: string | undefined;
  hasBody: boolean;
  hasCookie: boolean;
  /** A valid bearer token came along. */
  bearer: boolean;
}

export interface WriteRefusal {
  status: 403 | 415;
  code: "FORBIDDEN" | "UNSUPPORTED_MEDIA_TYPE";
  detail: string;
}

const FOREIGN: WriteRefusal = {
  status: 403,
  code: "FORBIDDEN",
  detail: "This change was asked for by another site, so nothing was done.",
};
const NO_ORIGIN: WriteRefusal = {
  status: 403,
  code: "FORBIDDEN",
  detail:
    "A change with a cookie must carry Sec-Fetch-Site or Origin. A program sends no cookie, or a bearer token.",
};
const NOT_JSON: WriteRefusal = {
  status: 415,
  code: "UNSUPPORTED_MEDIA_TYPE",
  detail: "A body must be JSON: send it with Content-Type: application/json.",
};

function cameFromOutside(facts: WriteFacts): WriteRefusal | null {
  const { secFetchSite, origin, host } = facts;
  // "null" is what a sandboxed frame or a form under a strict referrer policy sends: nobody's origin.
  if (origin === "null") return FOREIGN;
  if (secFetchSite !== undefined) return secFetchSite === "same-origin" ? null : FOREIGN;
  if (origin !== undefined) return isOwnOrigin(origin, host) ? null : FOREIGN;
  return facts.hasCookie && !facts.bearer ? NO_ORIGIN : null;
}

/** @returns `null` when the write may go on; who asks is decided elsewhere */
export function refuseWrite(facts: WriteFacts): WriteRefusal | null {
  const outside = cameFromOutside(facts);
  if (outside !== null) return outside;
  const type = facts.contentType?.split(";")[0]?.trim().toLowerCase();
  return facts.hasBody && type !== "application/json" ? NOT_JSON : null;
}
