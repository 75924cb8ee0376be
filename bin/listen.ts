import { once } from "node:events";
import type { Server } from "node:http";
import { isIPv6 } from "node:net";
import { type Config, isLoopback } from "@/lib/config";
import { portHolder } from "./port-holder";

function stop(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function reason(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === "EACCES") return `Vigia may not listen on port ${port}. Choose one above 1023.`;
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND" || error.code === "EAI_AGAIN")
    return `This machine has no address ${host}. Set VIGIA_HOST to one of its own.`;
  if (error.code !== "EADDRINUSE") return `Vigia cannot listen on ${host} port ${port}: ${error.message}.`;
  const holder = portHolder(port);
  const who = holder === null ? "is in use" : `is in use by ${holder.name} (pid ${holder.pid})`;
  return `Port ${port} ${who}. Stop it, or choose another: VIGIA_PORT=${port < 65_535 ? port + 1 : port - 1}.`;
}

/** A machine without IPv6 has no `::1`; 127.0.0.1 alone will do there. */
function isMissingIpv6(error: NodeJS.ErrnoException, host: string): boolean {
  const missing = ["EADDRNOTAVAIL", "EAFNOSUPPORT", "EINVAL"].includes(error.code ?? "");
  return missing && host === "::1";
}

/** One server an address. Ends the process with the reason when an address cannot be had. */
export async function listenAll(
  { hosts, port }: Pick<Config, "hosts" | "port">,
  create: () => Server,
): Promise<Server[]> {
  const servers: Server[] = [];
  for (const host of hosts) {
    const server = create();
    try {
      // "::" alone takes IPv4 too; beside an IPv4 address it must not.
      server.listen({ host, port, ipv6Only: isIPv6(host) && (isLoopback(host) || hosts.length > 1) });
      await once(server, "listening");
      servers.push(server);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (!isMissingIpv6(error, host) || hosts.length === 1) stop(reason(error, host, port));
    }
  }
  return servers;
}
