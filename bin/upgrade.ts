/** Development alone: hot reloading needs a WebSocket, which passes the front's Host and Origin rules here. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { isAllowedHost, isOwnOrigin } from "@/lib/access/hosts";

type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;

export function forwardUpgrades(
  servers: readonly Server[],
  handler: UpgradeHandler,
  hostNames: readonly string[],
): void {
  for (const server of servers) {
    server.on("upgrade", (request, socket, head) => {
      const { host, origin } = request.headers;
      const own = isAllowedHost(host, hostNames) && isOwnOrigin(origin ?? "", host ?? "");
      if (!own || !request.url?.startsWith("/_next/")) {
        socket.destroy();
        return;
      }
      handler(request, socket, head).catch(() => socket.destroy());
    });
  }
}
