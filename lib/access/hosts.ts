/**
 * Which `Host` values are answered. A page of another site can point its own name at a loopback address (DNS
 * rebinding) and then counts as same-origin; it cannot make the browser send an address or `localhost` as Host.
 */
import { isIPv4, isIPv6 } from "node:net";

/** @param names lower-case host names that are answered besides addresses and `localhost` */
export function isAllowedHost(value: string | undefined, names: readonly string[]): boolean {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+))(?::(\d{1,5}))?$/.exec(value ?? "");
  if (match === null) return false;
  const [, ipv6, name = "", port] = match;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return false;
  if (ipv6 !== undefined) return isIPv6(ipv6);
  const host = name.toLowerCase();
  return isIPv4(host) || host === "localhost" || names.includes(host);
}

/** Whether an `Origin` names the host that the request was sent to; a proxy may have ended TLS on the way. */
export function isOwnOrigin(origin: string, host: string): boolean {
  return ["http", "https"].some((scheme) => {
    try {
      return new URL(origin).origin === origin && origin === new URL(`${scheme}://${host}`).origin;
    } catch {
      return false;
    }
  });
}
