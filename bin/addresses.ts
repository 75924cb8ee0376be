import { isIP, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { type Config, isLoopback } from "@/lib/config";

const ANY = ["0.0.0.0", "::", "*"];

/** URLs to print: `localhost` for loopback, this machine's own addresses for "any", without a final slash. */
export function addressesOf({ hosts, port }: Pick<Config, "hosts" | "port">): string[] {
  const names = hosts.flatMap((host) => {
    if (isLoopback(host)) return ["localhost"];
    if (!ANY.includes(host)) return [host];
    const outer = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal, family }) => !internal && (family === "IPv4" || host === "::"))
      // Link-local addresses need a zone that no URL can carry.
      .filter(({ address }) => !address.startsWith("fe80:"));
    return ["localhost", ...outer.map(({ address }) => address)];
  });
  return [...new Set(names)].map(
    (name) => `http://${isIP(name) !== 0 && isIPv6(name) ? `[${name}]` : name}:${port}`,
  );
}
