/** A loopback proxy in front of Redis that loses connections at the worst moments. */
import { createServer, connect as open, type Socket } from "node:net";

export type Cut =
  /** Redis does the work and the answer is lost, half of it already sent. */
  | "reply"
  /** The request never arrives. */
  | "request"
  /** Half a request arrives: Redis waits for the rest, then sees the socket end. */
  | "half-request";

export interface CuttingProxy {
  port: number;
  /** The next traffic of that direction is cut, once. */
  cutNext(cut: Cut): void;
  /** Cuts the reply to the next request that holds this text, once. */
  cutReplyTo(text: string): void;
  /** Cuts that happened. */
  readonly cuts: number;
  stop(): Promise<void>;
}

export async function startProxy(redisPort: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let armed: Cut | null = null;
  let marker: string | null = null;
  let cuts = 0;

  const server = createServer((client) => {
    const upstream = open(redisPort, "127.0.0.1");
    const both = [client, upstream];
    const end = () => {
      for (const socket of both) {
        sockets.delete(socket);
        socket.destroy();
      }
    };
    const cut = () => {
      armed = null;
      cuts += 1;
      end();
    };
    for (const socket of both) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", end);
      socket.on("close", end);
    }
    client.on("data", (chunk) => {
      if (marker !== null && chunk.includes(marker)) {
        marker = null;
        armed = "reply";
      }
      if (armed === "request") return cut();
      if (armed === "half-request") {
        upstream.write(chunk.subarray(0, chunk.length / 2));
        return cut();
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (armed === "reply") {
        client.write(chunk.subarray(0, chunk.length / 2), () => end());
        armed = null;
        cuts += 1;
        return;
      }
      client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    cutNext: (kind) => {
      armed = kind;
    },
    cutReplyTo: (text) => {
      marker = text;
    },
    get cuts() {
      return cuts;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
