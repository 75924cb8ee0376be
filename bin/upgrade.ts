/** Development alone: hot reloading needs a WebSocket, which passes the front's Host and Origin rules here. */
import type { Server } from "node:http";
import { isAllowedHost, isOwnOrigin } from "@/lib/access/hosts";

/** @param inner a server that never listens; Next put its own listener there when it got its first request */
export function forwardUpgrades(
  servers: readonly Server[],
  inner: Server,
  hostNames: readonly string[],
): void {
  for (const server of servers) {
    server.on("upgrade", (request, socket, head) => {
      const { host, origin } = request.headers;
      const own = isAllowedHost(host, hostNames) && isOwnOrigin(origin ?? "", host ?? "");
      const taken = own && request.url?.startsWith("/_next/") && inner.emit("upgrade", request, socket, head);
      if (!taken) socket.destroy();
    });
  }
}
